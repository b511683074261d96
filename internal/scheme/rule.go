package scheme

// Fact is what an authority states about an operator.
type Fact string

// The facts that rules speak of.
const (
	FactTrading  Fact = "trading"  // 经营年限: since the day of registration
	FactPenalty  Fact = "penalty"  // 行政处罚
	FactIntent   Fact = "intent"   // 故意侵害消费者权益的处罚
	FactAbnormal Fact = "abnormal" // 经营异常名录
	FactSerious  Fact = "serious"  // 严重违法失信名单
	FactCredit   Fact = "credit"   // 信用风险分类
)

// FactKinds lists them in the order in which people read them.
var FactKinds = []Fact{FactTrading, FactPenalty, FactIntent, FactAbnormal, FactSerious, FactCredit}

// Values lists the codes for the API's enum.
func (Fact) Values() []string { return codes(FactKinds) }

// Effect is what follows where a rule is not met.
type Effect string

// The effects.
const (
	Block   Effect = "block"   // 不予受理: the case cannot be sent in
	Warn    Effect = "warn"    // 提示: the officer decides
	Declare Effect = "declare" // 由申请人声明: what the applicant confirms counts
)

// Effects lists them, the strictest first.
var Effects = []Effect{Block, Warn, Declare}

// Values lists the codes for the API's enum.
func (Effect) Values() []string { return codes(Effects) }

// Rule is one condition that facts can answer.
type Rule struct {
	Fact Fact `json:"fact" yaml:"fact"`
	// Years is the least time of trading, or the time without a penalty.
	Years int `json:"years,omitempty" yaml:"years" doc:"Least years of trading, or years without a penalty."`
	// Least is the worst class of credit risk that may apply: A to D.
	Least string `json:"least,omitempty" yaml:"least" doc:"Worst class of the credit-risk classification that may apply."`
	// Effect is what a fact that speaks against the applicant does. An unknown
	// fact never blocks and never counts as met: the officer is told.
	Effect Effect `json:"effect" yaml:"effect"`
	// Fresh is for how many days after the source's day a fact is relied on;
	// an older one counts as unknown. 0: for ever.
	Fresh int `json:"fresh_days,omitempty" yaml:"fresh_days" doc:"Days after which a statement is too old to rely on; 0 for never."`
}

func (s Scheme) ruleProblems(bad func(pointer, rule, param string)) {
	seen := map[Fact]bool{}
	for i, r := range s.Eligibility {
		at := "/eligibility/" + itoa(i)
		if !known(r.Fact, FactKinds) {
			bad(at+"/fact", "scheme_choice", "")
		}
		if seen[r.Fact] {
			bad(at+"/fact", "scheme_fact_twice", "")
		}
		seen[r.Fact] = true
		if !known(r.Effect, Effects) {
			bad(at+"/effect", "scheme_choice", "")
		}
		switch r.Fact {
		case FactTrading, FactPenalty, FactIntent:
			if r.Years < 1 || r.Years > maxYears {
				bad(at+"/years", "scheme_range", "1–"+itoa(maxYears))
			}
		case FactCredit:
			if len(r.Least) != 1 || r.Least < "A" || r.Least > "D" {
				bad(at+"/least", "scheme_class", "")
			}
		}
		if r.Fresh < 0 || r.Fresh > maxDays {
			bad(at+"/fresh_days", "scheme_range", "0–"+itoa(maxDays))
		}
	}
}
