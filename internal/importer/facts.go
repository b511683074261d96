package importer

import (
	"slices"
	"strings"

	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/valid"
)

// facts reads what an authority states about an operator (信用信息): each row
// says from where and of which day it is, because nothing else makes it more
// than hearsay. A row may bring one penalty; further ones have rows of their
// own.
func (r *reader) facts(e *entry) {
	n := e.row.Number
	on, source := r.date(e, "asof"), e.value("source")
	for _, key := range []string{"asof", "source"} {
		if e.value(key) == "" {
			e.add(rule(n, key, "required", ""))
		}
	}
	if r.today.Before(on) {
		e.add(problem(n, "asof", "asof_future", e.value("asof")))
	}
	state := func(value string) *merchant.Fact {
		if value == "" {
			return nil
		}
		return &merchant.Fact{Value: value, On: on.String(), Source: source}
	}
	cmd := merchant.FactsCommand{ID: placeholder, Facts: merchant.Facts{
		CreditClass: state(e.class()), Abnormal: state(e.yesNo("abnormal")), Serious: state(e.yesNo("serious")),
	}, Penalties: []merchant.Penalty{}}
	cmd.Facts.Founded = state(e.operator.FoundedOn)
	if e.yesNo("penalties") == "yes" {
		cmd.Facts.Penalties = state("complete")
	}
	if e.value("penalty") != "" || e.value("decided") != "" || e.value("summary") != "" {
		for _, key := range []string{"penalty", "decided"} {
			if e.value(key) == "" {
				e.add(rule(n, key, "required", ""))
			}
		}
		cmd.Penalties = append(cmd.Penalties, merchant.Penalty{
			Document: e.value("penalty"), DecidedOn: r.date(e, "decided").String(), Intentional: e.yesNo("intentional") == "yes",
			Summary: e.value("summary"), Source: source,
		})
	}
	if cmd.Facts == (merchant.Facts{}) && len(cmd.Penalties) == 0 && !e.hopeless() {
		e.add(problem(n, "", "facts_empty"))
	}
	if !e.hopeless() {
		if err := valid.Check(cmd); err != nil {
			e.add(refusal(n, err, "name", "phone")...)
		}
	}
	e.facts = &cmd
	e.key = strings.Join([]string{string(e.uscc), on.String(), fold(source), fold(e.value("penalty"))}, "|")
}

// placeholder stands for the operator until the registry is asked.
const placeholder ident.OperatorID = "00000000-0000-7000-8000-000000000000"

// class reads 信用风险分类: A, B, C or D, however it is dressed.
func (e *entry) class() string {
	word := strings.TrimRight(strings.ToUpper(fold(e.value("credit"))), "类级等")
	if word != "" && !slices.Contains([]string{"A", "B", "C", "D"}, word) {
		e.add(problem(e.row.Number, "credit", "credit", e.value("credit")))
		return ""
	}
	return word
}

// yesNo reads a column in which bureaus say whether something is so.
func (e *entry) yesNo(key string) string {
	word := fold(e.value(key))
	if word == "" {
		return ""
	}
	answer, ok := vocabulary().answers[word]
	if !ok {
		e.add(problem(e.row.Number, key, "yes_no", e.value(key)))
	}
	return answer
}

// facts compares what a row states with what the registry knows: older facts
// change nothing, and a penalty is known by the number of its decision.
func (m *matcher) facts(e *entry) {
	n := e.row.Number
	if first, again := m.repeats(e.key, e); again {
		e.outcome = repeated
		if first.facts.Facts.Merge(e.facts.Facts) != first.facts.Facts {
			e.add(hint(n, "", "repeated_other", first.row.Number))
		}
		return
	}
	o, ok := m.p.known.operators[e.uscc]
	if !ok {
		e.add(problem(n, "uscc", "operator_unknown"))
		return
	}
	e.facts.ID = o.ID
	penalty := func(p merchant.Penalty) bool { return !slices.Contains(m.p.known.penalties[o.ID], p.Document) }
	if o.Facts.Merge(e.facts.Facts) == o.Facts && !slices.ContainsFunc(e.facts.Penalties, penalty) {
		e.outcome = same
	}
}
