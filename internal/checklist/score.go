package checklist

// Result is what a sheet and its answers come to. While something is missing
// it is provisional (暂计): unanswered items count as not earned.
type Result struct {
	Score     Points          `json:"score"`      // base scaled to the full mark + bonus − deduction, never below 0
	Base      Points          `json:"base"`       // earned in the base sections
	BaseMax   Points          `json:"base_max"`   // to be earned there, without items that do not apply
	Scaled    Points          `json:"scaled"`     // base on the scale of the full mark
	Percent   Points          `json:"percent"`    // base ÷ base_max
	Bonus     Points          `json:"bonus"`      // after the cap
	BonusRaw  Points          `json:"bonus_raw"`  // before the cap
	Deduction Points          `json:"deduction"`  // after the cap
	Defects   Points          `json:"defect_pct"` // failed ordinary items ÷ those that apply
	Answered  int             `json:"answered"`
	Total     int             `json:"total"` // items to answer; claims for bonus are voluntary and not among them
	Sections  []SectionResult `json:"sections"`
	Vetoes    []string        `json:"vetoes"`        // failed veto items
	KeyFails  []string        `json:"key_fails"`     // failed key items
	GenFails  []string        `json:"general_fails"` // failed ordinary items
	Missing   []Gap           `json:"missing"`
	Grade     string          `json:"grade"` // id of the frame's grade, empty if none
	Passed    bool            `json:"passed"`
	Checks    []Check         `json:"checks"` // every pass rule with its value
	Why       []Reason        `json:"why"`    // why it is not passed; empty if it is
}

// SectionResult is the part of one section.
type SectionResult struct {
	ID       string `json:"id"`
	Answered int    `json:"answered"` // including those that do not apply
	Total    int    `json:"total"`    // visible items
	Fails    int    `json:"fails"`
	Score    Points `json:"score"`
	Max      Points `json:"max"`
	MinMet   bool   `json:"min_met"` // false while a pass rule naming the section is broken
}

// Check is a pass rule with the value it was held against.
type Check struct {
	Rule Rule   `json:"rule"`
	Have Points `json:"have"`
	Met  bool   `json:"met"`
}

// ReasonCode says why a sheet is not passed; the words are with the pages.
type ReasonCode string

// The reasons.
const (
	WhyIncomplete ReasonCode = "incomplete" // Have answers or proofs are missing
	WhyVeto       ReasonCode = "veto"       // Item failed
	WhyBelow      ReasonCode = "below"      // Metric of Of is Have, at least Need is asked
	WhyAbove      ReasonCode = "above"      // Metric of Of is Have, at most Need is allowed
	WhyEmpty      ReasonCode = "empty"      // nothing of Of applies, so there is nothing to judge
)

// Reason is one machine-readable reason.
type Reason struct {
	Code   ReasonCode    `json:"code"`
	Item   string        `json:"item,omitempty"`
	Metric Metric        `json:"metric,omitempty"`
	Of     Words[string] `json:"of,omitempty"`
	Have   Points        `json:"have"`
	Need   Points        `json:"need"`
}

// tally is a section while it is being counted.
type tally struct {
	*Section
	SectionResult
	raw, avail, full    Points
	sum, numbers        Points // of number items, for ByMean
	keyFails, genFails  int
	genTotal, key, real int // ordinary items that apply; key and all items answered yes or no
}

// Score computes the result of a sheet. It never fails: impossible answers are
// reported as missing.
//
// Numbers are rounded half up to hundredths at three places only: each
// section's score, the base scaled to the full mark, and each percentage. So
// the sections shown always add up to the base shown.
func Score(sheet *Sheet, answers []Answer) Result { return scored(sheet, answers).res }

func scored(sheet *Sheet, answers []Answer) *scorer {
	s := &scorer{sheet: sheet, given: map[string]Answer{}, seen: map[string]outcome{}}
	s.res = Result{Vetoes: []string{}, KeyFails: []string{}, GenFails: []string{}, Missing: []Gap{},
		Sections: []SectionResult{}, Checks: []Check{}, Why: []Reason{}}
	twice := map[string]bool{}
	for _, a := range answers {
		if _, dup := s.given[a.Item]; dup {
			twice[a.Item] = true
		}
		s.given[a.Item] = a
	}
	for item := range twice {
		delete(s.given, item)
	}
	s.twice = twice
	for i := range sheet.Sections {
		s.count(&sheet.Sections[i])
	}
	s.strays()
	s.total()
	s.decide()
	return s
}

type scorer struct {
	sheet *Sheet
	given map[string]Answer
	twice map[string]bool
	seen  map[string]outcome // outcomes so far, for skip logic
	parts []*tally
	res   Result
}

func (s *scorer) count(sec *Section) {
	t := &tally{Section: sec, SectionResult: SectionResult{ID: sec.ID, MinMet: true}}
	s.parts = append(s.parts, t)
	open := s.visible(sec.When)
	for i := range sec.Items {
		it := &sec.Items[i]
		worth := it.Points
		if s.sheet.Frame.Method == ByDefects || s.sheet.Frame.Method == ByConditions {
			worth = P(1)
		}
		t.full += worth
		if !open || !s.visible(it.When) {
			continue
		}
		a, ok := s.given[it.ID]
		var o outcome
		switch {
		case s.twice[it.ID]:
			o.gaps = []GapCode{GapDuplicate}
		case ok:
			o = it.judge(a)
		}
		s.seen[it.ID] = o
		voluntary := it.Flag == BonusItem || s.sheet.Frame.Sampled
		if o.verdict == "" && len(o.gaps) == 0 && !voluntary {
			o.gaps = []GapCode{GapUnanswered}
		}
		for _, g := range o.gaps {
			s.res.Missing = append(s.res.Missing, Gap{it.ID, g})
		}
		if worth != it.Points && o.verdict == Pass {
			o.earned = worth
		}
		t.add(it, a, o, worth, s.sheet.Frame.Sampled)
		s.list(it, o)
		if it.Flag != BonusItem {
			s.res.Total++
			if o.verdict != "" {
				s.res.Answered++
			}
		}
	}
}

// add enters one visible item into the counts of its section.
func (t *tally) add(it *Item, a Answer, o outcome, worth Points, sampled bool) {
	t.Total++
	if o.verdict != "" {
		t.Answered++
	}
	if o.verdict == NotApplicable || (sampled && o.verdict == "") {
		return
	}
	if t.Role == Deduction {
		if o.verdict == Fail {
			t.raw += worth
		}
	} else {
		t.raw += o.earned
	}
	t.avail += worth
	if it.Type == Number && a.Number != nil && o.verdict != "" {
		t.sum += *a.Number
		t.numbers++
	}
	if it.Flag == Ordinary {
		t.genTotal++
	}
	if o.verdict == "" || it.Flag == BonusItem {
		return
	}
	t.real++
	if it.Flag != Ordinary {
		t.key++
	}
	if o.verdict == Fail {
		t.Fails++
		switch it.Flag {
		case Key:
			t.keyFails++
		case Ordinary:
			t.genFails++
		}
	}
}

func (s *scorer) list(it *Item, o outcome) {
	if o.verdict != Fail {
		return
	}
	switch it.Flag {
	case VetoItem:
		s.res.Vetoes = append(s.res.Vetoes, it.ID)
	case Key:
		s.res.KeyFails = append(s.res.KeyFails, it.ID)
	case Ordinary:
		s.res.GenFails = append(s.res.GenFails, it.ID)
	}
}

// visible applies skip logic; a sheet only refers to earlier items.
func (s *scorer) visible(w *When) bool {
	if w == nil {
		return true
	}
	o, shown := s.seen[w.Item]
	if !shown || o.verdict == "" {
		return false
	}
	choice := s.given[w.Item].Choice
	for _, is := range w.Is {
		if is == string(o.verdict) || (choice != "" && is == choice && o.verdict != NotApplicable) {
			return true
		}
	}
	return false
}

// Shown names the items that these answers leave to be asked; the others are
// hidden by skip logic, and answers to them do not count.
func Shown(sheet *Sheet, answers []Answer) map[string]bool {
	s := scored(sheet, answers)
	shown := make(map[string]bool, len(s.seen))
	for id := range s.seen {
		shown[id] = true
	}
	return shown
}

// strays reports answers to items that the sheet does not have or does not ask.
// Answers to hidden items are kept by whoever stores them and do not count.
func (s *scorer) strays() {
	known := map[string]bool{}
	for i := range s.sheet.Sections {
		for j := range s.sheet.Sections[i].Items {
			known[s.sheet.Sections[i].Items[j].ID] = true
		}
	}
	for _, id := range sortedKeys(s.given) {
		if !known[id] {
			s.res.Missing = append(s.res.Missing, Gap{id, GapUnknown})
		}
	}
	for _, id := range sortedKeys(s.twice) {
		if !known[id] {
			s.res.Missing = append(s.res.Missing, Gap{id, GapUnknown})
		}
	}
}
