package calendar

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"fangxin/internal/ident"
)

// Date is a day of the civil calendar, without a time or a zone. Its text
// form, in JSON and in the database, is YYYY-MM-DD; the zero Date is "".
type Date struct{ days string }

const layout = "2006-01-02"

// MakeDate makes a date; the month and day may overflow as in [time.Date].
func MakeDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(layout)}
}

// DateOf is the day in Beijing at an instant.
func DateOf(t time.Time) Date { return Date{t.In(ident.Beijing).Format(layout)} }

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(layout, s); err != nil {
		return Date{}, fmt.Errorf("%q is no date of the form YYYY-MM-DD", s)
	}
	return Date{s}, nil
}

// IsZero reports the missing date.
func (d Date) IsZero() bool { return d.days == "" }

// String is YYYY-MM-DD, "" for the zero date.
func (d Date) String() string { return d.days }

func (d Date) utc() time.Time {
	t, _ := time.Parse(layout, d.days) // the zero date reads as year 1
	return t
}

// Year of the date.
func (d Date) Year() int { return d.utc().Year() }

// Month of the date.
func (d Date) Month() time.Month { return d.utc().Month() }

// Day of the month.
func (d Date) Day() int { return d.utc().Day() }

// Weekday of the date.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.days < e.days }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.days > e.days }

// AddDays moves by days.
func (d Date) AddDays(n int) Date { return Date{d.utc().AddDate(0, 0, n).Format(layout)} }

// AddMonths moves by months; the 31st becomes the last day of a shorter month.
func (d Date) AddMonths(n int) Date {
	t := d.utc()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return MakeDate(first.Year(), first.Month(), min(t.Day(), last))
}

// AddYears moves by years; 29 February becomes the 28th.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysUntil counts the days from d to e.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()) / (24 * time.Hour)) }

// Start is the instant at which the day begins in Beijing.
func (d Date) Start() time.Time {
	t := d.utc()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, ident.Beijing).UTC()
}

// End is the instant at which the day is over in Beijing.
func (d Date) End() time.Time {
	t := d.utc()
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, ident.Beijing).UTC()
}

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.days), nil }

// UnmarshalText reads YYYY-MM-DD or "".
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	*d = parsed
	return err
}

// Value stores the text form.
func (d Date) Value() (driver.Value, error) { return d.days, nil }

// Scan reads what either database gives for a date.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case time.Time:
		// A date comes as midnight, in the zone of the driver or moved from
		// UTC into the zone of the machine; either way it is that midnight's day.
		if h, m, s := v.Clock(); h|m|s != 0 {
			if h, m, s := v.UTC().Clock(); h|m|s == 0 {
				v = v.UTC()
			}
		}
		*d = Date{v.Format(layout)}
		return nil
	case []byte:
		return d.Scan(string(v))
	case string:
		if i := strings.IndexAny(v, "T "); i == len(layout) {
			v = v[:i]
		}
		return d.UnmarshalText([]byte(v))
	}
	return fmt.Errorf("cannot read a date from %T", src)
}
