package ident

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

// between is what people put between the digits of a number.
const between = `[\s\-.·—_]{0,2}`

var (
	// Identity numbers (GB 11643-1999): six digits of a division, date of
	// birth, three digits, check character; the old ones have 15 digits.
	idForm    = regexp.MustCompile(`(?:^|[^0-9])[1-8](?:` + between + `[0-9]){5}` + between + `(?:1` + between + `[89]|2` + between + `0)(?:` + between + `[0-9]){2}` + between + `(?:0` + between + `[1-9]|1` + between + `[0-2])` + between + `(?:0` + between + `[1-9]|[12]` + between + `[0-9]|3` + between + `[01])(?:` + between + `[0-9]){3}` + between + `[0-9Xx](?:$|[^0-9A-Za-z])`)
	oldIDForm = regexp.MustCompile(`(?:^|[^0-9])[1-8][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?:$|[^0-9])`)
	phoneForm = regexp.MustCompile(`(?:^|[^0-9]|\+?86)` + between + `1[3-9](?:` + between + `[0-9]){9}(?:$|[^0-9])`)
	cardForm  = regexp.MustCompile(`[0-9](?:[ \-]?[0-9]){15,18}`)
	mailForm  = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`)
	chatForm  = regexp.MustCompile(`(?i)(?:微信|wechat|qq|vx|wx)[号:：\s]{0,3}[a-z0-9][a-z0-9_\-]{4,}`)
)

// numerals are the digits as people write them out to get past a machine.
var numerals = strings.NewReplacer("零", "0", "〇", "0", "一", "1", "幺", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")

// Personal reports that a text holds what leads to one person: a mobile
// number, an identity number, a bank card, an e-mail address or the name of a
// chat account. It looks through full-width digits, written-out ones and what
// stands between them. Names of people it cannot know.
func Personal(s string) bool {
	s = width.Narrow.String(s)
	for _, text := range []string{s, numerals.Replace(s)} {
		if phoneForm.MatchString(text) || idForm.MatchString(text) || oldIDForm.MatchString(text) || mailForm.MatchString(text) || chatForm.MatchString(text) {
			return true
		}
		for _, run := range cardForm.FindAllString(text, -1) {
			if luhn(run) {
				return true
			}
		}
	}
	return false
}

// luhn checks the last digit of a bank card's number (ISO/IEC 7812-1).
func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, double = sum+d, !double
	}
	return sum%10 == 0
}
