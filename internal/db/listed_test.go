package db_test

import (
	"slices"
	"testing"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
)

// A list of due days is read page by page without losing or repeating a row,
// by those who may see it only.
func TestListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		type row struct {
			bun.BaseModel `bun:"table:listed,alias:l"`

			ID, DueOn, Scope, Operator string
		}
		owner := ident.New[ident.AccountID]()
		operator := ident.New[ident.OperatorID]()
		exec := func(text string, args ...any) {
			t.Helper()
			if _, err := d.W.NewRaw(text, args...).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		exec(`CREATE TABLE listed (id TEXT, due_on TEXT, scope TEXT, operator TEXT)`)
		exec(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', 'x', '["merchant"]', 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)`, owner)
		exec(`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', 'x', 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)`, operator)
		exec(`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', CURRENT_TIMESTAMP)`, owner, operator)
		for _, r := range []row{ // c and b fall due on one day
			{ID: "c", DueOn: "2026-03-02", Scope: "/36/3601/", Operator: string(operator)},
			{ID: "b", DueOn: "2026-03-02", Scope: "/36/3601/", Operator: "other"},
			{ID: "a", DueOn: "2026-03-05", Scope: "/36/3602/", Operator: string(operator)},
			{ID: "d", DueOn: "2026-03-01", Scope: "/36/3601/", Operator: "other"},
		} {
			exec(`INSERT INTO listed (id, due_on, scope, operator) VALUES (?, ?, ?, ?)`, r.ID, r.DueOn, r.Scope, r.Operator)
		}
		read := func(by access.Principal, size int) (ids []string) {
			t.Helper()
			for after, n := "", 0; ; n++ {
				var rows []row
				next, err := db.ByDue(t.Context(), d.R.NewSelect().Model(&rows).Apply(db.SeenBy("l", by)), "l", size, after, &rows, func(r *row) (string, string) { return r.DueOn, r.ID })
				if err != nil || len(rows) > size || n > 9 {
					t.Fatalf("%d rows, %v", len(rows), err)
				}
				for _, r := range rows {
					ids = append(ids, r.ID)
				}
				if after = next; after == "" {
					return ids
				}
			}
		}
		province := access.Principal{Account: "p", Roles: []access.Role{access.ProvinceOfficer}, Scope: "/36/"}
		city := access.Principal{Account: "c", Roles: []access.Role{access.CityOfficer}, Scope: "/36/3601/"}
		holder := access.Principal{Account: owner, Roles: []access.Role{access.Merchant}}
		stranger := access.Principal{Account: ident.New[ident.AccountID](), Roles: []access.Role{access.Merchant}}
		for _, c := range []struct {
			who  string
			by   access.Principal
			want []string
		}{
			{"province", province, []string{"d", "b", "c", "a"}}, {"city", city, []string{"d", "b", "c"}},
			{"holder", holder, []string{"c", "a"}}, {"stranger", stranger, nil},
		} {
			for size := 1; size <= 5; size++ {
				if got := read(c.by, size); !slices.Equal(got, c.want) {
					t.Errorf("%s reads %v by %d, want %v", c.who, got, size, c.want)
				}
			}
		}
		var rows []row
		_, err := db.ByDue(t.Context(), d.R.NewSelect().Model(&rows), "l", 2, "forged", &rows, func(r *row) (string, string) { return r.DueOn, r.ID })
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("a forged cursor: %v", err)
		}
	})
}
