package tablet_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
)

// entry is one line of a device's outbox.
type entry struct {
	id, text, sealed string
	seq              int64
	kind             tablet.Kind
	outcome          tablet.Outcome // "" while it waits
	cause            string
	receipt          tablet.Receipt
}

// picture is an encrypted photo that waits for its transfer.
type picture struct {
	plain, sent string // hashes
	bytes       []byte // encrypted
	sentBytes   int    // over the wire, again and again
	done        bool
}

// device is a tablet as far as the registry can tell: it makes items, seals
// them once, and sends them until it holds a receipt for each.
type device struct {
	base       string // address of the registry, or of a bad line to it
	client     *http.Client
	id, name   string
	account    ident.AccountID
	cookie     string
	ticket     string
	keys       tablet.PublicKeys
	sealer     *tablet.Sealer
	clock      func() time.Time
	boot       string
	began      time.Time
	seq        int64
	outbox     []*entry
	pictures   []*picture
	heads      map[string]string // newest entry by inspection and item, as this device knows it
	bytesSent  int
	bytesTaken int
	receipts   int    // format that it asks for
	source     string // of photos
}

var b64 = base64.RawURLEncoding

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func newDevice(base string, account ident.AccountID, cookie string) *device {
	return &device{
		base: base, client: &http.Client{Timeout: 20 * time.Second}, id: string(ident.New[ident.EventID]()), name: "平板 3", account: account, cookie: cookie,
		clock: time.Now, boot: string(ident.New[ident.EventID]()), began: time.Now(), heads: map[string]string{}, receipts: 2,
	}
}

var errLine = errors.New("the line failed")

// call makes one request; err says that no whole answer came.
func (d *device) call(method, path string, body []byte, header map[string]string) (status int, answer []byte, head http.Header, err error) {
	r, err := http.NewRequest(method, d.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	switch {
	case d.ticket != "" && method != http.MethodGet && path != "/tablet/devices":
		r.Header.Set("Authorization", "Bearer "+d.ticket)
	case d.cookie != "":
		r.Header.Set("Cookie", d.cookie)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	d.bytesSent += len(body)
	res, err := d.client.Do(r)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("%w: %w", errLine, err)
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	d.bytesTaken += len(answer)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("%w: %w", errLine, err)
	}
	return res.StatusCode, answer, res.Header, nil
}

func (d *device) json(method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	status, answer, _, err := d.call(method, path, body, nil)
	if err != nil {
		return err
	}
	if status >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

func (d *device) enrol() error {
	var e tablet.Enrolled
	if err := d.json("POST", "/tablet/devices", tablet.EnrolCommand{ID: d.id, Name: d.name}, &e); err != nil {
		return err
	}
	d.ticket, d.keys = e.Ticket, e.Keys
	var err error
	d.sealer, err = tablet.NewSealer(e.Keys)
	return err
}

func (d *device) bundle() (b tablet.Bundle, err error) {
	err = d.json("GET", "/tablet/bundle", nil, &b)
	return b, err
}

// learn notes which entries the registry says count; what waits here is newer.
func (d *device) learn(b tablet.Bundle) {
	own := map[string]bool{}
	for _, e := range d.waiting() {
		own[e.id] = true
	}
	for _, v := range b.Visits {
		for _, a := range v.Answers {
			if key := string(v.Inspection) + a.Answer.Item; !own[d.heads[key]] {
				d.heads[key] = a.Entry
			}
		}
	}
}

// add makes an item and seals it.
func (d *device) add(kind tablet.Kind, id ident.InspectionID, base string, payload any) *entry {
	d.seq++
	e := &entry{id: string(ident.New[ident.EventID]()), seq: d.seq, kind: kind}
	text, err := json.Marshal(map[string]any{
		"id": e.id, "seq": e.seq, "device": d.id, "account": d.account, "kind": kind, "inspection": id, "at": d.clock().UTC().Format(time.RFC3339Nano),
		"boot": d.boot, "mono": time.Since(d.began).Milliseconds(), "skew": 0, "base": base, "payload": payload,
	})
	if err != nil {
		panic(err)
	}
	e.text = string(text)
	if e.sealed, err = d.sealer.Seal(e.id, text); err != nil {
		panic(err)
	}
	d.outbox = append(d.outbox, e)
	return e
}

func (d *device) answer(id ident.InspectionID, a checklist.Answer) *entry {
	key := string(id) + a.Item
	e := d.add(tablet.Answer, id, d.heads[key], a)
	d.heads[key] = e.id
	return e
}

// photo encrypts a photo as the app does and makes its item; the key follows
// from the content, so that the same photo gives the same bytes.
func (d *device) photo(id ident.InspectionID, item string, data []byte) string {
	e, err := tablet.EncryptPhoto(string(d.account), data)
	if err != nil {
		panic(err)
	}
	p := &picture{plain: e.SHA256, sent: e.Sent, bytes: e.Bytes}
	d.pictures = append(d.pictures, p)
	d.add(tablet.Photo, id, "", map[string]any{
		"source": d.source, "sha256": p.plain, "size": len(data), "item": item, "taken_at": d.clock().UTC(),
		"cipher": map[string]string{"sha256": p.sent, "key": b64.EncodeToString(e.Key), "iv": b64.EncodeToString(e.IV)},
	})
	return p.plain
}

// content is the hash over what this device knows to count.
func (d *device) content(id ident.InspectionID, sheet string) string {
	entries := map[string]string{}
	for key, e := range d.heads {
		if len(key) > len(id) && key[:len(id)] == string(id) {
			entries[key[len(id):]] = e
		}
	}
	return inspection.ContentHash(id, sheet, entries)
}

func (d *device) sign(id ident.InspectionID, sheet, drawing string) {
	hash := d.content(id, sheet)
	for _, p := range inspection.Parties {
		mark := map[string]any{"party": p, "name": "张三", "drawing": drawing, "hash": hash}
		if p == inspection.Merchant {
			mark = map[string]any{"party": p, "name": "李四", "refused": "不同意", "witness": "王五", "hash": hash}
		}
		d.add(tablet.Signature, id, "", mark)
	}
}

func (d *device) waiting() (out []*entry) {
	for _, e := range d.outbox {
		if e.outcome == "" {
			out = append(out, e)
		}
	}
	return out
}

// push sends what waits, n items at a time, until nothing does or the line
// fails.
func (d *device) push(n int) error {
	for {
		wait := d.waiting()
		if len(wait) == 0 {
			return nil
		}
		if err := d.send(wait[:min(n, len(wait))]); err != nil {
			return err
		}
	}
}

func (d *device) send(items []*entry) error {
	mono := time.Since(d.began).Milliseconds()
	cmd := tablet.PushCommand{Device: d.id, Boot: d.boot, Mono: &mono, Receipts: d.receipts}
	for _, e := range items {
		cmd.Items = append(cmd.Items, tablet.SealedItem{ID: e.id, Seq: e.seq, Sealed: e.sealed})
	}
	var out tablet.Pushed
	if err := d.json("POST", "/tablet/items", cmd, &out); err != nil {
		return err
	}
	for i, r := range out.Results {
		e := items[i]
		if r.ID != e.id {
			return fmt.Errorf("the answers are not in the order of the items")
		}
		if r.Receipt == nil {
			return fmt.Errorf("%w: no receipt: %+v", errLine, r.Problem)
		}
		if !r.Receipt.Verify(d.keys.Signing) || r.Receipt.ID != e.id {
			return fmt.Errorf("a receipt is false: %+v", r.Receipt)
		}
		if r.Receipt.Hash != sum([]byte(e.text)) && r.Cause != "unreadable" {
			return fmt.Errorf("a receipt is for something else: %+v", r)
		}
		if e.receipt.ID != "" && e.receipt != *r.Receipt {
			return fmt.Errorf("two receipts for one item: %+v, %+v", e.receipt, *r.Receipt)
		}
		e.outcome, e.receipt, e.cause = r.Outcome, *r.Receipt, r.Cause
	}
	return nil
}

// upload brings photos over, each from where the registry says it is.
func (d *device) upload(chunk int) error {
	for _, p := range d.pictures {
		for !p.done {
			if err := d.chunk(p, chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *device) chunk(p *picture, size int) error {
	status, _, head, err := d.call("HEAD", "/tablet/photos/"+p.sent, nil, nil)
	if err != nil {
		return err
	}
	offset := 0
	switch status {
	case http.StatusOK:
		if offset, err = strconv.Atoi(head.Get("Upload-Offset")); err != nil {
			return err
		}
	case http.StatusNotFound:
	default:
		return fmt.Errorf("HEAD of a photo: %d", status)
	}
	for offset < len(p.bytes) {
		part := p.bytes[offset:min(offset+size, len(p.bytes))]
		p.sentBytes += len(part)
		status, answer, head, err := d.call("PATCH", "/tablet/photos/"+p.sent, part, map[string]string{
			"Content-Type": "application/offset+octet-stream", "Upload-Offset": strconv.Itoa(offset), "Upload-Length": strconv.Itoa(len(p.bytes)),
		})
		if err != nil {
			return err
		}
		if status != http.StatusNoContent && status != http.StatusConflict {
			return fmt.Errorf("PATCH of a photo: %d %s", status, answer)
		}
		if offset, err = strconv.Atoi(head.Get("Upload-Offset")); err != nil {
			return err
		}
	}
	p.done = true
	return nil
}
