package deadline

// Tally counts clocks for the rate of matters dealt with on time (按时办结率).
type Tally struct {
	OnTime  int `json:"on_time"` // closed within the period
	Late    int `json:"late"`    // closed after it
	Overdue int `json:"overdue"` // still open after it
	Running int `json:"running"` // open within it: nobody can say yet
}

// Add counts one clock.
func (t *Tally) Add(s State) {
	switch {
	case s.Phase == Stopped && s.Late:
		t.Late++
	case s.Phase == Stopped:
		t.OnTime++
	case s.Late:
		t.Overdue++
	default:
		t.Running++
	}
}

// Judged is how many clocks the rate is about.
func (t Tally) Judged() int { return t.OnTime + t.Late + t.Overdue }

// Rate is the share dealt with on time in tenths of a percent, rounded down;
// ok is false while there is nothing to judge. What is open and overdue counts
// against it, so that leaving a late matter open never looks better than
// closing it.
func (t Tally) Rate() (tenths int, ok bool) {
	if t.Judged() == 0 {
		return 0, false
	}
	return t.OnTime * 1000 / t.Judged(), true
}
