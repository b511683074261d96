package record

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
)

// visit checks a submission and makes it what later corrections start from.
func (a *audit) visit(r Record, text []byte) {
	v := r.Visit
	a.Holder, a.inspectors = v.Holder, v.Inspectors
	if !a.takeSheet(r.N, v.SheetHash, v.Sheet) {
		return
	}
	a.entries(r.N, v)
	a.submitted(Counting(v.Entries))
	a.holds(CheckScore, r.N, sameResult(text, "visit", a.Original), a.Original.Score.String())
	a.Chain = append(a.Chain, Line{r, &a.Original})
	a.people(r.N, v)
	all := make([]checklist.Answer, len(v.Entries))
	for i, e := range v.Entries {
		all[i] = e.Answer
	}
	a.listed(r.N, v.Files, hashes(all, v.Signatures))
}

// takeSheet checks the sheet and keeps it.
func (a *audit) takeSheet(n int, hash string, text json.RawMessage) bool {
	sheet, err := checklist.UnmarshalSheet(text)
	ok := err == nil && Hash(text) == hash
	a.holds(CheckSheet, n, ok, hash)
	if err != nil {
		return false
	}
	a.Now.Sheet = &sheet
	return true
}

// entries checks order, wording and which answers count.
func (a *audit) entries(n int, v *Visit) {
	var last int64
	ids := map[string]bool{}
	marked := Mark(v.Entries)
	for i, e := range v.Entries {
		item := a.Now.Sheet.Item(e.Item)
		ok := item != nil && item.Text == e.Label && e.Answer.Item == e.Item && e.N > last && !ids[e.ID] &&
			marked[i].Counts == e.Counts && !e.At.After(v.Submitted.Server)
		if !ok {
			a.broken(CheckEntries, n, e.Item)
			return
		}
		last, ids[e.ID] = e.N, true
	}
	a.holds(CheckEntries, n, true, "")
}

// people checks that there were two inspectors and who signed.
func (a *audit) people(n int, v *Visit) {
	two := len(v.Inspectors) == 2 && v.Inspectors[0].Account != v.Inspectors[1].Account && v.Inspectors[0].Account != "" && v.Inspectors[1].Account != ""
	signed := map[string]bool{}
	ok := two && !v.Submitted.Server.Before(v.Started.Server)
	for _, s := range v.Signatures {
		refused := s.Drawing == "" && s.Party == "merchant" && strings.TrimSpace(s.Refused) != ""
		ok = ok && (s.Drawing != "" || refused) && !signed[s.Party] && !s.Server.After(v.Submitted.Server)
		signed[s.Party] = true
	}
	a.holds(CheckPeople, n, ok && len(signed) == 3 && signed["lead"] && signed["second"] && signed["merchant"], "")
}

// listed checks that the list of files is what is referred to.
func (a *audit) listed(n int, files []File, want map[string]bool) {
	have := map[string]bool{}
	for _, f := range files {
		have[f.SHA256] = true
		a.Now.Files[f.SHA256] = f
	}
	a.holds(CheckListed, n, maps.Equal(have, want) && len(have) == len(files), "")
}

// correction checks an amendment and what it changes.
func (a *audit) correction(r Record, text []byte) {
	c := r.Correction
	ok := a.Now.Pending == nil && strings.TrimSpace(c.Reason) != "" && len(c.Changes) > 0 && c.By.Account != ""
	seen := map[string]bool{}
	for _, ch := range c.Changes {
		fields, err := Diff(ch.Before, ch.After)
		item := a.Now.Sheet.Item(ch.Item)
		ok = ok && err == nil && len(fields) > 0 && slices.EqualFunc(fields, ch.Fields, sameField) &&
			item != nil && item.Text == ch.Label && !seen[ch.Item]
		seen[ch.Item] = true
	}
	answers, err := Apply(a.Now.Answers, c.Changes)
	a.holds(CheckChanges, r.N, ok && err == nil, "")
	if err != nil {
		return
	}
	result := checklist.Score(a.Now.Sheet, answers)
	a.holds(CheckScore, r.N, sameResult(text, "correction", result) && c.Decides == Decides(a.Now.Result, result), result.Score.String())
	a.Chain = append(a.Chain, Line{r, &result})
	var brought []checklist.Answer
	for _, ch := range c.Changes {
		if ch.After != nil {
			brought = append(brought, *ch.After)
		}
	}
	want := hashes(brought, nil)
	for sha := range a.Now.Files {
		delete(want, sha)
	}
	a.listed(r.N, c.Files, want)
	if c.Decides {
		a.Now.Pending, a.candidate = &r, answers
		return
	}
	a.amend(answers, c.Changes)
}

// submitted begins a new count: what was corrected before is in the answers.
func (a *audit) submitted(answers []checklist.Answer) {
	a.Now.Answers, a.Now.Changes, a.Now.Pending, a.candidate, a.Amended = answers, nil, nil, nil, nil
	a.Now.Result = checklist.Score(a.Now.Sheet, answers)
	a.Original = a.Now.Result
}

// amend makes a correction count.
func (a *audit) amend(answers []checklist.Answer, changes []Change) {
	a.Now.Answers, a.Now.Result = answers, checklist.Score(a.Now.Sheet, answers)
	a.Now.Changes = append(a.Now.Changes, changes...)
	result := a.Now.Result
	a.Amended = &result
}

func sameField(x, y Field) bool {
	return x.Name == y.Name && string(x.Old) == string(y.Old) && string(x.New) == string(y.New)
}

// verdict checks that the judge is neither who corrected nor who inspected.
func (a *audit) verdict(r Record) {
	v := r.Verdict
	a.Chain = append(a.Chain, Line{Record: r})
	if a.Now.Pending == nil {
		a.broken(CheckVerdict, r.N, "")
		return
	}
	c := a.Now.Pending.Correction
	ok := v.Amendment == c.ID && v.Seal == a.Now.Pending.Seal && v.By.Account != "" && v.By.Account != c.By.Account &&
		!slices.ContainsFunc(a.inspectors, func(p Person) bool { return p.Account == v.By.Account }) &&
		(v.Accepted || strings.TrimSpace(v.Reason) != "")
	a.holds(CheckVerdict, r.N, ok, "")
	if v.Accepted {
		a.amend(a.candidate, c.Changes)
	}
	a.Now.Pending, a.candidate = nil, nil
}

// FirstSealed is what a seal of [FirstFormat] was computed over: the JSON of
// these fields in this order, as the program of that time wrote it.
type FirstSealed struct {
	Inspection ident.InspectionID `json:"inspection"`
	Sheet      string             `json:"sheet"`
	Lead       ident.AccountID    `json:"lead"`
	Second     ident.AccountID    `json:"second"`
	Answers    []checklist.Answer `json:"answers"`
	Signatures []FirstSignature   `json:"signatures"`
	At         time.Time          `json:"at"`
}

// FirstSignature is a signature in [FirstSealed].
type FirstSignature struct {
	Party   string    `json:"party"`
	Name    string    `json:"name"`
	Drawing string    `json:"drawing,omitempty"`
	Refused string    `json:"refused,omitempty"`
	At      time.Time `json:"at"`
}

// First makes the record of a seal of the first format. Whether it holds is
// for the audit to say.
func First(s FirstSealed, sheet []byte, seal string) (Record, []byte, error) {
	inner, err := json.Marshal(s)
	if err != nil {
		return Record{}, nil, err
	}
	r := Record{
		Format: FirstFormat, Kind: Submission, Inspection: s.Inspection, N: 1, At: s.At, Sealed: string(inner), Sheet: sheet, Seal: seal,
	}
	b, err := json.Marshal(r)
	if err != nil {
		return r, nil, err
	}
	b, err = checklist.Canonical(b)
	return r, b, err
}

// first checks a record of the first format against the text inside it.
func (a *audit) first(r Record) {
	var s FirstSealed
	if err := strict([]byte(r.Sealed), &s); err != nil || r.Visit != nil {
		a.broken(CheckForm, r.N, "")
		return
	}
	a.inspectors = []Person{{Account: s.Lead, Role: access.Inspector}, {Account: s.Second, Role: access.Inspector}}
	a.holds(CheckEntries, r.N, s.Inspection == r.Inspection && s.At.Equal(r.At) && s.Lead != s.Second, "")
	if !a.takeSheet(r.N, s.Sheet, r.Sheet) {
		return
	}
	a.submitted(s.Answers)
	a.Chain = append(a.Chain, Line{r, &a.Original})
	for sha := range hashes(s.Answers, nil) {
		a.Now.Files[sha] = File{SHA256: sha}
	}
	for _, sig := range s.Signatures {
		if sig.Drawing != "" {
			a.Now.Files[sig.Drawing] = File{SHA256: sig.Drawing}
		}
	}
}

// First reads what a record of [FirstFormat] was sealed over.
func (r *Record) First() (FirstSealed, error) {
	var s FirstSealed
	err := strict([]byte(r.Sealed), &s)
	return s, err
}
