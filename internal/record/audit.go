package record

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
)

// Outcome is what a check came to.
type Outcome string

// The outcomes.
const (
	Holds     Outcome = "ok"        // what the file says is true of itself
	Broken    Outcome = "bad"       // it is not
	Unchecked Outcome = "unchecked" // what is needed for the check was not given
)

// Check names one check. Its words are the texts "record.audit.CHECK.OUTCOME".
type Check string

// The checks.
const (
	CheckForm     Check = "form"     // one exported file in canonical form
	CheckHead     Check = "head"     // nothing was cut off its end
	CheckChain    Check = "chain"    // each record names the one before
	CheckSeal     Check = "seal"     // the hash is that of the content
	CheckSheet    Check = "sheet"    // the sheet is the one that the hash names
	CheckEntries  Check = "entries"  // answers refer to items as worded, in order, and the newest count
	CheckScore    Check = "score"    // the result follows from sheet and answers
	CheckPeople   Check = "people"   // two inspectors, three signatures or a refusal with its reason
	CheckListed   Check = "listed"   // every photo that is referred to is listed, and no other
	CheckChanges  Check = "changes"  // a correction starts from what was recorded, with its reason
	CheckVerdict  Check = "verdict"  // a correction that changes the outcome was judged by somebody else
	CheckPending  Check = "pending"  // no correction waits for its judgement
	CheckFiles    Check = "files"    // photos are there and are the ones that were recorded
	CheckExpected Check = "expected" // the seal is the one on paper
)

// Checks lists the checks in the order in which they are made.
var Checks = []Check{
	CheckForm, CheckHead, CheckChain, CheckSeal, CheckSheet, CheckEntries, CheckScore, CheckPeople, CheckListed,
	CheckChanges, CheckVerdict, CheckPending, CheckFiles, CheckExpected,
}

// Finding is one check with its outcome.
type Finding struct {
	Check   Check
	Outcome Outcome
	N       int    // record of the chain; 0 for the file as a whole
	What    string // what it was found on: an item, a file, a reason
}

// Line is one record of the chain, for people.
type Line struct {
	Record
	Result *checklist.Result // as recomputed; nil for a verdict
}

// Report says what of an exported file holds.
type Report struct {
	Findings   []Finding
	Inspection ident.InspectionID
	Holder     string // "" in the first format, which does not say
	Head       string
	Chain      []Line
	Original   checklist.Result // of the last submission
	Amended    *checklist.Result
	Now        Current
}

// Current is where the chain stands: what the next correction starts from.
type Current struct {
	Sheet   *checklist.Sheet // nil when no record could be read
	Answers []checklist.Answer
	Result  checklist.Result
	Pending *Record         // the correction that waits to be judged
	Files   map[string]File // by hash
	// Changes are those of the corrections in effect since the submission.
	Changes []Change
}

// OK reports that nothing is broken. What could not be checked is not broken.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Outcome == Broken })
}

// Evidence is what else the auditor holds.
type Evidence struct {
	Files fs.FS  // photos under their export names or hashes; nil when there are none
	Seal  string // from the paper record; "" when there is none
}

// audit walks the chain.
type audit struct {
	Report
	candidate  []checklist.Answer // that would count with the pending correction
	inspectors []Person
	seals      []string
	canonical  bool // the file is
}

// Audit recomputes everything that an exported file claims.
func Audit(data []byte, ev Evidence) Report {
	a := &audit{Report: Report{Now: Current{Files: map[string]File{}}}}
	b, ok := a.open(data)
	if !ok {
		return a.Report
	}
	previous := ""
	for i, text := range b.Records {
		r, err := Parse(text)
		if err != nil {
			a.broken(CheckForm, i+1, err.Error())
			break
		}
		a.chain(r, i+1, previous)
		a.seal(r, text)
		previous = r.Seal
		switch {
		case r.Kind == Submission && r.Format == FirstFormat:
			a.first(r)
		case r.Kind == Submission && r.Visit != nil:
			a.visit(r, text)
		case r.Kind == Amendment && r.Correction != nil && a.Now.Sheet != nil:
			a.correction(r, text)
		case r.Kind == Decision && r.Verdict != nil:
			a.verdict(r)
		default:
			a.broken(CheckForm, r.N, string(r.Kind))
		}
	}
	a.Head = previous
	a.holds(CheckHead, 0, b.Head == previous && b.Count == len(b.Records) && previous != "", "")
	if a.Now.Pending != nil {
		a.Findings = append(a.Findings, Finding{CheckPending, Unchecked, a.Now.Pending.N, ""})
	}
	a.photos(ev.Files)
	a.expected(ev.Seal)
	return a.Report
}

// open reads the file and insists on its exact form: two writings of the same
// content could be read differently by different programs.
func (a *audit) open(data []byte) (Bundle, bool) {
	var b Bundle
	if err := strict(data, &b); err != nil || b.Type != BundleType {
		a.broken(CheckForm, 0, "")
		return b, false
	}
	text, err := checklist.Canonical(data)
	if err == nil {
		// Names of fields are read in any case; only those of this format count.
		var exact []byte
		if exact, err = b.text(); err == nil && !bytes.Equal(exact, text) {
			a.broken(CheckForm, 0, "")
			return b, false
		}
	}
	a.canonical = err == nil && bytes.Equal(bytes.TrimSuffix(data, []byte("\n")), text)
	a.holds(CheckForm, 0, a.canonical, "")
	return b, true
}

func (a *audit) broken(c Check, n int, what string) {
	a.Findings = append(a.Findings, Finding{c, Broken, n, what})
}

func (a *audit) holds(c Check, n int, ok bool, what string) {
	if !ok {
		a.broken(c, n, what)
		return
	}
	a.Findings = append(a.Findings, Finding{c, Holds, n, ""})
}

func (a *audit) chain(r Record, n int, previous string) {
	if a.Inspection == "" {
		a.Inspection = r.Inspection
	}
	ok := r.N == n && r.Previous == previous && r.Inspection == a.Inspection && (n > 1) == (previous != "")
	a.holds(CheckChain, n, ok, "")
}

func (a *audit) seal(r Record, text []byte) {
	compute := SealOf
	if a.canonical {
		compute = sealOf
	}
	got, err := compute(text)
	a.holds(CheckSeal, r.N, err == nil && got == r.Seal && (r.Format == Format || r.Format == FirstFormat), r.Seal)
	a.seals = append(a.seals, r.Seal)
}

// expected compares with the seal on paper, which nobody who changed the file
// could have changed too.
func (a *audit) expected(seal string) {
	if seal == "" {
		a.Findings = append(a.Findings, Finding{CheckExpected, Unchecked, 0, a.Head})
		return
	}
	a.holds(CheckExpected, 0, slices.Contains(a.seals, seal), seal)
}

// sameResult compares the result that a record holds with the recomputed one,
// in all that the record says: results of later versions may say more.
func sameResult(text []byte, body string, got checklist.Result) bool {
	var r map[string]json.RawMessage
	var inner struct {
		Result map[string]json.RawMessage `json:"result"`
	}
	if json.Unmarshal(text, &r) != nil || json.Unmarshal(r[body], &inner) != nil || len(inner.Result) == 0 {
		return false
	}
	b, err := json.Marshal(got)
	if err != nil {
		return false
	}
	if b, err = checklist.Canonical(b); err != nil {
		return false
	}
	var have map[string]json.RawMessage
	if json.Unmarshal(b, &have) != nil {
		return false
	}
	for k, v := range inner.Result {
		if !bytes.Equal(have[k], v) {
			return false
		}
	}
	return true
}
