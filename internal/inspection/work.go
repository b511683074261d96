package inspection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// Entry is one answer as a device recorded it.
type Entry struct {
	ID       string           `json:"id" validate:"required,uuid7" doc:"UUIDv7 made on the device; sending it again changes nothing."`
	Answer   checklist.Answer `json:"answer"`
	Device   string           `json:"device,omitempty" validate:"max=60,plain" doc:"Name of the device."`
	DeviceAt *time.Time       `json:"device_at,omitempty" doc:"By the device's clock; never used for ordering."`
	AgeMS    *int64           `json:"age_ms,omitempty" validate:"omitempty,min=0" doc:"Milliseconds between the answer and the sending of this request, by the device's monotonic clock."`
}

// SaveCommand records answers.
type SaveCommand struct {
	ID      ident.InspectionID `json:"-" validate:"required,uuid7"`
	Entries []Entry            `json:"entries" validate:"required,min=1,max=200,dive"`
}

// Receipt confirms one entry; the device may forget it only when it holds one.
type Receipt struct {
	ID     string    `json:"id"`
	Digest string    `json:"digest" doc:"SHA-256 of the answer as stored."`
	At     time.Time `json:"at" doc:"By the server's clock."`
	Known  bool      `json:"known" doc:"The entry had already arrived."`
}

// Saved is the answer to a save.
type Saved struct {
	Receipts []Receipt        `json:"receipts"`
	Live     checklist.Result `json:"live"`
}

// IDCommand names an inspection. Starting and submitting also record what the
// device knows of that moment.
type IDCommand struct {
	ID ident.InspectionID `json:"-" validate:"required,uuid7"`
	rec.Moment
}

// SignCommand puts one party's mark under the sheet, or says why it is missing.
type SignCommand struct {
	ID      ident.InspectionID `json:"-" validate:"required,uuid7"`
	Party   Party              `json:"party" validate:"required,oneof=lead second merchant"`
	Name    string             `json:"name" validate:"required,notblank,max=40,oneline,plain"`
	Drawing string             `json:"drawing" validate:"omitempty,len=64,hexadecimal" doc:"SHA-256 of the drawn signature, uploaded before."`
	Refused string             `json:"refused" validate:"max=200,plain" doc:"Why the party did not sign; the merchant only."`
	Witness string             `json:"witness,omitempty" validate:"max=40,oneline,plain" doc:"Who saw the refusal (见证人), if somebody else did."`
	rec.Moment
}

var (
	startDef  = define(lifecycle.Start)
	saveDef   = usecase.Define(usecase.Def{Name: "inspection.save", Allow: lifecycle.Inspection.Roles(lifecycle.Start)})
	signDef   = usecase.Define(usecase.Def{Name: "inspection.sign", Allow: lifecycle.Inspection.Roles(lifecycle.Start)})
	submitDef = define(lifecycle.Submit)
)

// Start opens the sheet for the visit, or opens it again after a send-back.
func (s *Service) Start(ctx context.Context, cmd IDCommand) (View, error) {
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		action := lifecycle.Start
		if r.State == lifecycle.SentBack {
			action = lifecycle.Reopen
		}
		r, err = s.open(ctx, c, r, action, cmd.Moment)
		return r.view(c.By), err
	})
}

// mine reads an inspection for one of its two inspectors.
func (s *Service) mine(ctx context.Context, c *usecase.Call, id ident.InspectionID) (record, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return record{}, err
	}
	c.About(string(r.ID), r.Scope)
	if !r.made(c.By.Account) {
		return record{}, fault.New(fault.Forbidden, "not_your_inspection")
	}
	return r, nil
}

// Save records answers one by one. An entry that arrived before is confirmed
// again and changes nothing; the same id with another answer is refused, so
// that neither of the two is lost without a word.
func (s *Service) Save(ctx context.Context, cmd SaveCommand) (Saved, error) {
	return usecase.Do(ctx, s.rt, saveDef, cmd, func(ctx context.Context, c *usecase.Call) (Saved, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return Saved{}, err
		}
		if r.State != lifecycle.OnDevice {
			return Saved{}, fault.New(fault.IllegalStep, "illegal_step", string(r.State), "save")
		}
		sheet, err := sheetOf(ctx, c.Tx, r.Sheet)
		if err != nil {
			return Saved{}, err
		}
		n, err := lastAnswer(ctx, c.Tx, r.ID)
		if err != nil {
			return Saved{}, err
		}
		all, err := links(ctx, c.Tx, r.ID)
		if err != nil {
			return Saved{}, err
		}
		seen := newOrder(all) // whoever works online sees what counts
		var out Saved
		for i, e := range cmd.Entries {
			if sheet.Item(e.Answer.Item) == nil {
				return Saved{}, fault.OnField(entryPointer(i)+"/answer/item", "unknown_item", "")
			}
			body, err := json.Marshal(e.Answer)
			if err != nil {
				return Saved{}, err
			}
			row := answerRow{
				ID: e.ID, Inspection: r.ID, Item: e.Answer.Item, N: n + 1, Answer: string(body), Digest: digest(body),
				Device: e.Device, AgeMS: e.AgeMS, Account: c.By.Account, ReceivedAt: c.Now,
				Base: seen.newest[e.Answer.Item],
			}
			if e.DeviceAt != nil {
				row.DeviceAt = e.DeviceAt.UTC()
			}
			old, known, err := addAnswer(ctx, c.Tx, &row)
			if err != nil {
				return Saved{}, err
			}
			if known && (old.Digest != row.Digest || old.Inspection != row.Inspection) {
				return Saved{}, fault.New(fault.Conflict, "entry_differs", e.ID)
			}
			if known {
				row = old
			} else {
				n++
				seen.newest[row.Item] = row.ID
			}
			for _, sha := range append(append([]string{}, e.Answer.Photos...), e.Answer.Audio...) {
				if err := s.Attach(ctx, c, sha, string(r.ID), r.Scope); err != nil {
					return Saved{}, err
				}
			}
			out.Receipts = append(out.Receipts, Receipt{ID: row.ID, Digest: row.Digest, At: row.ReceivedAt, Known: known})
		}
		c.Note("entries", len(cmd.Entries))
		answers, err := newest(ctx, c.Tx, r.ID)
		if err != nil {
			return Saved{}, err
		}
		out.Live = checklist.Score(&sheet, answers)
		return out, nil
	})
}

func entryPointer(i int) string { return "/entries/" + itoa(i) }

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Sign puts a party's mark under the sheet; a later mark replaces it until the
// sheet is submitted.
func (s *Service) Sign(ctx context.Context, cmd SignCommand) (Signature, error) {
	return usecase.Do(ctx, s.rt, signDef, cmd, func(ctx context.Context, c *usecase.Call) (Signature, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return Signature{}, err
		}
		switch {
		case r.State != lifecycle.OnDevice:
			return Signature{}, fault.New(fault.IllegalStep, "illegal_step", string(r.State), "sign")
		case cmd.Drawing == "" && cmd.Refused == "":
			return Signature{}, fault.OnField("/drawing", "required", "")
		case cmd.Refused != "" && cmd.Party != Merchant:
			return Signature{}, fault.OnField("/refused", "only_merchant", "")
		}
		if cmd.Drawing != "" {
			if err := s.Attach(ctx, c, cmd.Drawing, string(r.ID), r.Scope); err != nil {
				return Signature{}, err
			}
		}
		row := signatureRow{Inspection: r.ID, Party: cmd.Party, Name: cmd.Name, Drawing: cmd.Drawing, Refused: cmd.Refused, Moment: cmd.Moment.UTC(), Account: c.By.Account, At: c.Now}
		if cmd.Refused != "" {
			row.Witness = cmd.Witness
		}
		return row.view(), putSignature(ctx, c.Tx, &row)
	})
}

// Submit closes the sheet: everything is answered and signed, the result is
// computed from the pinned sheet, and one hash binds it all.
func (s *Service) Submit(ctx context.Context, cmd IDCommand) (View, error) {
	return usecase.Do(ctx, s.rt, submitDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		d, err := load(ctx, c.Tx, r, c.By)
		if err != nil {
			return View{}, err
		}
		missing, err := gaps(ctx, c.Tx, d)
		if err != nil {
			return View{}, err
		}
		if missing != nil && r.State == lifecycle.OnDevice {
			return View{}, fault.OnFields(missing)
		}
		return s.close(ctx, c, r, d, stamp(cmd.Moment, c))
	})
}

// outcome keeps what lists and other slices need of a result.
func outcome(res checklist.Result) Outcome {
	o := Outcome{Score: res.Score, Vetoes: res.Vetoes, Failed: slices.Concat(res.KeyFails, res.GenFails), Passed: res.Passed, Grade: res.Grade, Answered: res.Answered, Total: res.Total}
	for _, check := range res.Checks {
		if check.Rule.Metric == checklist.MetricBase {
			o.Sector = check.Have
		}
	}
	return o
}
