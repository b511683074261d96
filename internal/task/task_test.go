package task_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func TestTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		s := task.New(rt)
		def := usecase.Def{Name: "test.open", Allow: []access.Role{access.System}}
		open := func(o task.Opening) {
			t.Helper()
			_, err := usecase.Do(usecase.System(context.Background(), "test"), rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
				_, err := s.Open(ctx, c, o)
				return struct{}{}, err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		late := task.Opening{Kind: task.CaseOverdue, Noun: "application", Subject: "a", Scope: "/36/3601/360102/", DueOn: "2026-03-05"}
		open(late)
		open(late) // once while it is open
		open(task.Opening{Kind: task.CaseOverdue, Noun: "application", Subject: "b", Scope: "/36/3601/360102/", DueOn: "2026-03-01"})
		for range 2 { // each report counts
			open(task.Opening{Kind: "report", Noun: "sticker", Subject: "s", Scope: "/36/3601/360102/", Each: true})
		}
		county := testkit.Staff(access.CountyOfficer, "/36/3601/360102/")
		var seen []string
		q := task.ListQuery{Limit: 1}
		for {
			p, err := s.List(testkit.As(county), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range p.Items {
				seen = append(seen, v.Subject)
			}
			if p.Next == "" {
				break
			}
			q.After = p.Next
		}
		if len(seen) != 4 || seen[0] != "b" || seen[1] != "a" || seen[2] != "s" {
			t.Fatalf("listed %v, want the most urgent first and those without a date last", seen)
		}
		far := testkit.Staff(access.CountyOfficer, "/36/3607/")
		if p, err := s.List(testkit.As(far), task.ListQuery{}); err != nil || len(p.Items) != 0 {
			t.Errorf("another county sees %d tasks, %v", len(p.Items), err)
		}
		p, err := s.List(testkit.As(county), task.ListQuery{Kind: task.CaseOverdue})
		if err != nil || len(p.Items) != 2 {
			t.Fatal(p, err)
		}
		first := p.Items[0]
		closing := task.CloseCommand{ID: first.ID, Note: "已电话督办"}
		for code, do := range map[fault.Code]func() error{
			fault.NotFound:  func() error { _, err := s.Close(testkit.As(far), closing); return err },
			fault.Forbidden: func() error { _, err := s.Close(testkit.As(testkit.Merchant()), closing); return err },
			fault.Invalid:   func() error { _, err := s.Close(testkit.As(county), task.CloseCommand{ID: first.ID}); return err },
			fault.StaleVersion: func() error {
				_, err := s.Close(usecase.WithEdge(testkit.As(county), usecase.Edge{Version: 9}), closing)
				return err
			},
		} {
			if err := do(); !fault.Is(err, code) {
				t.Errorf("%v, want %s", err, code)
			}
		}
		v, err := s.Close(testkit.As(county), closing)
		if err != nil || v.State != task.Done || v.Note == "" {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := s.Close(testkit.As(county), closing); !fault.Is(err, fault.Conflict) {
			t.Errorf("closed twice: %v", err)
		}
	})
}
