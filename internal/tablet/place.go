package tablet

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/record"
	"fangxin/internal/usecase"
	"fangxin/internal/valid"
)

// checked validates a command by its tags.
func checked(v any) error { return valid.Check(v) }

// placing places the items of one transaction.
type placing struct {
	s    *Service
	c    *usecase.Call
	cmd  PushCommand
	name string // of the device
}

// placed is what became of an item.
type placed struct {
	conflict *inspection.Conflict
	waits    int
}

func refuse(cause string) error { return fault.New(fault.Conflict, "tablet_"+cause) }

// moment is what the device knew of the instant of an item. How long ago it
// was by the monotonic clock is known when the app has not been started anew
// since.
func (p *placing) moment(it *item, place *checklist.Place) record.Moment {
	m := record.Moment{Device: p.name, At: it.At, Place: place}
	if it.Device != p.cmd.Device {
		m.Device = "" // brought by another tablet, which does not know its name
	}
	if p.cmd.Mono != nil && it.Boot != "" && it.Boot == p.cmd.Boot && *p.cmd.Mono >= it.Mono {
		age := *p.cmd.Mono - it.Mono
		m.AgeMS = &age
	}
	return m.UTC()
}

// payload reads and checks what an item of a kind holds.
func payload[P any](it *item) (P, error) {
	var v P
	if len(it.Payload) == 0 || json.Unmarshal(it.Payload, &v) != nil || valid.Check(v) != nil {
		return v, refuse("malformed")
	}
	return v, nil
}

// place places one item, or a run of answers of one inspection.
func (p *placing) place(ctx context.Context, run []item) ([]placed, error) {
	it := &run[0]
	if it.Account != "" && it.Account != p.c.By.Account {
		return nil, refuse("other_author")
	}
	if it.Kind == Answer {
		return p.answers(ctx, run)
	}
	out := []placed{{}}
	switch it.Kind {
	case Start:
		v, err := payload[startPayload](it)
		if err != nil {
			return nil, err
		}
		if v.Place != nil && v.Place.Accuracy == 0 {
			v.Place.Accuracy = v.Accuracy
		}
		m := p.moment(it, v.Place)
		m.FixedAt = v.FixedAt
		return out, p.s.inspections.TakeStart(ctx, p.c, it.Inspection, m)
	case Photo:
		v, err := payload[photoPayload](it)
		if err != nil {
			return nil, err
		}
		if _, err := photoKey(v.Cipher.Key, v.Cipher.IV); err != nil {
			return nil, refuse("malformed")
		}
		v.Moment = p.moment(it, v.Place)
		v.Moment.FixedAt = v.FixedAt
		if v.TakenAt != nil {
			at := v.TakenAt.UTC()
			v.Moment.At = &at
		}
		p.c.AfterCommit(func() { p.s.placeLater(ctx, v.Cipher.SHA256) })
		return out, p.s.inspections.TakePhoto(ctx, p.c, it.Inspection, v.Announced)
	case Signature:
		v, err := payload[signaturePayload](it)
		if err != nil {
			return nil, err
		}
		return out, p.s.inspections.TakeSignature(ctx, p.c, inspection.SignCommand{
			ID: it.Inspection, Party: v.Party, Name: v.Name, Drawing: v.Drawing, Refused: v.Refused, Witness: v.Witness, Moment: p.moment(it, v.Place),
		}, v.Hash)
	case Resolve:
		v, err := payload[resolvePayload](it)
		if err != nil {
			return nil, err
		}
		return out, p.s.inspections.Resolve(ctx, p.c, it.Inspection, v.Item, v.Keep, p.entry(it, checklist.Answer{}))
	case Submit:
		v, err := payload[submitPayload](it)
		if err != nil {
			return nil, err
		}
		out[0].waits, err = p.s.inspections.TakeClosing(ctx, p.c, it.Inspection, v.Hash, p.moment(it, v.Place))
		return out, err
	case Steps:
		if _, err := payload[trailPayload](it); err != nil {
			return nil, err
		}
		err := p.s.inspections.TakeNote(ctx, p.c, it.Inspection)
		if err == nil {
			return out, nil
		}
		// Who left a visit that was taken away meanwhile did so all the same:
		// there is nothing for anybody to decide about it.
		was, wasErr := wasTheirs(ctx, p.c.Tx, p.c.By.Account, it.Inspection)
		if wasErr != nil {
			return nil, wasErr
		}
		if !was {
			return nil, err
		}
		return out, nil
	case Note:
		if _, err := payload[notePayload](it); err != nil {
			return nil, err
		}
		return out, p.s.inspections.TakeNote(ctx, p.c, it.Inspection)
	}
	return nil, refuse("unknown_kind")
}

func (p *placing) entry(it *item, a checklist.Answer) inspection.Entry {
	m := p.moment(it, nil)
	return inspection.Entry{ID: it.plain.ID, Answer: a, Device: m.Device, DeviceAt: m.At, AgeMS: m.AgeMS}
}

func (p *placing) answers(ctx context.Context, run []item) ([]placed, error) {
	taken := make([]inspection.Taken, len(run))
	for i := range run {
		it := &run[i]
		if it.Account != "" && it.Account != p.c.By.Account {
			return nil, refuse("other_author")
		}
		taken[i] = inspection.Taken{Entry: p.entry(it, it.answer), Base: it.Base, Written: it.written}
	}
	conflicts, err := p.s.inspections.Take(ctx, p.c, run[0].Inspection, taken)
	if err != nil {
		return nil, err
	}
	out := make([]placed, len(run))
	for i, x := range conflicts {
		out[i].conflict = x
	}
	return out, nil
}

// maxAnswer is the size of one answer, in bytes.
const maxAnswer = 32 << 10

// row is what is kept of an item that got a number.
func row(it *item, batch string, n int64) itemRow {
	r := itemRow{
		ID: it.sent.ID, Batch: batch, Seq: it.sent.Seq, Kind: it.Kind, Inspection: string(it.Inspection),
		Outcome: Accepted, Hash: it.hash, N: n, Boot: cut(it.Boot, 64), Mono: it.Mono, Skew: it.Skew,
	}
	if it.At != nil {
		r.DeviceAt = it.At.UTC()
	}
	// Answers stand with the inspection, and a photo's item holds its key.
	if it.Kind != Answer && it.Kind != Photo {
		r.Content = string(it.text)
	}
	return r
}

// cut makes a text of a device fit for a short column.
func cut(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
