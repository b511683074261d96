package pledge_test

import (
	"bytes"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/pledge"
	"fangxin/internal/tabular"
	"fangxin/internal/testkit"
)

func TestTheLedgerBelongsToTheShop(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		w.to(w.today().AddDays(5))
		today := w.today()
		write := func(by access.Principal, change func(*pledge.RecordCommand)) (pledge.Return, error) {
			cmd := pledge.RecordCommand{
				ID: v.ID, ReturnedOn: today.String(), BoughtOn: today.AddDays(-2).String(), Goods: "clothing", Cents: 12990, Outcome: "refunded", Note: "=尺寸不合适",
			}
			change(&cmd)
			return w.s.RecordReturn(testkit.As(by), cmd)
		}
		same := func(*pledge.RecordCommand) {}
		first, err := write(w.owner, same)
		w.ok(err)
		for what, change := range map[string]func(*pledge.RecordCommand){
			"tomorrow":             func(c *pledge.RecordCommand) { c.ReturnedOn = today.AddDays(1).String() },
			"before it was bought": func(c *pledge.RecordCommand) { c.BoughtOn = today.String(); c.ReturnedOn = today.AddDays(-1).String() },
			"unknown goods":        func(c *pledge.RecordCommand) { c.Goods = "houses" },
			"unknown outcome":      func(c *pledge.RecordCommand) { c.Outcome = "eaten" },
			"less than nothing":    func(c *pledge.RecordCommand) { c.Cents = -1 },
		} {
			_, err := write(w.owner, change)
			w.refused(what, err, fault.Invalid)
		}
		_, err = write(w.stranger, same)
		w.refused("another merchant writes", err, fault.NotFound)
		_, err = write(w.officer, same)
		w.refused("an officer writes", err, fault.Forbidden)
		_, err = write(w.owner, func(c *pledge.RecordCommand) { c.Outcome = "exchanged" })
		w.ok(err)
		l, err := w.s.Ledger(testkit.As(w.owner), pledge.LedgerQuery{ID: v.ID})
		w.ok(err)
		w.want("totals", l.Totals, pledge.Totals{Returns: 2, Refunded: 1, Exchanged: 1, Cents: 12990})
		_, err = w.s.Ledger(testkit.As(w.officer), pledge.LedgerQuery{ID: v.ID})
		w.refused("an officer reads", err, fault.Forbidden)
		_, err = w.s.Ledger(testkit.As(w.stranger), pledge.LedgerQuery{ID: v.ID})
		w.refused("another merchant reads", err, fault.NotFound)

		public := func() *pledge.Totals {
			d, err := w.s.Get(testkit.As(access.Anonymous()), v.ID)
			w.ok(err)
			return d.Ledger
		}
		if public() != nil {
			t.Error("published without the shop's word")
		}
		_, err = w.s.ShowLedger(testkit.As(w.stranger), pledge.ShowCommand{ID: v.ID, Publish: true})
		w.refused("another merchant publishes", err, fault.NotFound)
		_, err = w.s.ShowLedger(testkit.As(w.owner), pledge.ShowCommand{ID: v.ID, Publish: true})
		w.ok(err)
		if got := public(); got == nil || got.Returns != 2 {
			t.Errorf("published %+v", got)
		}

		b, err := w.s.LedgerCSV(testkit.As(w.owner), pledge.LedgerQuery{ID: v.ID})
		w.ok(err)
		if !strings.Contains(string(b), ",129.90,已退款,'=尺寸不合适,") {
			t.Errorf("%s", b)
		}
		_, err = w.s.StrikeReturn(testkit.As(w.stranger), pledge.StrikeCommand{ID: v.ID, Return: first.ID, Reason: "记错"})
		w.refused("another merchant strikes", err, fault.NotFound)
		totals, err := w.s.StrikeReturn(testkit.As(w.owner), pledge.StrikeCommand{ID: v.ID, Return: first.ID, Reason: "记错"})
		w.ok(err)
		w.want("struck lines do not count", totals, pledge.Totals{Returns: 1, Exchanged: 1})
		_, err = w.s.StrikeReturn(testkit.As(w.owner), pledge.StrikeCommand{ID: v.ID, Return: first.ID, Reason: "记错"})
		w.refused("struck twice", err, fault.StaleVersion)
	})
}

func TestTheFileOfTheNationalLookup(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		_, err := w.s.LookupCSV(testkit.As(w.owner), pledge.LookupQuery{})
		w.refused("a shop", err, fault.Forbidden)
		b, err := w.s.LookupCSV(testkit.As(w.officer), pledge.LookupQuery{Division: "360100"})
		w.ok(err)
		bom := []byte("\xef\xbb\xbf")
		if !bytes.HasPrefix(b, bom) {
			t.Error("no mark for spreadsheets")
		}
		plain, err := w.s.LookupCSV(testkit.As(w.officer), pledge.LookupQuery{NoBOM: true})
		w.ok(err)
		if !bytes.Equal(append(bom, plain...), b) {
			t.Error("without the mark the file should be the same")
		}
		table, err := tabular.Read("f.csv", b, []tabular.Column{{Key: "name", Names: []string{"店名"}}, {Key: "goods", Names: []string{"适用商品类别"}}, {Key: "id", Names: []string{"永久标识"}},
			{Key: "lng", Names: []string{"经度"}}, {Key: "datum", Names: []string{"坐标系"}}, {Key: "days", Names: []string{"承诺天数"}}}, nil)
		w.ok(err)
		if len(table.Rows) != 1 || len(table.Header) != len(pledge.LookupColumns) {
			t.Fatalf("%+v", table)
		}
		for key, want := range map[string]string{"name": "瓷韵轩", "id": string(v.ID), "lng": "115.900000", "datum": "gcj02", "days": "7"} {
			w.want(key, table.Rows[0].Values[key], want)
		}
		other, err := w.s.LookupCSV(testkit.As(testkit.Staff(access.CountyOfficer, "/36/3607/360702/")), pledge.LookupQuery{})
		w.ok(err)
		if bytes.Contains(other, []byte("瓷韵轩")) {
			t.Error("another county exports it")
		}
		_, err = w.s.RedCard(testkit.As(w.officer), give(v))
		w.ok(err)
		if b, err = w.s.LookupCSV(testkit.As(w.officer), pledge.LookupQuery{}); err != nil || bytes.Contains(b, []byte("瓷韵轩")) {
			t.Errorf("a red card is still exported: %v", err)
		}
	})
}
