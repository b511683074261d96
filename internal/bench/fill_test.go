package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"testing"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/certificate"
	"fangxin/internal/config"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/ident"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// stopped is a registry whose clock stands still.
func stopped(t *testing.T, url string) (*app.App, time.Time) {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: url, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}.Finish()
	if err != nil {
		t.Fatal(err)
	}
	now := testkit.Monday.UTC()
	a, err := app.New(context.Background(), c, app.Options{Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a, now
}

// stored reads every column of the rows of one title.
func stored(t *testing.T, d *db.DB, id ident.CertificateID) map[string][]map[string]any {
	t.Helper()
	out := map[string][]map[string]any{}
	for table, where := range map[string]string{
		"certificate": "id = ?", "certificate_sector": "certificate = ?", "sticker": "certificate = ?",
		"badge_face": "serial IN (SELECT serial FROM sticker WHERE certificate = ?)",
	} {
		var rows []map[string]any
		if err := d.W.NewRaw("SELECT * FROM "+table+" WHERE "+where, id).Scan(context.Background(), &rows); err != nil {
			t.Fatal(err)
		}
		out[table] = rows
	}
	return out
}

// What the filler writes is what the use-cases write for the same shop, in
// every column; only the drawn ids and serials are handed over.
func TestFilledRowsAreThoseOfTheUseCases(t *testing.T) {
	for name, url := range map[string]string{"sqlite": "", "postgres": dbtest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			a, now := stopped(t, url)
			want, err := NewFiller(now).next()
			if err != nil {
				t.Fatal(err)
			}
			system := usecase.System(ctx, "test")
			v, err := a.Certificates.Import(system, certificate.ImportCommand{IssueInput: want.IssueInput})
			if err != nil {
				t.Fatal(err)
			}
			var print stickerRow
			if err := a.DB.W.NewSelect().Model(&print).Where("certificate = ?", v.ID).Scan(ctx); err != nil {
				t.Fatal(err)
			}
			made := stored(t, a.DB, v.ID)
			for _, table := range []string{"badge_face", "sticker", "certificate_sector", "certificate"} {
				where := "certificate = ?"
				switch table {
				case "badge_face":
					where = "serial IN (SELECT serial FROM sticker WHERE certificate = ?)"
				case "certificate":
					where = "id = ?"
				}
				if _, err := a.DB.W.NewRaw("DELETE FROM "+table+" WHERE "+where, v.ID).Exec(ctx); err != nil {
					t.Fatal(err)
				}
			}
			want.ID, want.Sticker, want.Serial = v.ID, print.ID, print.Serial
			if err := write(ctx, a.DB, []title{want}); err != nil {
				t.Fatal(err)
			}
			filled := stored(t, a.DB, v.ID)
			for table, rows := range made {
				if len(rows) != 1 || len(filled[table]) != 1 {
					t.Fatalf("%s: %d rows made, %d filled", table, len(rows), len(filled[table]))
				}
				for column, value := range rows[0] {
					if got := filled[table][0][column]; !reflect.DeepEqual(got, value) {
						t.Errorf("%s.%s: filled %v, made %v", table, column, got, value)
					}
				}
			}
		})
	}
}

func TestFilledBadgesAreValid(t *testing.T) {
	a, now := stopped(t, "")
	f := NewFiller(now)
	if err := f.Fill(context.Background(), a.DB, perInsert+10); err != nil {
		t.Fatal(err)
	}
	seen := map[badgecode.Serial]bool{}
	for _, serial := range f.serials {
		r, err := answers[0].request(string(a.Badges.Encode(serial)))
		if err != nil {
			t.Fatal(err)
		}
		w := newSink(true)
		a.Handler.ServeHTTP(w, r)
		var got badge.Answer
		if err := json.Unmarshal(w.body.Bytes(), &got); err != nil || w.status != http.StatusOK || got.Status != badge.Valid {
			t.Fatalf("%d %s", w.status, w.body)
		}
		seen[serial] = true
	}
	if len(seen) != perInsert+10 || f.Made() != len(seen) {
		t.Errorf("%d badges", len(seen))
	}
}
