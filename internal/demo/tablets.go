package demo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"time"

	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
)

// sender is a tablet of the demonstration, which sends what it recorded as a
// real one does: sealed, with receipts.
type sender struct {
	*seeder
	ctx    context.Context
	id     string
	seal   *tablet.Sealer
	number int64
}

func (s *seeder) sender(login, name string) (*sender, error) {
	d := &sender{seeder: s, ctx: s.people[login], id: string(ident.New[ident.EventID]())}
	e, err := s.Tablets.Enrol(d.ctx, tablet.EnrolCommand{ID: d.id, Name: name})
	if err != nil {
		return nil, err
	}
	d.seal, err = tablet.NewSealer(e.Keys)
	return d, err
}

// send sends one item and gives its id.
func (d *sender) send(kind tablet.Kind, visit ident.InspectionID, payload any) (string, error) {
	d.number++
	id := string(ident.New[ident.EventID]())
	text, err := json.Marshal(map[string]any{
		"id": id, "seq": d.number, "device": d.id, "kind": kind, "inspection": visit, "at": d.now.UTC().Format(time.RFC3339Nano), "payload": payload,
	})
	if err != nil {
		return "", err
	}
	sealed, err := d.seal.Seal(id, text)
	if err != nil {
		return "", err
	}
	_, err = d.Tablets.Push(d.ctx, tablet.PushCommand{Device: d.id, Items: []tablet.SealedItem{{ID: id, Seq: d.number, Sealed: sealed}}})
	return id, err
}

// tablets makes a visit that two tablets are on: an item that both answered,
// photos of which one is still on its way, and one answer to a visit that had
// been given to others meanwhile.
func (s *seeder) tablets(present time.Time) error {
	s.now = present.Add(-3 * time.Hour)
	titles, err := s.Certificates.List(s.people["county"], certificate.RegisterQuery{Division: "360102", Standing: "active", Limit: 2})
	if err != nil {
		return err
	}
	if len(titles.Items) < 2 {
		return fmt.Errorf("the county has %d titles, two are needed", len(titles.Items))
	}
	visits := make([]inspection.View, 2)
	for i, title := range titles.Items {
		v, err := s.Inspections.Order(s.people["county"], inspection.OrderCommand{Certificate: title.ID, Purpose: inspection.Sample, DueOn: present.AddDate(0, 0, 9).Format(time.DateOnly)})
		if err != nil {
			return err
		}
		if visits[i], err = s.Inspections.Assign(s.people["county"], inspection.AssignCommand{ID: v.ID, Lead: s.ids["inspector1"], Second: s.ids["inspector2"]}); err != nil {
			return err
		}
	}
	one, err := s.sender("inspector1", "东湖 3 号平板")
	if err != nil {
		return err
	}
	two, err := s.sender("inspector2", "东湖 5 号平板")
	if err != nil {
		return err
	}
	if err := s.twoTablets(one, two, visits[0].ID); err != nil {
		return err
	}
	// Nobody told this tablet that the visit was called off.
	if _, err := s.Inspections.Void(s.people["county"], inspection.ReasonCommand{ID: visits[1].ID, Reason: "该店本周停业装修，抽查改期"}); err != nil {
		return err
	}
	d, err := s.Inspections.Get(s.people["county"], visits[1].ID)
	if err != nil {
		return err
	}
	for item := range d.Sheet.Items() {
		_, err = one.send(tablet.Answer, visits[1].ID, checklist.Answer{Item: item.ID, Verdict: checklist.Pass, Note: "门店已停业，未见明码标价"})
		break
	}
	return err
}

func (s *seeder) twoTablets(one, two *sender, visit ident.InspectionID) error {
	if _, err := one.send(tablet.Start, visit, map[string]any{"place": checklist.Place{LngE7: 1158990000, LatE7: 286850000, Datum: "wgs84", Accuracy: 140}, "fixed_at": time.Now().UTC()}); err != nil {
		return err
	}
	d, err := s.Inspections.Get(s.people["county"], visit)
	if err != nil {
		return err
	}
	n := 0
	for item := range d.Sheet.Items() {
		a := checklist.Answer{Item: item.ID, Verdict: checklist.Pass}
		if n < 3 {
			sha, err := one.photo(visit, item.ID, n, n < 2)
			if err != nil {
				return err
			}
			a.Photos = []string{sha}
		}
		if _, err := one.send(tablet.Answer, visit, a); err != nil {
			return err
		}
		if n == 1 {
			a = checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "收银台旁没有退换货说明"}
			if _, err := two.send(tablet.Answer, visit, a); err != nil {
				return err
			}
		}
		if n++; n == 12 {
			break
		}
	}
	_, err = two.send(tablet.Note, visit, map[string]string{"text": "店主在场，配合检查。"})
	return err
}

// photo announces a photo and sends its bytes, or the first half of them.
func (d *sender) photo(visit ident.InspectionID, item string, n int, whole bool) (string, error) {
	img := image.NewRGBA(image.Rect(0, 0, 320, 220))
	for y := range 220 {
		for x := range 320 {
			img.Set(x, y, color.NRGBA{R: uint8(180 + (x+n*40)%60), G: uint8(200 + y%40), B: uint8(190 + n*20), A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return "", err
	}
	p, err := tablet.EncryptPhoto(string(d.ids["inspector1"]), b.Bytes())
	if err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding
	source := inspection.FromCamera
	if n == 1 {
		source = inspection.FromFile
	}
	if _, err := d.send(tablet.Photo, visit, map[string]any{
		"sha256": p.SHA256, "size": b.Len(), "item": item, "source": source,
		"cipher": map[string]string{"sha256": p.Sent, "key": b64.EncodeToString(p.Key), "iv": b64.EncodeToString(p.IV)},
	}); err != nil {
		return "", err
	}
	bytes := p.Bytes
	if !whole {
		bytes = bytes[:len(bytes)/2]
	}
	_, err = d.Tablets.Upload(d.ctx, tablet.ChunkCommand{SHA256: p.Sent, Length: int64(len(p.Bytes)), Data: bytes})
	return p.SHA256, err
}
