package pledge

import (
	"bytes"
	"context"
	"fmt"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// RecordCommand writes a return into the shop's ledger.
type RecordCommand struct {
	ID         ident.PledgeID `json:"-" validate:"required,uuid7"`
	ReturnedOn string         `json:"returned_on" validate:"required,date"`
	BoughtOn   string         `json:"bought_on" validate:"required,date"`
	Goods      string         `json:"goods" validate:"required,max=40" doc:"Category of the rules."`
	Cents      int64          `json:"cents" validate:"min=0,max=1000000000" doc:"Price in fen (分)."`
	Outcome    string         `json:"outcome" validate:"required,oneof=refunded exchanged refused"`
	Note       string         `json:"note" validate:"max=200,oneline,plain" doc:"No names or numbers of customers."`
}

// StrikeCommand strikes a line out; it stays readable.
type StrikeCommand struct {
	ID     ident.PledgeID `json:"-" validate:"required,uuid7"`
	Return ident.ReturnID `json:"return" validate:"required,uuid7"`
	Reason string         `json:"reason" validate:"required,notblank,max=200,oneline,plain"`
}

// ShowCommand lets everybody see the totals of the ledger, or nobody.
type ShowCommand struct {
	ID      ident.PledgeID `json:"-" validate:"required,uuid7"`
	Publish bool           `json:"publish"`
}

// LedgerQuery asks for the lines of a time.
type LedgerQuery struct {
	ID   ident.PledgeID `json:"-" validate:"required,uuid7"`
	From string         `json:"from" validate:"omitempty,date" doc:"First day of return."`
	To   string         `json:"to" validate:"omitempty,date" doc:"Last day of return."`
}

// Return is one line of the ledger.
type Return struct {
	ID         ident.ReturnID `json:"id" format:"uuid"`
	ReturnedOn calendar.Date  `json:"returned_on"`
	BoughtOn   calendar.Date  `json:"bought_on"`
	Goods      string         `json:"goods"`
	Cents      int64          `json:"cents" doc:"Price in fen (分)."`
	Outcome    string         `json:"outcome" enum:"refunded,exchanged,refused"`
	Note       string         `json:"note,omitempty"`
	Struck     string         `json:"struck,omitempty" doc:"Why it does not count any more."`
}

// Totals sum a ledger; struck lines do not count.
type Totals struct {
	Returns   int   `json:"returns"`
	Refunded  int   `json:"refunded"`
	Exchanged int   `json:"exchanged"`
	Refused   int   `json:"refused"`
	Cents     int64 `json:"cents" doc:"Refunded, in fen (分)."`
}

// Ledger is what a shop wrote down, newest first.
type Ledger struct {
	Items  []Return `json:"items" doc:"At most 2,000 lines; a narrower time shows the rest."`
	Totals Totals   `json:"totals"`
}

var (
	recordDef = usecase.Define(usecase.Def{Name: "pledge.record_return", Allow: shopkeepers})
	strikeDef = usecase.Define(usecase.Def{Name: "pledge.strike_return", Allow: shopkeepers})
	showDef   = usecase.Define(usecase.Def{Name: "pledge.show_ledger", Allow: shopkeepers})
	ledgerDef = usecase.Define(usecase.Def{Name: "pledge.ledger", Allow: shopkeepers})
	ledgerCSV = usecase.Define(usecase.Def{Name: "pledge.ledger_csv", Allow: shopkeepers})
)

// RecordReturn keeps a line of the ledger. Keeping it is the shop's wish; the
// lines are its own, and no officer sees them.
func (s *Service) RecordReturn(ctx context.Context, cmd RecordCommand) (Return, error) {
	return usecase.Do(ctx, s.rt, recordDef, cmd, func(ctx context.Context, c *usecase.Call) (Return, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return Return{}, err
		}
		c.About(string(r.ID), r.Scope)
		returned, _ := calendar.ParseDate(cmd.ReturnedOn)
		bought, _ := calendar.ParseDate(cmd.BoughtOn)
		switch {
		case r.SignedOn.IsZero():
			return Return{}, fault.New(fault.NotReady, "pledge_not_in_force")
		case calendar.DateOf(c.Now).Before(returned):
			return Return{}, fault.OnField("/returned_on", "not_future", "")
		case returned.Before(bought):
			return Return{}, fault.OnField("/bought_on", "not_after", returned.String())
		}
		if _, ok := RulesOf(r.Draft.Rules).Good(cmd.Goods); !ok {
			return Return{}, fault.OnField("/goods", "unknown_choice", "")
		}
		row := returnRow{
			ID: ident.New[ident.ReturnID](), Pledge: r.ID, Premises: r.Premises, ReturnedOn: returned, BoughtOn: bought, Goods: cmd.Goods,
			Cents: cmd.Cents, Outcome: cmd.Outcome, Note: cmd.Note, Account: c.By.Account, CreatedAt: c.Now,
		}
		return row.view(), insertReturn(ctx, c.Tx, &row)
	})
}

// StrikeReturn strikes a line that was wrong.
func (s *Service) StrikeReturn(ctx context.Context, cmd StrikeCommand) (Totals, error) {
	return usecase.Do(ctx, s.rt, strikeDef, cmd, func(ctx context.Context, c *usecase.Call) (Totals, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return Totals{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := strike(ctx, c.Tx, r.Premises, cmd.Return, cmd.Reason); err != nil {
			return Totals{}, err
		}
		return totals(ctx, c.Tx, r.Premises, "", "")
	})
}

// ShowLedger publishes the totals beside the pledge, or takes them away.
func (s *Service) ShowLedger(ctx context.Context, cmd ShowCommand) (View, error) {
	return usecase.Do(ctx, s.rt, showDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		r.PublishLedger = cmd.Publish
		c.Note("publish", cmd.Publish)
		err = bump(ctx, c.Tx, &r, c.Now)
		return s.view(r, c.By, c.Now), err
	})
}

// Ledger reads what the reader's shop wrote down.
func (s *Service) Ledger(ctx context.Context, q LedgerQuery) (Ledger, error) {
	return usecase.Read(ctx, s.rt, ledgerDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Ledger, error) {
		return s.ledger(ctx, idb, q, by)
	})
}

func (s *Service) ledger(ctx context.Context, idb usecase.Reader, q LedgerQuery, by access.Principal) (Ledger, error) {
	l := Ledger{Items: []Return{}}
	r, err := get(ctx, idb, q.ID, by)
	if err != nil {
		return l, err
	}
	rows, err := returns(ctx, idb, r.Premises, q.From, q.To)
	if err != nil {
		return l, err
	}
	for _, row := range rows {
		l.Items = append(l.Items, row.view())
	}
	l.Totals, err = totals(ctx, idb, r.Premises, q.From, q.To)
	return l, err
}

// LedgerCSV writes the ledger as a file that spreadsheets open.
func (s *Service) LedgerCSV(ctx context.Context, q LedgerQuery) ([]byte, error) {
	return usecase.Read(ctx, s.rt, ledgerCSV, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]byte, error) {
		l, err := s.ledger(ctx, idb, q, by)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		w, err := tabular.CSVWriter(&b)
		if err != nil {
			return nil, err
		}
		head := make([]string, len(ledgerColumns))
		for i, key := range ledgerColumns {
			head[i] = say("zh", "ledger_"+key)
		}
		if err := w.Row(head...); err != nil {
			return nil, err
		}
		rules := CurrentRules()
		for _, r := range l.Items {
			g, _ := rules.Good(r.Goods)
			if err := w.Row(r.ReturnedOn.String(), r.BoughtOn.String(), g.Text.Zh, Yuan(r.Cents), say("zh", "outcome_"+r.Outcome), r.Note, r.Struck); err != nil {
				return nil, err
			}
		}
		err = w.Close()
		return b.Bytes(), err
	})
}

var ledgerColumns = []string{"returned_on", "bought_on", "goods", "amount", "outcome", "note", "struck"}

// Yuan writes an amount of fen in yuan, such as 129.90.
func Yuan(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

func (r returnRow) view() Return {
	return Return{ID: r.ID, ReturnedOn: r.ReturnedOn, BoughtOn: r.BoughtOn, Goods: r.Goods, Cents: r.Cents, Outcome: r.Outcome, Note: r.Note, Struck: r.Struck}
}
