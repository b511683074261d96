package calendar

import (
	"strconv"
	"time"

	"fangxin/internal/i18n"
)

// Unit says in what a period is counted.
type Unit string

// The units.
const (
	Workdays Unit = "workdays" // 工作日
	Days     Unit = "days"     // 自然日
	Hours    Unit = "hours"    // 小时
)

// MaxCount is the longest period: ten years of days.
const MaxCount = 3660

// Period is "n units".
type Period struct {
	N    int  `json:"n" yaml:"n"`
	Unit Unit `json:"unit" yaml:"unit"`
}

// Check refuses a unit that does not exist, and counts that no rule sets.
func (p Period) Check() error {
	if p.Unit != Workdays && p.Unit != Days && p.Unit != Hours {
		return &DataError{Reason: "bad_unit", Args: []any{string(p.Unit)}}
	}
	if p.N < 0 || p.N > MaxCount {
		return &DataError{Reason: "bad_count", Args: []any{p.N, MaxCount}}
	}
	return nil
}

// Deadline is a period that runs from an act.
type Deadline struct {
	Start   time.Time
	Period  Period
	Due     time.Time // the first instant that is too late
	LastDay Date      // the day in Beijing on which it ends
	// Guessed lists the years whose holidays were not known; only periods of
	// working days need them.
	Guessed []int
}

// Deadline computes when a period that begins at start is over. The day of the
// act does not count and the last day counts until 24:00 in Beijing (民法典
// arts. 201 and 202); holidays are left out of working days (行政许可法
// art. 82). Hours run from the instant of the act through nights and holidays.
//
// A period of calendar days that ends on a holiday is not moved to the next
// working day (民法典 art. 203): the periods here bind offices, and the earlier
// day is the one that is safe for them.
func (c *Calendar) Deadline(start time.Time, p Period) (Deadline, error) {
	if err := p.Check(); err != nil {
		return Deadline{}, err
	}
	d := Deadline{Start: start, Period: p}
	switch p.Unit {
	case Hours:
		d.Due = start.Add(time.Duration(p.N) * time.Hour)
		d.LastDay = DateOf(d.Due.Add(-time.Nanosecond))
		return d, nil
	case Days:
		d.LastDay = DateOf(start).AddDays(p.N)
	case Workdays:
		r := c.AddWorkdays(DateOf(start), p.N)
		d.LastDay, d.Guessed = r.Date, r.Guessed
	}
	d.Due = d.LastDay.End()
	return d, nil
}

// Passed reports whether the deadline is over at an instant.
func (d Deadline) Passed(now time.Time) bool { return !now.Before(d.Due) }

// Warnings says in words what was guessed.
func (d Deadline) Warnings() []Warning { return warnings(d.Guessed) }

// Warning says that a day was computed without a year's holidays: weekends
// alone were left out.
type Warning struct {
	Year int `json:"year"`
}

// Words says in a language which year it is and what an administrator does.
func (w Warning) Words(lang string) string {
	return i18n.Shipped().T(lang, "calendar.not_covered", strconv.Itoa(w.Year))
}

func warnings(years []int) []Warning {
	var out []Warning
	for _, y := range years {
		out = append(out, Warning{y})
	}
	return out
}
