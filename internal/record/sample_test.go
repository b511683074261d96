package record_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/record"
)

var start = time.Date(2026, 3, 2, 1, 0, 0, 123456000, time.UTC)

// sample is an exported chain with its photos: a visit with a failed item, a
// correction without consequences, and one that another officer took over.
type sample struct {
	texts  []json.RawMessage
	bundle []byte
	files  fstest.MapFS
	sheet  checklist.Sheet
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// photo adds a file and describes it.
func (s *sample) photo(text string) record.File {
	data := []byte("\xff\xd8 picture: " + text)
	f := record.File{SHA256: record.Hash(data), Kind: "image", Bytes: int64(len(data)), Width: 640, Height: 480, Original: record.Hash([]byte(text)), At: start}
	s.files[f.ExportName()] = &fstest.MapFile{Data: data}
	return f
}

// seal adds a record to the chain.
func (s *sample) seal(r record.Record) record.Record {
	r.Format, r.Inspection, r.N, r.At = record.Format, "0190c0de-0000-7000-8000-000000000001", len(s.texts)+1, start.Add(time.Duration(len(s.texts)+5)*time.Hour)
	if n := len(s.texts); n > 0 {
		r.Previous = must(record.Parse(s.texts[n-1])).Seal
	}
	sealed, text, err := record.SealUp(r)
	if err != nil {
		panic(err)
	}
	s.texts = append(s.texts, text)
	return sealed
}

func answerOf(item *checklist.Item, photo string) (checklist.Answer, bool) {
	a := checklist.Answer{Item: item.ID, Verdict: checklist.Pass}
	switch item.Type {
	case checklist.Graded:
		full := item.Points
		a.Verdict, a.Score = "", &full
	case checklist.Choice:
		a.Verdict, a.Choice = "", item.Options[0].ID
	case checklist.Number:
		n := item.Range.Max
		if item.Range.PassMax != nil {
			n = *item.Range.PassMax
		}
		a.Verdict, a.Number = "", &n
	case checklist.FreeText:
		a.Verdict, a.Text = "", "已核对"
	}
	for _, e := range item.Evidence {
		if e.On == "always" || e.On == string(a.Verdict) {
			a.Note, a.Photos, a.Audio = "已核实。", []string{photo}, []string{photo}
		}
	}
	return a, item.Flag != checklist.BonusItem
}

func diff(t testing.TB, item *checklist.Item, before, after *checklist.Answer) record.Change {
	t.Helper()
	fields, err := record.Diff(before, after)
	ok(t, err)
	return record.Change{Item: item.ID, Label: item.Text, Before: before, After: after, Fields: fields}
}

func newSample(t testing.TB) *sample { return sampleOf(t, 1000) }

// sampleOf makes one whose sections have at most so many items.
func sampleOf(t testing.TB, most int) *sample {
	t.Helper()
	s := &sample{files: fstest.MapFS{}}
	var err error
	s.sheet, err = checklist.Shipped().Sheet(checklist.ModelShop, "catering")
	ok(t, err)
	for i := range s.sheet.Sections {
		sec := &s.sheet.Sections[i]
		if most < len(sec.Items) {
			sec.Items, s.sheet.Frame.Pass = sec.Items[:most], nil // the sections' minimums are not met by one item
		}
	}
	lead := record.Person{Account: ident.New[ident.AccountID](), Name: "龚海波", Role: access.Inspector}
	second := record.Person{Account: ident.New[ident.AccountID](), Name: "邹春梅", Role: access.Inspector}
	officer := record.Person{Account: ident.New[ident.AccountID](), Name: "县局甲", Role: access.CountyOfficer}
	other := record.Person{Account: ident.New[ident.AccountID](), Name: "县局乙", Role: access.CountyOfficer}
	evidence, drawing := s.photo("厨房"), s.photo("签名")
	v := record.Visit{
		Premises: "0190c0de-0000-7000-8000-000000000002", Operator: "0190c0de-0000-7000-8000-000000000003", Holder: "好味餐馆 “老店” & <旁>",
		Address: "八一大道 1 号", Division: "360102", Authority: "/36/3601/360102/", Inspectors: []record.Person{lead, second},
		Started: record.Stamp{Server: start, By: lead.Account}, Submitted: record.Stamp{Server: start.Add(3 * time.Hour), By: lead.Account},
		SheetHash: s.sheet.Hash(), Sheet: must(s.sheet.Marshal()), Files: []record.File{evidence, drawing},
	}
	if evidence.SHA256 > drawing.SHA256 {
		v.Files[0], v.Files[1] = v.Files[1], v.Files[0]
	}
	at, age := start.Add(-40*time.Second), int64(1500)
	v.Submitted.Moment = record.Moment{Device: "平板 7", At: &at, AgeMS: &age, Place: &checklist.Place{LngE7: 1158920000, LatE7: 286760000, Datum: "wgs84", Accuracy: 12}}
	give := func(a checklist.Answer, item *checklist.Item) {
		n := int64(len(v.Entries) + 1)
		v.Entries = append(v.Entries, record.Entry{
			N: n, ID: fmt.Sprintf("0190c0de-0000-7000-9000-%012d", n), Item: item.ID, Label: item.Text, Answer: a, Digest: record.Hash([]byte(item.ID)),
			Device: "平板 7", DeviceAt: &at, AgeMS: &age, At: start.Add(time.Duration(n) * time.Second), By: lead.Account,
		})
	}
	var failed, noted *checklist.Item
	for item := range s.sheet.Items() {
		a, counted := answerOf(item, evidence.SHA256)
		if !counted {
			continue
		}
		if failed == nil && item.Type == checklist.YesNo && item.Flag == checklist.Ordinary && item.Points > 0 {
			failed = item
			give(a, item) // first taken for good, then corrected on the spot
			a.Verdict, a.Note, a.Photos = checklist.Fail, "柜台后有一箱过期饮料。", []string{evidence.SHA256}
		} else if noted == nil && item.Type == checklist.YesNo {
			noted = item
		}
		give(a, item)
	}
	v.Entries = record.Mark(v.Entries)
	for _, p := range []string{"lead", "second"} {
		v.Signatures = append(v.Signatures, record.Signature{Party: p, Name: p, Drawing: drawing.SHA256, Server: start.Add(2 * time.Hour), By: lead.Account})
	}
	v.Signatures = append(v.Signatures, record.Signature{Party: "merchant", Name: "涂金莲", Refused: "不认可第 3 项", Witness: "社区干部", Server: start.Add(2 * time.Hour)})
	answers := record.Counting(v.Entries)
	v.Result = checklist.Score(&s.sheet, answers)
	if len(v.Result.Missing) > 0 {
		t.Fatalf("the sample misses %v", v.Result.Missing)
	}
	s.seal(record.Record{Kind: record.Submission, Visit: &v})

	find := func(item string) *checklist.Answer {
		for i := range answers {
			if answers[i].Item == item {
				return &answers[i]
			}
		}
		return nil
	}
	amend := func(reason string, changes ...record.Change) record.Record {
		after, err := record.Apply(answers, changes)
		ok(t, err)
		was := checklist.Score(&s.sheet, answers)
		is := checklist.Score(&s.sheet, after)
		c := record.Correction{
			ID: ident.New[ident.AmendmentID](), By: officer, Reason: reason, Changes: changes, Files: []record.File{}, Result: is, Decides: record.Decides(was, is),
			Moment: record.Moment{Device: "办公电脑"},
		}
		answers = after
		return s.seal(record.Record{Kind: record.Amendment, Correction: &c})
	}
	withNote := *find(noted.ID)
	withNote.Note = "补记：现场已当面说明。"
	amend("漏记了说明", diff(t, noted, find(noted.ID), &withNote))

	var veto *checklist.Item
	for item := range s.sheet.Items() {
		if item.Flag == checklist.VetoItem && item.Type == checklist.YesNo {
			veto = item
			break
		}
	}
	bad := *find(veto.ID)
	bad.Verdict, bad.Note, bad.Photos = checklist.Fail, "复核监控发现。", []string{evidence.SHA256}
	judged := amend("复核监控发现的问题", diff(t, veto, find(veto.ID), &bad))
	if !judged.Correction.Decides {
		t.Fatal("a failed veto item should change the outcome")
	}
	s.seal(record.Record{Kind: record.Decision, Verdict: &record.Verdict{Amendment: judged.Correction.ID, Seal: judged.Seal, By: other, Accepted: true}})
	s.bundle = must(record.Bind(s.texts))
	return s
}
