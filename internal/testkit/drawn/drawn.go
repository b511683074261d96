// Package drawn draws answers to sheets at random, good and bad ones alike, so
// that two implementations of the scoring can be held against each other. It
// is imported by tests only.
package drawn

import (
	"math/rand/v2"

	"fangxin/internal/checklist"
)

// blank are texts that look empty to a person; some are not to a careless trim.
var blank = []string{"", " ", "\t\n", "\u00a0", "\u3000", "\u0085", "\u2003\u2028"}

// solid are texts with something in them.
var solid = []string{"见记录", "n", " 过期 ", "\ufeff", "😀"}

// Answers draws one answer or none for each item: mostly possible ones, some
// without reason or proof, some out of range, some twice, some for items that
// the sheet does not have.
func Answers(r *rand.Rand, s *checklist.Sheet) []checklist.Answer {
	var out []checklist.Answer
	mood := r.IntN(5) // 0: a clean visit … 4: everything goes wrong
	for it := range s.Items() {
		if r.IntN(40) < mood {
			continue
		}
		out = append(out, answer(r, it, mood))
	}
	if mood == 4 && len(out) > 0 {
		again := out[r.IntN(len(out))]
		again.Verdict = checklist.Fail
		out = append(out, again)
		for _, id := range []string{"ZZ-9", "\ufb01-1", "😀-1"} {
			out = append(out, checklist.Answer{Item: id, Verdict: checklist.Pass})
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func answer(r *rand.Rand, it *checklist.Item, mood int) checklist.Answer {
	a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass}
	switch n := r.IntN(24); {
	case n < mood:
		a.Verdict = checklist.Fail
	case n < mood+2:
		a.Verdict = checklist.NotApplicable
	case n == 23 && mood > 2:
		a.Verdict = []checklist.Verdict{"", "maybe"}[r.IntN(2)]
	}
	a.Note, a.NAReason = word(r, mood), word(r, mood)
	a.Photos, a.Audio = files(r, mood), files(r, mood)
	switch it.Type {
	case checklist.Choice:
		if a.Choice = pick(r, it.Options).ID; r.IntN(30) < mood {
			a.Choice = []string{"", "none-such"}[r.IntN(2)]
		}
	case checklist.Number:
		a.Number = number(r, it.Range, mood)
	case checklist.Graded:
		a.Score = grade(r, it, mood)
	case checklist.FreeText:
		a.Text = word(r, mood)
	case checklist.Signature:
		if r.IntN(3) > 0 {
			a.Signature = "s"
		} else {
			a.Refused = word(r, mood)
		}
	case checklist.Location:
		if r.IntN(10) >= mood {
			a.Place = &checklist.Place{LngE7: 1158581970, LatE7: 286829760, Datum: "wgs84", Accuracy: 12}
		}
	}
	return a
}

func number(r *rand.Rand, rg *checklist.Range, mood int) *checklist.Points {
	if rg == nil || r.IntN(20) < mood {
		return nil
	}
	n := rg.Min + checklist.Points(r.Int64N(int64(rg.Max-rg.Min)+1))
	for _, at := range []*checklist.Points{rg.PassMin, rg.PassMax} {
		if at != nil && r.IntN(4) == 0 {
			n = *at + checklist.Points(r.IntN(3)-1)
		}
	}
	if r.IntN(30) < mood {
		n = []checklist.Points{rg.Min - 1, rg.Max + 1}[r.IntN(2)]
	}
	return &n
}

func grade(r *rand.Rand, it *checklist.Item, mood int) *checklist.Points {
	if r.IntN(3) == 0 {
		return nil // the verdict alone
	}
	var n checklist.Points
	switch {
	case len(it.Options) > 0:
		n = pick(r, it.Options).Points
	case it.Step > 0:
		n = it.Step * checklist.Points(r.Int64N(int64(it.Points/it.Step)+1))
	default:
		n = checklist.Points(r.Int64N(int64(it.Points) + 1))
	}
	if r.IntN(30) < mood {
		n += checklist.Points(r.IntN(5) - 2)
	}
	return &n
}

func word(r *rand.Rand, mood int) string {
	if r.IntN(12) < mood {
		return pick(r, blank)
	}
	return pick(r, solid)
}

func files(r *rand.Rand, mood int) []string {
	if r.IntN(12) < mood {
		return nil
	}
	return []string{"9f86d081884c7d65"}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
