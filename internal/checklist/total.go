package checklist

// total adds the sections up to the score.
func (s *scorer) total() {
	f, r := &s.sheet.Frame, &s.res
	var sum, numbers, genFails, genTotal Points
	for _, t := range s.parts {
		t.weigh(f)
		switch t.Role {
		case Extra:
			r.BonusRaw += t.Score
		case Deduction:
			r.Deduction += t.Score
		default:
			r.Base += t.Score
			r.BaseMax += t.Max
		}
		sum, numbers = sum+t.sum, numbers+t.numbers
		genFails, genTotal = genFails+Points(t.genFails), genTotal+Points(t.genTotal)
		r.Sections = append(r.Sections, t.SectionResult)
	}
	r.Bonus = capped(r.BonusRaw, f.BonusCap)
	r.Deduction = capped(r.Deduction, f.DeductionCap)
	if f.Method == ByMean && numbers > 0 {
		r.Base, r.BaseMax = ratio(sum, 1, numbers), f.Full
	}
	r.Scaled = r.Base
	if r.BaseMax > 0 {
		r.Percent = ratio(r.Base, P(100), r.BaseMax)
		if f.Excluded != Unscaled {
			r.Scaled = ratio(r.Base, f.Full, r.BaseMax)
		}
	}
	if genTotal > 0 {
		r.Defects = ratio(genFails, P(100), genTotal)
	}
	r.Score = max(r.Scaled+r.Bonus-r.Deduction, 0)
}

// weigh scales the section's points to its weight.
func (t *tally) weigh(f *Frame) {
	weight := t.Weight
	if f.Method != ByPoints {
		weight = t.full
	}
	switch {
	case t.full == 0 || weight == 0:
	case t.Role != Base:
		t.Score, t.Max = ratio(t.raw, weight, t.full), weight
	case f.Excluded == PerSection && t.avail > 0:
		t.Score, t.Max = ratio(t.raw, weight, t.avail), weight
	case f.Excluded != PerSection:
		t.Score, t.Max = ratio(t.raw, weight, t.full), ratio(t.avail, weight, t.full)
	}
}

func capped(p Points, limit *Points) Points {
	if limit != nil && p > *limit {
		return *limit
	}
	return p
}
