// Package calendar owns days and deadlines: civil dates, the Chinese working
// calendar with its public holidays (法定节假日) and make-up working days
// (调休上班日), and what "within n working days" means.
//
// It does not know why a deadline exists or what happens when it passes, nor
// the hours in which an office is open. It computes no holiday: each year's
// days come from the notice of the State Council, and for a year without one
// the answer is marked as a guess.
package calendar

import (
	"io/fs"
	"slices"
	"sync"
	"time"

	"fangxin/assets"
)

// Calendar knows which days are worked on. Years that it does not cover are
// taken as Monday to Friday, and whoever asks is told so. It never changes.
type Calendar struct {
	covered  map[int]bool
	holidays map[Date]bool
	makeUp   map[Date]bool
}

var shipped = sync.OnceValue(func() *Calendar {
	c, err := LoadFile(assets.FS, "calendar/cn.json")
	if err != nil {
		panic(err)
	}
	return c
})

// Shipped is the calendar built into this version.
func Shipped() *Calendar { return shipped() }

// LoadFile reads a calendar file; see [Load].
func LoadFile(files fs.FS, name string) (*Calendar, error) {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	return Load(b)
}

// With gives a calendar in which the years of another replace one's own: the
// way to bring in a new year's notice, or a changed one, without a new version.
func (c *Calendar) With(newer *Calendar) *Calendar {
	out := &Calendar{covered: map[int]bool{}, holidays: map[Date]bool{}, makeUp: map[Date]bool{}}
	take := func(from *Calendar, wanted func(year int) bool) {
		for y := range from.covered {
			if wanted(y) {
				out.covered[y] = true
			}
		}
		for d := range from.holidays {
			if wanted(d.Year()) {
				out.holidays[d] = true
			}
		}
		for d := range from.makeUp {
			if wanted(d.Year()) {
				out.makeUp[d] = true
			}
		}
	}
	take(c, func(year int) bool { return !newer.covered[year] })
	take(newer, func(int) bool { return true })
	return out
}

// Covers reports whether the year's notice is part of the calendar.
func (c *Calendar) Covers(year int) bool { return c.covered[year] }

// Years lists the covered years in order.
func (c *Calendar) Years() []int {
	years := make([]int, 0, len(c.covered))
	for y := range c.covered {
		years = append(years, y)
	}
	slices.Sort(years)
	return years
}

// CoveredUntil is the last covered year, 0 when there is none.
func (c *Calendar) CoveredUntil() int {
	last := 0
	for y := range c.covered {
		last = max(last, y)
	}
	return last
}

// Workday reports whether offices work on the day.
func (c *Calendar) Workday(d Date) bool {
	if c.makeUp[d] {
		return true
	}
	return !c.holidays[d] && !weekend(d)
}

// IsWorkday is [Calendar.Workday], with whether the year is covered; when it
// is not, the answer only tells weekends.
func (c *Calendar) IsWorkday(d Date) (workday, covered bool) {
	return c.Workday(d), c.covered[d.Year()]
}

func weekend(d Date) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

// Result is a computed day with the years that had to be guessed.
type Result struct {
	Date Date
	// Guessed lists the years whose holidays are unknown; an administrator
	// should load the State Council's notice for them.
	Guessed []int
}

// Warnings says in words what was guessed.
func (r Result) Warnings() []Warning { return warnings(r.Guessed) }

// AddWorkdays gives the n-th working day after d; d itself does not count.
// For a negative n it is the last day from which -n working days lead to d, so
// that [Calendar.WorkdaysBetween] always gives n back.
func (c *Calendar) AddWorkdays(d Date, n int) Result {
	var r Result
	note := func(d Date) {
		if y := d.Year(); !c.covered[y] && !slices.Contains(r.Guessed, y) {
			r.Guessed = append(r.Guessed, y)
		}
	}
	for ; n > 0; note(d) {
		d = d.AddDays(1)
		if c.Workday(d) {
			n--
		}
	}
	for ; n < 0; d = d.AddDays(-1) {
		note(d)
		if c.Workday(d) {
			n++
		}
	}
	slices.Sort(r.Guessed)
	r.Date = d
	return r
}

// WorkdaysBetween counts the working days after d up to and including e; it
// is negative when e lies before d.
func (c *Calendar) WorkdaysBetween(d, e Date) int {
	if e.Before(d) {
		return -c.WorkdaysBetween(e, d)
	}
	n := 0
	for d.Before(e) {
		d = d.AddDays(1)
		if c.Workday(d) {
			n++
		}
	}
	return n
}

// Uncovered lists the years from d to e that the calendar does not cover.
func (c *Calendar) Uncovered(d, e Date) []int {
	if e.Before(d) {
		d, e = e, d
	}
	var years []int
	for y := d.Year(); y <= e.Year(); y++ {
		if !c.covered[y] {
			years = append(years, y)
		}
	}
	return years
}
