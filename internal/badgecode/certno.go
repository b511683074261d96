package badgecode

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/width"
)

// CertNo is a certificate number (称号编号) such as JX-SD-2026-000123-K: the
// province, the kind of title, the year, a running number, and a check
// character by ISO/IEC 7064 MOD 37,36 over everything before it.
type CertNo string

// ErrBadNumber means that a typed number has not the form, or that its check
// character says that it was mistyped.
var ErrBadNumber = errors.New("not a certificate number")

const checkAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// NewCertNo makes a number. province and kind are two capitals, year has four
// digits and n runs from 1 to 999999.
func NewCertNo(province, kind string, year, n int) (CertNo, error) {
	if !capitals(province) || !capitals(kind) || year < 2000 || year > 9999 || n < 1 || n > 999999 {
		return "", fmt.Errorf("certificate number of %q %q %d %d: %w", province, kind, year, n, ErrBadNumber)
	}
	body := fmt.Sprintf("%s%s%04d%06d", province, kind, year, n)
	return format(body + string(mod3736(body))), nil
}

// ParseCertNo reads a number as typed: any case and width, with or without
// hyphens, the letter O for a zero in the digits.
func ParseCertNo(typed string) (CertNo, error) {
	if len(typed) > 100 {
		return "", ErrBadNumber
	}
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_\u00a0\u3000\u2014\u2013", r) {
			return -1
		}
		return r
	}, strings.ToUpper(width.Narrow.String(typed)))
	if len(s) != 15 {
		return "", ErrBadNumber
	}
	digits := strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s[4:14])
	s = s[:4] + digits + s[14:]
	if !capitals(s[:2]) || !capitals(s[2:4]) || strings.Trim(digits, "0123456789") != "" || strings.IndexByte(checkAlphabet, s[14]) < 0 {
		return "", ErrBadNumber
	}
	if mod3736(s[:14]) != s[14] {
		return "", ErrBadNumber
	}
	return format(s), nil
}

// String is the number with its hyphens.
func (n CertNo) String() string { return string(n) }

func format(s string) CertNo {
	return CertNo(s[:2] + "-" + s[2:4] + "-" + s[4:8] + "-" + s[8:14] + "-" + s[14:])
}

func capitals(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// mod3736 is the hybrid system MOD 37,36 of ISO/IEC 7064: it finds every wrong
// character and almost every swap of neighbours.
func mod3736(s string) byte {
	p := 36
	for i := range len(s) {
		p += strings.IndexByte(checkAlphabet, s[i])
		if p > 36 {
			p -= 36
		}
		p = p * 2 % 37
	}
	return checkAlphabet[(37-p)%36]
}
