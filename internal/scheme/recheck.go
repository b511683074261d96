package scheme

// RecheckMonths gives the months between two re-checks of a title, for each
// scheme in force.
func RecheckMonths() map[string]int {
	out := map[string]int{}
	for _, s := range Current() {
		if s.RecheckMonths.Value > 0 {
			out[s.Code] = s.RecheckMonths.Value
		}
	}
	return out
}
