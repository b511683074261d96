package plaque_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/plaque"
	"fangxin/internal/quorum"
	"fangxin/internal/street"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func TestEndsOfTitlesAskForThePlaque(t *testing.T) {
	each(t, func(w *world) {
		for cause, end := range map[plaque.Cause]func(v certificate.View) error{
			plaque.Revoked: func(v certificate.View) error { w.revoke(v.ID); return nil },
			plaque.Withdrawn: func(v certificate.View) error {
				_, err := w.titles.Withdraw(testkit.As(w.owner), certificate.StepCommand{ID: v.ID, Reason: "停业"})
				return err
			},
			plaque.Superseded: func(v certificate.View) error { return w.replace(v, "新名字陶瓷店") },
			plaque.Lapsed: func(v certificate.View) error {
				return w.turned(street.Turned{Title: v, Operator: w.operator, Is: quorum.Lapsed, Turn: &quorum.Turn{From: calendar.DateOf(w.clock.Now())}})
			},
		} {
			v := w.title("jx-model-shop", 300)
			before := len(w.openTasks(task.PlaqueWanted))
			w.ok(end(v))
			p := w.of(v.ID)
			if p == nil || p.Cause != cause || p.State != lifecycle.Wanted || p.PlaceZh == "" {
				t.Fatalf("%s: %+v", cause, p)
			}
			if want := calendar.Shipped().AddWorkdays(calendar.DateOf(w.clock.Now()), 10).Date.String(); p.DueOn != want {
				t.Errorf("%s: due on %s, want ten working days on, %s", cause, p.DueOn, want)
			}
			tasks := w.openTasks(task.PlaqueWanted)
			if len(tasks) != before+1 || !slices.ContainsFunc(tasks, func(x task.View) bool { return x.Subject == string(p.ID) && x.DueOn == p.DueOn }) {
				t.Errorf("%s: the county has %d tasks", cause, len(tasks))
			}
		}
		for what, v := range map[string]certificate.View{"a pledge": w.title(pledgeScheme, 300), "suspended": w.title("jx-model-shop", 300), "renewed under its name": w.title("jx-model-shop", 20)} {
			switch what {
			case "a pledge":
				w.revoke(v.ID)
			case "suspended":
				_, err := w.titles.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: v.ID, Reason: "核查中"})
				w.ok(err)
			default:
				w.ok(w.replace(v, v.Holder))
			}
			if p := w.of(v.ID); p != nil {
				t.Errorf("%s: a plaque is wanted: %+v", what, p)
			}
		}
	})
}

func TestExpiredTitlesAreFoundAndTheLateReminded(t *testing.T) {
	each(t, func(w *world) {
		v := w.title("jx-model-shop", 3)
		old := w.title("jx-model-shop", 1)
		w.clock.Add(3 * 24 * time.Hour)
		w.ok(w.s.Sweep(t.Context()))
		if p := w.of(v.ID); p != nil {
			t.Fatalf("wanted on the last day itself: %+v", p)
		}
		w.clock.Add(24 * time.Hour)
		for range 2 { // the second finds nothing new
			w.ok(w.s.Sweep(t.Context()))
		}
		p := w.of(v.ID)
		if p == nil || p.Cause != plaque.Expired || w.of(old.ID) == nil {
			t.Fatalf("not asked for: %+v", p)
		}
		w.heard = nil
		w.clock.Add(11 * 24 * time.Hour)
		w.ok(w.s.Sweep(t.Context()))
		w.clock.Add(20 * 24 * time.Hour)
		w.ok(w.s.Sweep(t.Context()))
		if !slices.Contains(w.heard, "due_soon") || !slices.Contains(w.heard, "overdue") {
			t.Errorf("told %v", w.heard)
		}
		late, err := w.s.List(testkit.As(w.officer), plaque.ListQuery{Overdue: true})
		if err != nil || len(late.Items) != 2 || !late.Items[0].Overdue || *late.Items[0].DaysLeft >= 0 {
			t.Errorf("overdue: %+v, %v", late, err)
		}
		// A street whose title came back hands nothing in.
		w.ok(w.turned(street.Turned{Title: v, Operator: w.operator, Was: quorum.Lapsed, Is: quorum.Sound}))
		if p := w.of(v.ID); p.State != lifecycle.Annulled {
			t.Errorf("still %s", p.State)
		}
		if n := len(w.openTasks(task.PlaqueWanted)); n != 1 {
			t.Errorf("%d tasks, want that of the other shop", n)
		}
	})
}

// However long ago a title ran out, its plaque is asked for, once; so is that
// of a title that ran out while it was suspended.
func TestTitlesThatEndedLongAgo(t *testing.T) {
	each(t, func(w *world) {
		v := w.title("jx-model-shop", 3)
		w.clock.Add(400 * 24 * time.Hour)
		for range 2 {
			w.ok(w.s.Sweep(t.Context()))
		}
		p := w.of(v.ID)
		if p == nil || p.Cause != plaque.Expired || p.EndedOn != v.ExpiresOn.String() || len(w.openTasks(task.PlaqueWanted)) != 1 {
			t.Fatalf("%+v with %d tasks", p, len(w.openTasks(task.PlaqueWanted)))
		}
	})
}

// A scan of an ended title says whether its plaque is outstanding, and no more
// once it is dealt with.
func TestScansSayThatThePlaqueIsOutstanding(t *testing.T) {
	each(t, func(w *world) {
		v := w.title("jx-model-shop", 300)
		prints, err := w.badges.List(testkit.As(w.officer), badge.ListQuery{Certificate: v.ID})
		if err != nil || len(prints) == 0 {
			t.Fatalf("%d prints: %v", len(prints), err)
		}
		if prints[0].State == lifecycle.Printed {
			_, err = w.badges.Activate(testkit.As(w.officer), badge.StepCommand{ID: prints[0].ID})
			w.ok(err)
		}
		says := func(when string, want lifecycle.State) {
			t.Helper()
			a := w.badges.Scan(t.Context(), string(prints[0].Code))
			if a.Plaque != want || (want != "") != strings.Contains(string(a.AppendJSON(nil)), `"plaque":"`+string(want)+`"`) {
				t.Errorf("%s: %q in an answer that is %s", when, a.Plaque, a.Status)
			}
		}
		says("while it stands", "")
		w.revoke(v.ID)
		says("revoked", lifecycle.Wanted)
		p := w.of(v.ID)
		_, err = w.s.ReportMissing(testkit.As(w.officer), plaque.MissingCommand{ID: p.ID, Note: "店主称已丢失"})
		w.ok(err)
		says("missing", lifecycle.Missing)
		_, err = w.s.Recover(testkit.As(w.officer), plaque.DoneCommand{ID: p.ID, On: w.today(), Photo: w.photo(w.officer)})
		w.ok(err)
		says("taken in", "")
	})
}

func TestOfficersRecordWhatBecameOfThePlaque(t *testing.T) {
	each(t, func(w *world) {
		p := w.wanted()
		done := func(id plaque.View) plaque.DoneCommand {
			return plaque.DoneCommand{ID: id.ID, On: w.today(), HandedBy: "店长", Photo: w.photo(w.officer), Note: "当面交回"}
		}
		cmd := done(p)
		future, early, bare := cmd, cmd, cmd
		future.On, early.On, bare.Photo = "2099-01-01", "2020-01-01", ""
		unknown := cmd
		unknown.Photo = "aa" + cmd.Photo[2:]
		for _, c := range []struct {
			what string
			by   func() error
			code fault.Code
		}{
			{"by another county", func() error { _, err := w.s.Recover(testkit.As(w.stranger), cmd); return err }, fault.NotFound},
			{"by the holder", func() error { _, err := w.s.Recover(testkit.As(w.owner), cmd); return err }, fault.Forbidden},
			{"by an inspector", func() error { _, err := w.s.Destroy(testkit.As(w.inspector), cmd); return err }, fault.Forbidden},
			{"tomorrow", func() error { _, err := w.s.Recover(testkit.As(w.officer), future); return err }, fault.Invalid},
			{"before the title ended", func() error { _, err := w.s.Destroy(testkit.As(w.officer), early); return err }, fault.Invalid},
			{"without a photo", func() error { _, err := w.s.Recover(testkit.As(w.officer), bare); return err }, fault.Invalid},
			{"with an unknown photo", func() error { _, err := w.s.Recover(testkit.As(w.officer), unknown); return err }, fault.Invalid},
			{"without words", func() error {
				_, err := w.s.ReportMissing(testkit.As(w.officer), plaque.MissingCommand{ID: p.ID})
				return err
			}, fault.Invalid},
			{"an old version", func() error {
				_, err := w.s.Recover(usecase.WithEdge(testkit.As(w.officer), usecase.Edge{Version: 9}), cmd)
				return err
			}, fault.StaleVersion},
		} {
			w.refused(c.what, c.by(), c.code)
		}
		got, err := w.s.Recover(testkit.As(w.officer), cmd)
		if err != nil || got.State != lifecycle.Recovered || got.Photo != cmd.Photo || got.Officer == "" || got.DoneOn != w.today() {
			t.Fatalf("%+v, %v", got, err)
		}
		if n := len(w.openTasks(task.PlaqueWanted)); n != 0 {
			t.Errorf("the task is still open")
		}
		_, err = w.s.Destroy(testkit.As(w.officer), cmd)
		w.refused("a second time", err, fault.IllegalStep)
		mine, err := w.s.Get(testkit.As(w.owner), p.ID)
		if err != nil || mine.Photo == "" || mine.Officer != "" {
			t.Errorf("the holder reads %+v, %v", mine, err)
		}
		_, err = w.s.Get(testkit.As(w.other), p.ID)
		w.refused("another merchant", err, fault.NotFound)
		if _, err := w.files.Stat(testkit.As(w.owner), cmd.Photo); err != nil {
			t.Errorf("the holder does not see the photo: %v", err)
		}

		second := w.wanted()
		if v, err := w.s.Destroy(testkit.As(w.officer), done(second)); err != nil || v.State != lifecycle.Destroyed {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestMissingPlaquesArePublicUntilTheyTurnUp(t *testing.T) {
	each(t, func(w *world) {
		p := w.wanted()
		if _, err := w.s.ReportMissing(testkit.As(w.officer), plaque.MissingCommand{ID: p.ID, Note: "店主拒交"}); err != nil {
			t.Fatal(err)
		}
		public := func() certificate.Detail {
			d, err := w.titles.Detail(testkit.As(w.other), p.CertNumber)
			w.ok(err)
			return d
		}
		if d := public(); d.Plaque == nil || d.Plaque.State != lifecycle.Missing || d.Plaque.On != w.today() {
			t.Errorf("the public reads %+v", d.Plaque)
		}
		_, err := w.s.ReportMissing(testkit.As(w.officer), plaque.MissingCommand{ID: p.ID, Note: "又去一次"})
		w.refused("missing twice", err, fault.IllegalStep)
		if _, err := w.s.Recover(testkit.As(w.officer), plaque.DoneCommand{ID: p.ID, On: w.today(), Photo: w.photo(w.officer)}); err != nil {
			t.Fatal(err)
		}
		if d := public(); d.Plaque.State != lifecycle.Recovered {
			t.Errorf("the public reads %+v", d.Plaque)
		}
		if !slices.Equal(w.heard, []lifecycle.Action{"create", lifecycle.ReportGone, lifecycle.Recover}) {
			t.Errorf("told %v", w.heard)
		}
	})
}

func TestTitleThatComesBack(t *testing.T) {
	each(t, func(w *world) {
		open, taken := w.wanted(), w.wanted()
		_, err := w.s.Recover(testkit.As(w.officer), plaque.DoneCommand{ID: taken.ID, On: w.today(), Photo: w.photo(w.officer)})
		w.ok(err)
		for _, p := range []plaque.View{open, taken} {
			w.ok(w.system(func(ctx context.Context, c *usecase.Call) error {
				return w.titles.Reinstate(ctx, c, p.Certificate, "复核成立")
			}))
		}
		if p := w.of(open.Certificate); p.State != lifecycle.Annulled {
			t.Errorf("still %s", p.State)
		}
		if n := len(w.openTasks(task.PlaqueWanted)); n != 0 {
			t.Errorf("%d plaques are still a task", n)
		}
		if back := w.openTasks(task.PlaqueReturn); len(back) != 1 || back[0].Subject != string(taken.Certificate) {
			t.Errorf("nobody is asked to give the plaque back: %+v", back)
		}
	})
}

// The database refuses by itself what the table does not list.
func TestDatabaseRefuses(t *testing.T) {
	each(t, func(w *world) {
		p := w.wanted()
		for what, sql := range map[string]string{
			"recovered without a proof": `UPDATE plaque SET state = 'recovered' WHERE id = ?`,
			"missing without words":     `UPDATE plaque SET state = 'missing' WHERE id = ?`,
			"an unknown state":          `UPDATE plaque SET state = 'lost' WHERE id = ?`,
		} {
			if _, err := w.d.W.NewRaw(sql, p.ID).Exec(t.Context()); err == nil {
				t.Errorf("%s is taken", what)
			}
		}
		_, err := w.s.Recover(testkit.As(w.officer), plaque.DoneCommand{ID: p.ID, On: w.today(), Photo: w.photo(w.officer)})
		w.ok(err)
		if _, err := w.d.W.NewRaw(`UPDATE plaque SET state = 'wanted' WHERE id = ?`, p.ID).Exec(t.Context()); err == nil {
			t.Error("a step that the table does not list is taken")
		}
	})
}
