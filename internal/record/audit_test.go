package record_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/record"
)

func broken(r record.Report) map[record.Check]bool {
	out := map[record.Check]bool{}
	for _, f := range r.Findings {
		if f.Outcome == record.Broken {
			out[f.Check] = true
		}
	}
	return out
}

func TestAnHonestExportHolds(t *testing.T) {
	s := newSample(t)
	rep := record.Audit(s.bundle, record.Evidence{Files: s.files, Seal: must(record.Parse(s.texts[0])).Seal})
	if !rep.OK() || len(rep.Chain) != 4 || rep.Holder == "" || rep.Amended == nil || rep.Amended.Passed || !rep.Original.Passed {
		t.Fatalf("%+v", rep.Findings)
	}
	for _, f := range rep.Findings {
		if f.Outcome != record.Holds {
			t.Errorf("%s of record %d: %s", f.Check, f.N, f.Outcome)
		}
	}
	rep = record.Audit(append(slices.Clone(s.bundle), '\n'), record.Evidence{})
	if !rep.OK() {
		t.Error("a line end after the file breaks it")
	}
	unchecked := []record.Check{}
	for _, f := range rep.Findings {
		if f.Outcome == record.Unchecked {
			unchecked = append(unchecked, f.Check)
		}
	}
	if !slices.Equal(unchecked, []record.Check{record.CheckFiles, record.CheckExpected}) {
		t.Errorf("without photos and paper it does not say what it did not check: %v", unchecked)
	}
	if rep := record.Audit(s.bundle, record.Evidence{Seal: strings.Repeat("0", 64)}); !broken(rep)[record.CheckExpected] {
		t.Error("another paper's seal is taken")
	}
}

// Whoever changes a record and seals it anew is caught by what it says.
func TestResealedLiesAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		lie  func(*record.Record)
		want record.Check
	}{
		"a better score":      {func(r *record.Record) { r.Visit.Result.Score = checklist.P(100) }, record.CheckScore},
		"another wording":     {func(r *record.Record) { r.Visit.Entries[0].Label.Zh += "。" }, record.CheckEntries},
		"an answer dropped":   {func(r *record.Record) { r.Visit.Entries = r.Visit.Entries[1:] }, record.CheckScore},
		"the older counts":    {func(r *record.Record) { swapCounts(r.Visit.Entries) }, record.CheckEntries},
		"another order":       {func(r *record.Record) { e := r.Visit.Entries; e[0], e[1] = e[1], e[0] }, record.CheckEntries},
		"after the end":       {func(r *record.Record) { r.Visit.Entries[0].At = r.Visit.Submitted.Server.AddDate(0, 0, 1) }, record.CheckEntries},
		"one inspector twice": {func(r *record.Record) { r.Visit.Inspectors[1] = r.Visit.Inspectors[0] }, record.CheckPeople},
		"no second signature": {func(r *record.Record) { r.Visit.Signatures = r.Visit.Signatures[:2] }, record.CheckPeople},
		"refused, no reason":  {func(r *record.Record) { r.Visit.Signatures[2].Refused = " " }, record.CheckPeople},
		"another sheet":       {func(r *record.Record) { r.Visit.SheetHash = strings.Repeat("a", 64) }, record.CheckSheet},
		"a photo not listed":  {func(r *record.Record) { r.Visit.Files = r.Visit.Files[1:] }, record.CheckListed},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSample(t)
			var r record.Record
			ok(t, json.Unmarshal(s.texts[0], &r))
			c.lie(&r)
			_, text, err := record.SealUp(r)
			ok(t, err)
			rep := record.Audit(must(record.Bind([]json.RawMessage{text})), record.Evidence{})
			if !broken(rep)[c.want] || broken(rep)[record.CheckSeal] {
				t.Errorf("%v", rep.Findings)
			}
		})
	}
}

func swapCounts(entries []record.Entry) {
	for i := range entries {
		for j := range entries {
			if i != j && entries[i].Item == entries[j].Item {
				entries[i].Counts, entries[j].Counts = entries[j].Counts, entries[i].Counts
				return
			}
		}
	}
}

func TestLiesInCorrectionsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		n    int
		lie  func(*record.Record)
		want record.Check
	}{
		"no reason":       {1, func(r *record.Record) { r.Correction.Reason = " " }, record.CheckChanges},
		"another start":   {1, func(r *record.Record) { r.Correction.Changes[0].Before.Note = "x" }, record.CheckChanges},
		"hidden field":    {1, func(r *record.Record) { r.Correction.Changes[0].Fields = nil }, record.CheckChanges},
		"another result":  {1, func(r *record.Record) { r.Correction.Result.Passed = false }, record.CheckScore},
		"needs nobody":    {2, func(r *record.Record) { r.Correction.Decides = false }, record.CheckScore},
		"judged by self":  {3, func(r *record.Record) { r.Verdict.By.Account = corrector }, record.CheckVerdict},
		"no such subject": {3, func(r *record.Record) { r.Verdict.Seal = strings.Repeat("0", 64) }, record.CheckVerdict},
		"declined, why":   {3, func(r *record.Record) { r.Verdict.Accepted = false }, record.CheckVerdict},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSample(t)
			corrector = must(record.Parse(s.texts[2])).Correction.By.Account
			var r record.Record
			ok(t, json.Unmarshal(s.texts[c.n], &r))
			c.lie(&r)
			_, text, err := record.SealUp(r)
			ok(t, err)
			texts := append(slices.Clone(s.texts[:c.n]), text)
			rep := record.Audit(must(record.Bind(texts)), record.Evidence{})
			if !broken(rep)[c.want] || broken(rep)[record.CheckSeal] {
				t.Errorf("%+v", rep.Findings)
			}
		})
	}
}

var corrector ident.AccountID // of the correction under test

// JSON is read with names in any case; a file that uses another one is not as
// it was exported.
func TestNamesInAnotherCaseAreFound(t *testing.T) {
	s := sampleOf(t, 1)
	for _, name := range []string{"count", "head", "records", "type"} {
		key := []byte(`"` + name + `":`)
		if !bytes.Contains(s.bundle, key) {
			t.Fatalf("the file has no %s", key)
		}
		data := bytes.Replace(s.bundle, key, bytes.ToUpper(key), 1)
		if rep := record.Audit(data, record.Evidence{Files: s.files}); rep.OK() {
			t.Errorf("%s was not found", bytes.ToUpper(key))
		}
	}
}

// Any single change of the exported file or of a photo is found: values,
// order, removals, additions, and bits.
func TestEverySingleChangeIsFound(t *testing.T) {
	const shards, most = 4, 10_000
	n := most / shards
	if testing.Short() {
		n /= 10
	}
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			changes(t, rand.New(rand.NewPCG(26, uint64(shard))), n)
		})
	}
}

func changes(t *testing.T, rng *rand.Rand, n int) {
	s := sampleOf(t, 1)
	paths := pathsOf(s.bundle)
	kinds := map[string]int{}
	for i := range n {
		data, files := slices.Clone(s.bundle), maps.Clone(s.files)
		var what string
		switch i % 5 {
		case 0, 1, 2:
			data, what = mutate(rng, s.bundle, paths)
		case 3:
			at := rng.IntN(len(data))
			data[at] ^= 1 << rng.IntN(8)
			what = fmt.Sprintf("bit of the file, byte %d", at)
		case 4:
			what = spoil(rng, files)
		}
		kinds[strings.Fields(what)[0]]++
		if rep := record.Audit(data, record.Evidence{Files: files}); rep.OK() {
			t.Fatalf("change %d was not found: %s", i, what)
		}
	}
	for _, k := range []string{"value", "removed", "renamed", "added", "order", "bit", "photo"} {
		if kinds[k] < n/100 {
			t.Errorf("only %d changes of the kind %q were tried: %v", kinds[k], k, kinds)
		}
	}
}

// spoil changes one photo.
func spoil(rng *rand.Rand, files fstest.MapFS) string {
	names := slices.Sorted(maps.Keys(files))
	name := names[rng.IntN(len(names))]
	data := slices.Clone(files[name].Data)
	switch rng.IntN(5) {
	case 0:
		delete(files, name)
		return "photo removed"
	case 1:
		files[strings.Replace(name, "files/", "files/0", 1)] = &fstest.MapFile{Data: data}
		return "photo added"
	case 2:
		other := names[(slices.Index(names, name)+1)%len(names)]
		files[name] = files[other]
		return "photo exchanged"
	case 3:
		data = data[:len(data)-1]
	default:
		data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
	}
	files[name] = &fstest.MapFile{Data: data}
	return "photo changed"
}

// The archive is audited like the folder, and a flipped bit of it is found or
// changes nothing that can be read out of it.
func TestArchives(t *testing.T) {
	s := newSample(t)
	var docs []record.Record
	for _, text := range s.texts {
		docs = append(docs, must(record.Parse(text)))
	}
	var b bytes.Buffer
	ok(t, record.WriteZip(&b, s.bundle, record.Listed(docs), map[string][]byte{"record.pdf": []byte("%PDF-")}, start, func(sha string) (io.ReadCloser, error) {
		for name, f := range s.files {
			if strings.Contains(name, sha) {
				return io.NopCloser(bytes.NewReader(f.Data)), nil
			}
		}
		return nil, fmt.Errorf("no %s", sha)
	}))
	audit := func(data []byte) (record.Report, bool) {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return record.Report{}, false
		}
		f, err := z.Open(record.RecordName)
		if err != nil {
			return record.Report{}, false
		}
		text, err := io.ReadAll(f)
		if err != nil {
			return record.Report{}, false
		}
		rep := record.Audit(text, record.Evidence{Files: z})
		return rep, rep.OK() && bytes.Equal(text, s.bundle)
	}
	if rep, good := audit(b.Bytes()); !good {
		t.Fatalf("%+v", rep.Findings)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for range 500 {
		data := slices.Clone(b.Bytes())
		data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
		rep, good := audit(data)
		if rep.OK() && !good && len(rep.Findings) > 0 {
			t.Fatal("another record was read and held")
		}
	}
}

// Every outcome of every check has its words.
func TestEveryFindingHasWords(t *testing.T) {
	for _, c := range record.Checks {
		for _, o := range []record.Outcome{record.Holds, record.Broken} {
			if c == record.CheckPending && o != record.Unchecked {
				continue
			}
			if key := "record.audit." + string(c) + "." + string(o); !i18n.Shipped().Has(key) {
				t.Errorf("no words for %s", key)
			}
		}
	}
	for _, c := range []record.Check{record.CheckPending, record.CheckFiles, record.CheckExpected} {
		if key := "record.audit." + string(c) + ".unchecked"; !i18n.Shipped().Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}
