package badgecode

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// CertNo is a certificate number (称号编号) such as JX-SD-2026-000123-84: the
// province, the kind of title, the year, a running number, and two check
// digits by ISO/IEC 7064 MOD 97-10 over everything before them.
//
// MOD 97-10 was chosen over MOD 37,36, which misses some swaps of neighbours,
// and over MOD 37-2, which needs an asterisk as a 37th check character: it
// finds every single wrong character and every swap of neighbours, and its
// check is digits, which anybody can type.
type CertNo string

// ErrBadNumber means that a typed number has not the form, or that its check
// character says that it was mistyped.
var ErrBadNumber = errors.New("not a certificate number")

// NewCertNo makes a number. province and kind are two capitals, year has four
// digits and n runs from 1 to 999999.
func NewCertNo(province, kind string, year, n int) (CertNo, error) {
	if !capitals(province) || !capitals(kind) || year < 2000 || year > 9999 || n < 1 || n > 999999 {
		return "", fmt.Errorf("certificate number of %q %q %d %d: %w", province, kind, year, n, ErrBadNumber)
	}
	body := fmt.Sprintf("%s%s%04d%06d", province, kind, year, n)
	return format(fmt.Sprintf("%s%02d", body, 98-mod97(body+"00"))), nil
}

// Places in a number without its hyphens: letters, then digits, then the check.
const (
	certLetters = 4
	certLength  = 16
)

var (
	asLetters = strings.NewReplacer("0", "O", "1", "I")
	asDigits  = strings.NewReplacer("O", "0", "I", "1", "L", "1")
)

// ParseCertNo reads a number as typed: any case and width, with or without
// hyphens, a letter for the digit it resembles and the other way round.
func ParseCertNo(typed string) (CertNo, error) {
	if len(typed) > maxTyped {
		return "", ErrBadNumber
	}
	s := strings.Map(dropSeparators, strings.ToUpper(width.Narrow.String(typed)))
	if len(s) != certLength {
		return "", ErrBadNumber
	}
	letters, digits := asLetters.Replace(s[:certLetters]), asDigits.Replace(s[certLetters:])
	if !capitals(letters[:2]) || !capitals(letters[2:]) || strings.Trim(digits, "0123456789") != "" {
		return "", ErrBadNumber
	}
	// The standard writes checks from 02 to 98; 00, 01 and 99 would be second
	// spellings of others.
	if check := digits[10:]; check < "02" || check > "98" {
		return "", ErrBadNumber
	}
	if mod97(letters+digits) != 1 || digits[:4] < "2000" || digits[4:10] == "000000" {
		return "", ErrBadNumber
	}
	return format(letters + digits), nil
}

// String is the number with its hyphens.
func (n CertNo) String() string { return string(n) }

// Parts takes a number that [ParseCertNo] or [NewCertNo] gave apart.
func (n CertNo) Parts() (province, kind string, year, serial int) {
	p := strings.Split(string(n), "-")
	year, _ = strconv.Atoi(p[2])   // digits, as the number was read
	serial, _ = strconv.Atoi(p[3]) // likewise
	return p[0], p[1], year, serial
}

func format(s string) CertNo {
	return CertNo(s[:2] + "-" + s[2:4] + "-" + s[4:8] + "-" + s[8:14] + "-" + s[14:])
}

func capitals(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// mod97 is the remainder of ISO/IEC 7064 MOD 97-10, where a letter counts as
// the two digits from 10 (A) to 35 (Z).
func mod97(s string) int {
	n := 0
	for i := range len(s) {
		if c := int(s[i]); c >= 'A' {
			n = (n*100 + c - 'A' + 10) % 97
		} else {
			n = (n*10 + c - '0') % 97
		}
	}
	return n
}
