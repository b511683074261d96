package tabular

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
)

var (
	dateForm     = regexp.MustCompile(`^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]?\d{1,2}[:时点].*)?$`)
	packedForm   = regexp.MustCompile(`^(19|20)\d{6}$`)
	serialForm   = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
	numberForm   = regexp.MustCompile(`^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$`)
	exponentForm = regexp.MustCompile(`^([+-]?\d)(?:\.(\d+))?[eE]\+?(\d{1,3})$`)
	formulaError = regexp.MustCompile(`^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$`)
)

// prepare folds a cell for reading and refuses what no parser can read.
func prepare(s string) (string, error) {
	s = plain(s)
	switch {
	case s == "":
		return "", refuse("required")
	case formulaError.MatchString(s):
		return "", refuse("formula_error")
	}
	return s, nil
}

// expand writes out a number that a spreadsheet shortened: 1.3812345678E+10.
// It refuses one whose digits were lost on the way: 9.14403E+17.
func expand(s string) (string, error) {
	m := exponentForm.FindStringSubmatch(s)
	if m == nil {
		return s, nil
	}
	zeros, err := strconv.Atoi(m[3])
	if err != nil || len(m[2]) > zeros {
		return s, nil
	}
	if zeros > len(m[2]) || zeros > 14 {
		return "", refuse("lost_digits")
	}
	return m[1] + m[2], nil
}

// ParseDate reads a day as people write it: 2024.3.5, 2024年3月5日, 2024/03/05,
// 2024-3-5 with or without a time, 20240305, or the serial number that a
// spreadsheet stores (45356). Two-digit years are refused.
func ParseDate(s string) (calendar.Date, error) {
	d, _, err := parseDate(s)
	return d, err
}

func parseDate(s string) (d calendar.Date, serial bool, err error) {
	if s, err = prepare(s); err != nil {
		return d, false, err
	}
	if m := dateForm.FindStringSubmatch(s); m != nil {
		d, err = civil(m[1], m[2], m[3])
		return d, false, err
	}
	if packedForm.MatchString(s) {
		d, err = civil(s[:4], s[4:6], s[6:])
		return d, false, err
	}
	if serialForm.MatchString(s) {
		// Serials count days from 30 December 1899; 20000 is 1954, 80000 is 2119.
		n, err := strconv.ParseFloat(s, 64)
		if err == nil && n >= 20000 && n < 80000 {
			return calendar.MakeDate(1899, time.December, 30+int(n)), true, nil
		}
	}
	return d, false, refuse("date_form")
}

func civil(y, m, d string) (calendar.Date, error) {
	pad := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
	date, err := calendar.ParseDate(y + "-" + pad(m) + "-" + pad(d))
	if err != nil {
		return calendar.Date{}, refuse("no_such_day")
	}
	return date, nil
}

// ParseUSCC reads a credit code (统一社会信用代码). The letters O and I, which
// cannot stand in one, are read as the digits 0 and 1 they are mistaken for
// when that makes the check digit right; repaired tells so. The code is given
// back cleaned also when it is wrong.
func ParseUSCC(s string) (code ident.USCC, repaired bool, err error) {
	if s, err = prepare(s); err != nil {
		return "", false, err
	}
	if exponentForm.MatchString(s) {
		return "", false, refuse("lost_digits")
	}
	code = ident.NormalUSCC(CleanCode(s))
	if code.Valid() {
		return code, false, nil
	}
	fixed := ident.USCC(strings.NewReplacer("O", "0", "I", "1").Replace(string(code)))
	if fixed != code && fixed.Valid() {
		return fixed, true, nil
	}
	return code, false, refuse(string(code.Problem()))
}

// ParsePhone reads a telephone number; several in one cell give the first, an
// extension (转 801) is left out, an empty cell gives "".
func ParsePhone(s string) (string, error) {
	if plain(s) == "" {
		return "", nil
	}
	s, err := prepare(s)
	if err != nil {
		return "", err
	}
	first := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;/、转", r) })
	if len(first) == 0 {
		return "", refuse("phone")
	}
	n, err := expand(ident.NormalPhone(strings.TrimLeft(first[0], "'‘’`")))
	if err != nil {
		return "", err
	}
	if !ident.IsPhone(strings.TrimSuffix(n, ".0")) { // a number that a spreadsheet stored as one
		return "", refuse("phone")
	}
	return strings.TrimSuffix(n, ".0"), nil
}

// ParseNumber reads a number with or without separators of thousands: 1,234.5.
// Units and percent signs are refused: what they mean is the column's business.
func ParseNumber(s string) (float64, error) {
	s, err := prepare(s)
	if err != nil {
		return 0, err
	}
	if !numberForm.MatchString(s) && !exponentForm.MatchString(s) {
		return 0, refuse("number")
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil || n > 1e15 || n < -1e15 { // beyond, spreadsheets no longer keep every digit
		return 0, refuse("too_big")
	}
	return n, nil
}
