package ident

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

var (
	mobileForm   = regexp.MustCompile(`^1[3-9]\d{9}$`)
	landlineForm = regexp.MustCompile(`^0\d{2,3}\d{7,8}$`)
	serviceForm  = regexp.MustCompile(`^(400|800)\d{7}$|^1\d{4}$`)
)

// NormalPhone gives a typed number its canonical form: half-width digits
// without spaces, hyphens, brackets and the country code +86.
func NormalPhone(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		if strings.ContainsRune(" -()\t\u00a0\u3000", r) {
			return -1
		}
		return r
	}, width.Narrow.String(s))
	return strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "0086")
}

// IsMobile reports a mainland mobile number in canonical form (手机号码).
func IsMobile(s string) bool { return mobileForm.MatchString(s) }

// IsPhone reports a number that shoppers can call: mobile, area code with
// landline, 400/800, or a short service number such as 12315.
func IsPhone(s string) bool {
	return mobileForm.MatchString(s) || landlineForm.MatchString(s) || serviceForm.MatchString(s)
}

// MaskPhone hides the middle of a number: 13812345678 becomes 138****5678.
func MaskPhone(s string) string {
	if len(s) < 7 {
		return strings.Repeat("*", len(s))
	}
	return s[:3] + "****" + s[len(s)-4:]
}
