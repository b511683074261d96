package tablet_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fangxin/internal/badge"
	"fangxin/internal/bench"
	"fangxin/internal/ident"
	"fangxin/internal/tablet"
)

// lookUp finds a name in a status list as a device does.
func lookUp(t *testing.T, body []byte, key tablet.PublicKey, name string) (status string, head tablet.StatusHead) {
	t.Helper()
	stream, sig := body[:len(body)-64], body[len(body)-64:]
	public, err := b64.DecodeString(key.Public)
	if err != nil || !ed25519.Verify(public, stream, sig) {
		t.Fatal("the list is not signed by the registry")
	}
	z, err := gzip.NewReader(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	if err := json.Unmarshal(line, &head); err != nil {
		t.Fatal(err)
	}
	if len(rest) != head.Count*6+(head.Count+1)/2 {
		t.Fatalf("%d bytes for %d entries", len(rest), head.Count)
	}
	hash := sha256.Sum256([]byte(name))
	at := func(i int) uint64 { return binary.BigEndian.Uint64(append([]byte{0, 0}, rest[i*6:i*6+6]...)) }
	want := binary.BigEndian.Uint64(hash[:]) >> 16
	lo, hi := 0, head.Count
	for lo < hi {
		if mid := (lo + hi) / 2; at(mid) < want {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == head.Count || at(lo) != want {
		return "unknown", head
	}
	b := rest[head.Count*6+lo/2]
	if lo%2 == 0 {
		b >>= 4
	}
	return head.Words[b&15], head
}

// The list says of every badge and title what the registry says of it.
func TestStatusList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filler := bench.NewFiller(ident.System())
		w.ok(filler.Fill(context.Background(), w.DB, 300))
		list, err := w.Tablets.StatusList(w.lead.ctx)
		w.ok(err)
		key := w.device(w.lead).keys.Signing
		seen := 0
		w.ok(w.Badges.Standings(context.Background(), func(name string, status badge.Status) error {
			seen++
			if got, _ := lookUp(t, list.Body, key, name); got != string(status) {
				t.Errorf("%s: %q, want %q", name, got, status)
			}
			return nil
		}))
		if got, head := lookUp(t, list.Body, key, "0000000000000000"); got != "unknown" || head.Count != seen || seen < 600 {
			t.Errorf("an invented code is %q; %d of %d entries", got, head.Count, seen)
		}
		status, body, head, err := newDevice(w.server.URL, w.lead.Account, w.lead.cookie).call("GET", "/tablet/status-list", nil, nil)
		if err != nil || status != 200 || !bytes.Equal(body, list.Body) || head.Get("Fangxin-Signature") != list.Signature {
			t.Errorf("%d, %d bytes, %v", status, len(body), err)
		}
		status, body, _, err = newDevice(w.server.URL, w.lead.Account, w.lead.cookie).call("GET", "/tablet/status-list", nil, map[string]string{"If-None-Match": head.Get("ETag")})
		if err != nil || status != 304 || len(body) != 0 {
			t.Errorf("asked again: %d, %d bytes, %v", status, len(body), err)
		}
	})
}

// The bundle is not sent again while nothing has changed.
func TestBundlesAreConditional(t *testing.T) {
	w := newWorld(t, "")
	w.visit()
	d := w.device(w.lead)
	_, _, head, err := d.call("GET", "/tablet/bundle", nil, nil)
	w.ok(err)
	ask := func() int {
		status, _, _, err := d.call("GET", "/tablet/bundle", nil, map[string]string{"If-None-Match": head.Get("ETag")})
		w.ok(err)
		return status
	}
	if s := ask(); s != 304 {
		t.Errorf("unchanged: %d", s)
	}
	w.visit()
	if s := ask(); s != 200 {
		t.Errorf("one visit more: %d", s)
	}
	if m, _, err := w.Tablets.Divisions(w.lead.ctx); err != nil || len(m.Places) < 100 || m.Columns < 4 || m.Rows < 4 {
		t.Errorf("map: %d places, %d×%d, %v", len(m.Places), m.Columns, m.Rows, err)
	}
}

// Uploads that nobody finished end after thirty days; what could not be used
// is kept, and what the server had no time to place is placed.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		d.photo(id, "", jpegOf(1))
		d.photo(id, "", []byte("no photo at all, by any means"))
		half := d.photo(id, "", jpegOf(3))
		w.ok(d.push(10))
		last := d.pictures[2]
		_, err := w.Tablets.Upload(w.lead.ctx, tablet.ChunkCommand{SHA256: last.sent, Length: int64(len(last.bytes)), Data: last.bytes[:50]})
		w.ok(err)
		last.done = true
		w.ok(d.upload(5000))
		files := func() (names []string) {
			w.ok(filepath.WalkDir(filepath.Join(w.Config.Data, "tablet"), func(path string, e os.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					names = append(names, filepath.Base(path))
				}
				return err
			}))
			return names
		}
		w.ok(w.Tablets.Sweep(context.Background()))
		if got := files(); len(got) != 3 {
			t.Errorf("before their time: %v", got)
		}
		later := time.Now().UTC().Add(tablet.UploadLife + time.Hour)
		w.Runtime.Clock = func() time.Time { return later }
		w.ok(w.Tablets.Sweep(context.Background()))
		if got := files(); len(got) != 1 || got[0] != d.pictures[1].sent {
			t.Errorf("afterwards: %v, want the refused one %s", got, d.pictures[1].sent)
		}
		a, err := w.Inspections.Arrived(context.Background(), w.DB.R, id)
		w.ok(err)
		for _, p := range a.Photos {
			if p.SHA256 == half && p.State != "waiting" {
				t.Errorf("the half one is %s", p.State)
			}
		}
	})
}
