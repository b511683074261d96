package checklist

// Ladder (晋升阶梯) turns a history of clean quarters into honours: each clean
// quarter earns one of the lowest rung, and a number of one rung becomes one
// of the next.
type Ladder struct {
	Rungs []Rung `json:"rungs" yaml:"rungs"`
}

// Rung is one honour of a ladder.
type Rung struct {
	ID    string `json:"id" yaml:"id"`
	Title Text   `json:"title" yaml:"title"`
	// Takes is how many of the rung before make one of these; 0 for the lowest.
	Takes int `json:"takes" yaml:"takes"`
}

// Climb counts each rung's honours held after the quarters, in the order of
// the rungs. A quarter that is not clean earns nothing and takes nothing away.
// The highest rung keeps growing.
func (l Ladder) Climb(clean []bool) []int {
	held := make([]int, len(l.Rungs))
	if len(held) == 0 {
		return held
	}
	for _, c := range clean {
		if c {
			held[0]++
		}
	}
	for i := 1; i < len(held); i++ {
		if n := l.Rungs[i].Takes; n > 0 {
			held[i], held[i-1] = held[i-1]/n, held[i-1]%n
		}
	}
	return held
}
