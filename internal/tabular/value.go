package tabular

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
)

// ErrValue means that a cell holds something else than its column says.
var ErrValue = errors.New("not a value of this column")

var (
	dateForm   = regexp.MustCompile(`^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T].*)?$`)
	packedForm = regexp.MustCompile(`^(19|20)\d{6}$`)
	serialForm = regexp.MustCompile(`^\d{4,6}(\.\d+)?$`)
)

// ParseDate reads a day as people write it: 2024.3.5, 2024年3月5日, 2024/03/05,
// 2024-3-5 with or without a time, 20240305, or the serial number that a
// spreadsheet stores (45356).
func ParseDate(s string) (calendar.Date, error) {
	s = Clean(s)
	if m := dateForm.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if packedForm.MatchString(s) {
		return civil(s[:4], s[4:6], s[6:])
	}
	if serialForm.MatchString(s) {
		n, err := strconv.ParseFloat(s, 64)
		// Serials count days from 30 December 1899; 20000 is 1954, 80000 is 2119.
		if err == nil && n >= 20000 && n < 80000 {
			return calendar.MakeDate(1899, time.December, 30+int(n)), nil
		}
	}
	return calendar.Date{}, ErrValue
}

func civil(y, m, d string) (calendar.Date, error) {
	pad := func(s string) string {
		if len(s) == 1 {
			return "0" + s
		}
		return s
	}
	date, err := calendar.ParseDate(y + "-" + pad(m) + "-" + pad(d))
	if err != nil {
		return calendar.Date{}, ErrValue
	}
	return date, nil
}

// ParseUSCC reads a credit code. Letters that cannot stand in one are read as
// the digits they are mistaken for (O as 0, I as 1) when that makes the check
// digit right; repaired tells so.
func ParseUSCC(s string) (code ident.USCC, repaired bool, err error) {
	code = ident.NormalUSCC(s)
	if code.Valid() {
		return code, false, nil
	}
	fixed := ident.USCC(strings.NewReplacer("O", "0", "I", "1").Replace(string(code)))
	if fixed != code && fixed.Valid() {
		return fixed, true, nil
	}
	return code, false, ErrValue
}

// ParsePhone reads a telephone number; several in one cell give the first.
func ParsePhone(s string) (string, error) {
	s = Clean(s)
	if s == "" {
		return "", nil
	}
	first := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;/、，；", r) })
	if len(first) == 0 {
		return "", ErrValue
	}
	n := ident.NormalPhone(first[0])
	if i := strings.IndexByte(n, '.'); i > 0 { // a number that a spreadsheet stored as one
		n = n[:i]
	}
	if !ident.IsPhone(n) {
		return "", ErrValue
	}
	return n, nil
}

// Guard makes a cell safe for spreadsheets: what would begin a formula gets an
// apostrophe before it.
func Guard(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
