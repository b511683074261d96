package inspection_test

import (
	"archive/zip"
	"bytes"
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/record"
	"fangxin/internal/testkit"
)

// What was submitted can be proved from the exported file alone, with every
// answer ever given, both clocks, the place and the refusal.
func TestTheRecordProvesTheVisit(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		ctx := testkit.As(v.lead)
		if _, err := v.Record(ctx, v.id); !fault.Is(err, fault.NotFound) {
			t.Errorf("there is a record before the submission: %v", err)
		}
		view := v.submitted()
		e, err := v.Export(ctx, v.id)
		v.ok(err)
		var b bytes.Buffer
		v.ok(v.WriteZip(ctx, &b, e, nil))
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		v.ok(err)
		rep := record.Audit(e.Bundle, record.Evidence{Files: z, Seal: view.Seal})
		if !rep.OK() || rep.Head != view.Seal || len(e.Files) != 2 {
			t.Fatalf("%+v", rep.Findings)
		}
		got := e.Chain[0].Visit
		switch {
		case got.Started.Place == nil || got.Started.Place.Accuracy != 15 || got.Started.By != v.lead.Account:
			t.Errorf("the start: %+v", got.Started)
		case got.Entries[0].DeviceAt == nil || *got.Entries[0].AgeMS != 2500 || got.Entries[0].By != v.lead.Account:
			t.Errorf("an entry: %+v", got.Entries[0])
		case got.Signatures[2].Party != "merchant" || got.Signatures[2].Witness != "社区干部":
			t.Errorf("the refusal: %+v", got.Signatures[2])
		case got.Inspectors[0].Name != "龚海波" || got.Inspectors[1].Account != v.second.Account:
			t.Errorf("inspectors: %+v", got.Inspectors)
		case got.Files[0].Original == "" || got.Files[0].Original == got.Files[0].SHA256:
			t.Errorf("the hash of what the device sent is lost: %+v", got.Files[0])
		}
	})
}

// A second submission follows the first; both stay.
func TestASecondSubmissionContinuesTheChain(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		first := v.submitted()
		item := v.first(checklist.Ordinary)
		_, err := v.SendBack(testkit.As(v.officer), inspection.SendBackCommand{ID: v.id, Reason: "请重拍", Marks: []inspection.Mark{{Item: item.ID, Note: "看不清"}}})
		v.ok(err)
		ctx := testkit.As(v.second)
		_, err = v.Start(ctx, inspection.IDCommand{ID: v.id})
		v.ok(err)
		a := checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "确有问题", Photos: []string{v.picture(v.second, 10)}}
		_, err = v.Save(ctx, inspection.SaveCommand{ID: v.id, Entries: []inspection.Entry{entryOf(a)}})
		v.ok(err)
		v.clock.Add(time.Minute)
		second, err := v.Submit(ctx, inspection.IDCommand{ID: v.id})
		v.ok(err)
		e, err := v.Record(ctx, v.id)
		v.ok(err)
		if !e.Report.OK() || len(e.Chain) != 2 || e.Chain[0].Seal != first.Seal || e.Chain[1].Seal != second.Seal || e.Chain[1].Previous != first.Seal {
			t.Fatalf("%+v", e.Report.Findings)
		}
		before, after := e.Chain[0].Visit, e.Chain[1].Visit
		if len(after.Entries) != len(before.Entries)+1 || before.Result.Score <= after.Result.Score {
			t.Errorf("entries %d → %d, score %s → %s", len(before.Entries), len(after.Entries), before.Result.Score, after.Result.Score)
		}
		seen, err := v.VerifyRecord(context.Background(), first.Seal)
		v.ok(err)
		if !seen.Intact || !seen.Amended || seen.Newer != second.Seal || seen.Holder != "好味餐馆" {
			t.Errorf("%+v", seen)
		}
	})
}

func TestWhoReadsARecord(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		view := v.submitted()
		for name, c := range map[string]struct {
			by   access.Principal
			want fault.Code
		}{
			"lead": {v.lead, ""}, "second": {v.second, ""}, "officer": {v.officer, ""}, "the shop's owner": {v.owner, ""},
			"province":         {testkit.Staff(access.Supervisor, "/36/"), ""},
			"another merchant": {v.stranger, fault.NotFound}, "another county": {v.far, fault.NotFound},
			"another inspector": {testkit.Staff(access.Inspector, recordScope), fault.NotFound}, "the public": {access.Anonymous(), fault.Unauthenticated},
		} {
			if _, err := v.Record(testkit.As(c.by), v.id); fault.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			if _, err := v.Export(testkit.As(c.by), v.id); fault.CodeOf(err) != c.want {
				t.Errorf("%s with photos: %v, want %q", name, err, c.want)
			}
		}
		if _, err := v.VerifyRecord(context.Background(), view.Seal); err != nil {
			t.Errorf("the public asks for a seal: %v", err)
		}
		for seal, want := range map[string]fault.Code{record.Hash(nil): fault.NotFound, "x": fault.Invalid} {
			if _, err := v.VerifyRecord(context.Background(), seal); !fault.Is(err, want) {
				t.Errorf("%q: %v", seal, err)
			}
		}
	})
}

// A stored record cannot be changed or taken away, and one that was forced is
// not shown as whole.
func TestStoredRecordsStay(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		view := v.submitted()
		for _, q := range []string{"UPDATE inspection_record SET content = '{}'", "DELETE FROM inspection_record"} {
			if _, err := v.d.W.NewRaw(q).Exec(t.Context()); err == nil {
				t.Errorf("%s is allowed", q)
			}
		}
		for _, q := range map[string][]string{"sqlite": {"DROP TRIGGER inspection_record_no_update"}, "postgres": {"DROP TRIGGER inspection_record_no_update ON inspection_record"}}[dialect(t)] {
			_, err := v.d.W.NewRaw(q).Exec(t.Context())
			v.ok(err)
		}
		_, err := v.d.W.NewRaw("UPDATE inspection_record SET content = replace(content, '涂金莲', '涂金连')").Exec(t.Context())
		v.ok(err)
		seen, err := v.VerifyRecord(context.Background(), view.Seal)
		if err != nil || seen.Intact {
			t.Errorf("a changed record passes: %+v %v", seen, err)
		}
		e, err := v.Record(testkit.As(v.officer), v.id)
		if err != nil || e.Report.OK() {
			t.Errorf("a changed record is exported as whole: %v", err)
		}
	})
}

// Seals from before records were kept are still verified.
func TestFirstSealsStillHold(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		v.submitted()
		d, err := v.Get(testkit.As(v.officer), v.id)
		v.ok(err)
		first := record.FirstSealed{Inspection: d.ID, Sheet: d.SheetHash, Lead: d.Lead, Second: d.Second, Answers: d.Answers, At: d.SubmittedAt.UTC()}
		for _, s := range d.Signatures {
			first.Signatures = append(first.Signatures, record.FirstSignature{Party: string(s.Party), Name: s.Name, Drawing: s.Drawing, Refused: s.Refused, At: s.At.UTC()})
		}
		seal := v.old(first)
		e, err := v.Record(testkit.As(v.owner), v.id)
		v.ok(err)
		if !e.Report.OK() || e.Report.Head != seal || e.Chain[0].Format != record.FirstFormat || len(e.Files) != 2 {
			t.Fatalf("%+v", e.Report.Findings)
		}
		// It stays what it was when the visit is taken up again.
		item := v.first(checklist.Ordinary)
		_, err = v.SendBack(testkit.As(v.officer), inspection.SendBackCommand{ID: v.id, Reason: "请重拍", Marks: []inspection.Mark{{Item: item.ID, Note: "看不清"}}})
		v.ok(err)
		_, err = v.Start(testkit.As(v.lead), inspection.IDCommand{ID: v.id})
		v.ok(err)
		_, err = v.Save(testkit.As(v.lead), inspection.SaveCommand{ID: v.id, Entries: []inspection.Entry{entryOf(checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "x", Photos: []string{v.picture(v.lead, 3)}})}})
		v.ok(err)
		v.sign()
		v.clock.Add(time.Minute)
		_, err = v.Submit(testkit.As(v.lead), inspection.IDCommand{ID: v.id})
		v.ok(err)
		e, err = v.Record(testkit.As(v.owner), v.id)
		v.ok(err)
		if !e.Report.OK() || len(e.Chain) != 2 || e.Chain[0].Seal != seal || e.Chain[1].Format != record.Format {
			t.Fatalf("%+v", e.Report.Findings)
		}
	})
}

// old turns the record into one of a database before records were kept.
func (v *visited) old(first record.FirstSealed) string {
	v.t.Helper()
	r, _, err := record.First(first, []byte("{}"), "")
	v.ok(err)
	seal := record.Hash([]byte(r.Sealed))
	drop := "DROP TRIGGER inspection_record_no_delete"
	if dialect(v.t) == "postgres" {
		drop += " ON inspection_record"
	}
	for _, q := range []string{drop, "DELETE FROM inspection_record"} {
		_, err := v.d.W.NewRaw(q).Exec(v.t.Context())
		v.ok(err)
	}
	_, err = v.d.W.NewRaw("UPDATE inspection SET seal = ? WHERE id = ?", seal, v.id).Exec(v.t.Context())
	v.ok(err)
	// As the migration does.
	_, err = v.d.W.NewRaw(`INSERT INTO inspection_record (seal, inspection, n, format, kind, previous, sheet, content, account, at)
		SELECT seal, id, 1, 1, 'submission', '', sheet, '', coalesce(lead, ''), submitted_at FROM inspection WHERE seal <> ''`).Exec(v.t.Context())
	v.ok(err)
	return seal
}

func dialect(t *testing.T) string {
	if bytes.HasSuffix([]byte(t.Name()), []byte("postgres")) {
		return "postgres"
	}
	return "sqlite"
}
