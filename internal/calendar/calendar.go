// Package calendar owns days and deadlines: civil dates, the Chinese working
// calendar with its public holidays (法定节假日) and make-up working days
// (调休), and what "within n working days" means.
//
// It does not know why a deadline exists or what happens when it passes.
package calendar

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"fangxin/assets"
)

// Calendar knows which days are worked on. Years that it does not cover are
// taken as Monday to Friday, and whoever asks is told so.
type Calendar struct {
	covered  map[int]bool
	holidays map[string]bool
	makeUp   map[string]bool
}

type file struct {
	Source   string   `json:"source"`
	Covered  []int    `json:"covered"`
	Holidays []string `json:"holidays"`
	Workdays []string `json:"workdays"`
}

var shipped = sync.OnceValue(func() *Calendar {
	b, err := assets.FS.ReadFile("calendar/cn.json")
	if err != nil {
		panic(err)
	}
	c, err := Load(b)
	if err != nil {
		panic(err)
	}
	return c
})

// Shipped is the calendar built into this version.
func Shipped() *Calendar { return shipped() }

// Load reads a calendar file of the shape of assets/calendar/cn.json.
func Load(data []byte) (*Calendar, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	c := &Calendar{covered: map[int]bool{}, holidays: map[string]bool{}, makeUp: map[string]bool{}}
	for _, y := range f.Covered {
		c.covered[y] = true
	}
	for days, into := range map[*[]string]map[string]bool{&f.Holidays: c.holidays, &f.Workdays: c.makeUp} {
		for _, s := range *days {
			d, err := ParseDate(s)
			if err != nil {
				return nil, fmt.Errorf("calendar: %w", err)
			}
			if !c.covered[d.Year()] {
				return nil, fmt.Errorf("calendar: %s lies in a year that is not listed as covered", s)
			}
			into[s] = true
		}
	}
	return c, nil
}

// Covers reports whether the year's notice is part of the calendar.
func (c *Calendar) Covers(year int) bool { return c.covered[year] }

// CoveredUntil is the last covered year.
func (c *Calendar) CoveredUntil() int {
	last := 0
	for y := range c.covered {
		last = max(last, y)
	}
	return last
}

// Workday reports whether offices work on the day.
func (c *Calendar) Workday(d Date) bool {
	if c.makeUp[d.String()] {
		return true
	}
	if c.holidays[d.String()] {
		return false
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}

// Result is a computed day with the years that had to be guessed.
type Result struct {
	Date Date
	// Guessed lists the years whose holidays are unknown; an administrator
	// should load the State Council's notice for them.
	Guessed []int
}

// AddWorkdays gives the n-th working day after d; d itself does not count.
func (c *Calendar) AddWorkdays(d Date, n int) Result {
	var r Result
	for n > 0 {
		d = d.AddDays(1)
		if y := d.Year(); !c.covered[y] && !slices.Contains(r.Guessed, y) {
			r.Guessed = append(r.Guessed, y)
		}
		if c.Workday(d) {
			n--
		}
	}
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

// Unit says in what a period is counted.
type Unit string

// The units.
const (
	Workdays Unit = "workdays" // 工作日
	Days     Unit = "days"     // 自然日
	Hours    Unit = "hours"    // 小时
)

// Period is "n units".
type Period struct {
	N    int  `json:"n" yaml:"n"`
	Unit Unit `json:"unit" yaml:"unit"`
}

// Due gives the instant at which a period that begins at start is over. Days
// end at midnight in Beijing and the day of the beginning does not count, as
// periods are counted in administrative procedure (民法典 art. 201).
func (c *Calendar) Due(start time.Time, p Period) (time.Time, []int) {
	switch p.Unit {
	case Hours:
		return start.Add(time.Duration(p.N) * time.Hour), nil
	case Days:
		return DateOf(start).AddDays(p.N).End(), nil
	}
	r := c.AddWorkdays(DateOf(start), p.N)
	return r.Date.End(), r.Guessed
}
