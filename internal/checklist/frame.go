package checklist

// Frame is a scoring frame (评分规则): how answers become a result. Every frame
// in use is data of this shape; there is no code per frame.
type Frame struct {
	ID     string   `json:"id" yaml:"id"`
	Title  Text     `json:"title" yaml:"title"`
	Method Counting `json:"method" yaml:"method"`
	// Full is the full mark of the base part; 100 unless the source differs.
	Full Points `json:"full" yaml:"full"`
	// Excluded says what becomes of the points of items that do not apply.
	Excluded Exclusion `json:"excluded" yaml:"excluded"`
	// BonusCap and DeductionCap limit the two; nil means no limit.
	BonusCap     *Points `json:"bonus_cap,omitempty" yaml:"bonus_cap"`
	DeductionCap *Points `json:"deduction_cap,omitempty" yaml:"deduction_cap"`
	// VetoFails makes any failed veto item fail the sheet, whatever the score.
	VetoFails bool `json:"veto_fails" yaml:"veto_fails"`
	// Sampled allows a partial visit: items not answered are not missing and
	// leave the denominator. Pass rules on the answered metrics set the least.
	Sampled bool `json:"sampled,omitempty" yaml:"sampled"`
	// Pass lists what must hold, all of it.
	Pass []Rule `json:"pass" yaml:"pass"`
	// Grades are tried in order, the best first; the first that holds is given.
	Grades []Grade `json:"grades,omitempty" yaml:"grades"`
}

// Counting is the way the base part is computed.
type Counting string

// The ways of counting.
const (
	ByPoints     Counting = "points"     // points earned
	ByDefects    Counting = "defects"    // each item counts one; rules look at the failed ones
	ByConditions Counting = "conditions" // each item is a condition; rules look at sets of them
	ByMean       Counting = "mean"       // the mean of the numbers entered
)

// Exclusion is a rule for items answered "not applicable".
type Exclusion string

// The exclusion rules. All take the item out of the denominator.
const (
	// PerSection keeps each section's weight: the rest is scaled up to it.
	PerSection Exclusion = "section"
	// PerSheet scales the whole base part up to the full mark.
	PerSheet Exclusion = "sheet"
	// Unscaled compares the points as they are with the thresholds.
	Unscaled Exclusion = "none"
)

// Grade is a level that a result can reach: stars, faces, letters.
type Grade struct {
	ID    string `json:"id" yaml:"id"`
	Title Text   `json:"title" yaml:"title"`
	// Failing grades are given to sheets that did not pass, the others to
	// sheets that did.
	Failing bool   `json:"failing,omitempty" yaml:"failing"`
	Rules   []Rule `json:"rules,omitempty" yaml:"rules"`
}

// Rule compares one metric of a result with a value. Set Least, Most or both.
type Rule struct {
	Metric Metric `json:"metric" yaml:"metric"`
	// Of limits the metric to sections: their ids, the id of their module or
	// "kind:sector". Empty means the whole sheet.
	Of    Words[string] `json:"of,omitempty" yaml:"of"`
	Least *Points       `json:"least,omitempty" yaml:"least"`
	Most  *Points       `json:"most,omitempty" yaml:"most"`
	// IfPresent skips the rule on sheets without such a section.
	IfPresent bool `json:"if_present,omitempty" yaml:"if_present"`
}

// Metric names a number of the result. Counts too are held in hundredths.
type Metric string

// The metrics.
const (
	MetricScore       Metric = "score"          // base scaled to the full mark + bonus − deductions
	MetricBase        Metric = "base"           // points of the base sections named
	MetricPoints      Metric = "points"         // the same with the bonus sections named, capped
	MetricPercent     Metric = "percent"        // base as a percentage of what applies
	MetricFails       Metric = "fails"          // failed items, bonus items aside
	MetricKeyFails    Metric = "key_fails"      // failed key items
	MetricGenFails    Metric = "general_fails"  // failed ordinary items
	MetricGenDefects  Metric = "general_defect" // failed ordinary items as a percentage of those that apply
	MetricAnswered    Metric = "answered"       // items answered with yes or no
	MetricKeyAnswered Metric = "key_answered"   // of these key and veto items
)

var metrics = []Metric{MetricScore, MetricBase, MetricPoints, MetricPercent, MetricFails, MetricKeyFails,
	MetricGenFails, MetricGenDefects, MetricAnswered, MetricKeyAnswered}

// covers reports whether a rule looks at a section.
func (r Rule) covers(s *Section) bool {
	if len(r.Of) == 0 {
		return true
	}
	for _, of := range r.Of {
		if of == s.ID || of == s.Module || of == "kind:"+string(s.Kind) {
			return true
		}
	}
	return false
}

// holds reports whether a value keeps the rule.
func (r Rule) holds(have Points) bool {
	return (r.Least == nil || have >= *r.Least) && (r.Most == nil || have <= *r.Most)
}
