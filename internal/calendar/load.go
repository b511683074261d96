package calendar

import (
	"bytes"
	"encoding/json"
	"strconv"

	"fangxin/internal/i18n"
)

// file is the shape of a calendar file.
type file struct {
	Source   string   `json:"source"`   // the notices that it follows
	Covered  []int    `json:"covered"`  // years whose notice is in it
	Holidays []string `json:"holidays"` // days off, weekends within them too
	Workdays []string `json:"workdays"` // Saturdays and Sundays that are worked on
}

// DataError says what is wrong with a calendar file or a period. Its words are
// in the catalogue under calendar.<Reason>.
type DataError struct {
	Reason string // bad_file, bad_date, not_listed, both, not_weekend, bare_year, bad_unit, bad_count
	Args   []any
	cause  error
}

// Words says it in a language.
func (e *DataError) Words(lang string) string {
	return i18n.Shipped().T(lang, "calendar."+e.Reason, e.Args...)
}

// Error is the English words.
func (e *DataError) Error() string {
	if e.cause != nil {
		return "calendar: " + e.Words(i18n.En) + " (" + e.cause.Error() + ")"
	}
	return "calendar: " + e.Words(i18n.En)
}

// Unwrap gives the cause.
func (e *DataError) Unwrap() error { return e.cause }

// Load reads a calendar file of the shape of assets/calendar/cn.json. It
// refuses what no notice can say: a day of a year that is not listed, a day
// that is both free and worked, a make-up day in the week, a year without any
// holiday.
func Load(data []byte) (*Calendar, error) {
	var f file
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, &DataError{Reason: "bad_file", cause: err}
	}
	c := &Calendar{covered: map[int]bool{}, holidays: map[Date]bool{}, makeUp: map[Date]bool{}}
	for _, y := range f.Covered {
		c.covered[y] = true
	}
	bare := map[int]bool{}
	for y := range c.covered {
		bare[y] = true
	}
	for _, s := range f.Holidays {
		day, err := c.listed(s)
		if err != nil {
			return nil, err
		}
		c.holidays[day] = true
		delete(bare, day.Year())
	}
	for _, s := range f.Workdays {
		day, err := c.listed(s)
		if err != nil {
			return nil, err
		}
		if c.holidays[day] {
			return nil, &DataError{Reason: "both", Args: []any{s}}
		}
		if !weekend(day) {
			return nil, &DataError{Reason: "not_weekend", Args: []any{s}}
		}
		c.makeUp[day] = true
	}
	for y := range bare {
		return nil, &DataError{Reason: "bare_year", Args: []any{strconv.Itoa(y)}}
	}
	return c, nil
}

func (c *Calendar) listed(s string) (Date, error) {
	day, err := ParseDate(s)
	if err != nil {
		return Date{}, &DataError{Reason: "bad_date", Args: []any{s}, cause: err}
	}
	if !c.covered[day.Year()] {
		return Date{}, &DataError{Reason: "not_listed", Args: []any{s, strconv.Itoa(day.Year())}}
	}
	return day, nil
}
