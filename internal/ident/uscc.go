package ident

import (
	"strings"

	"golang.org/x/text/width"
)

// USCC is a unified social credit code (统一社会信用代码) of GB 32100-2015: 18
// characters, the last of which checks the other 17.
type USCC string

// USCCProblem names what is wrong with a code, so that a page can say it in
// words a shopkeeper understands. The empty value means nothing is wrong.
type USCCProblem string

// What can be wrong with a typed code.
const (
	USCCGood       USCCProblem = ""
	USCCLength     USCCProblem = "uscc_length"      // not 18 characters
	USCCOldNumber  USCCProblem = "uscc_old_number"  // a 15-digit registration number from before 2015
	USCCAlphabet   USCCProblem = "uscc_alphabet"    // holds I, O, S, V, Z or something that is no letter or digit
	USCCCheckDigit USCCProblem = "uscc_check_digit" // one character is wrong or two are swapped
)

const (
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100-2015: no I O S V Z
	usccLength   = 18
	orgAlphabet  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" // GB 11714-1997
)

// usccWeights are 3^(i-1) mod 31, GB 32100-2015 appendix A.
var usccWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

var orgWeights = [8]int{3, 7, 9, 10, 5, 8, 4, 2}

// NormalUSCC gives what was typed its canonical form: half width, upper case,
// without spaces and hyphens. It repairs nothing that could be a wrong code.
func NormalUSCC(s string) USCC {
	s = strings.ToUpper(width.Narrow.String(s))
	return USCC(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '-', '\u00a0', '\u3000', '\u200b', '\ufeff', '\r', '\n':
			return -1
		}
		return r
	}, s))
}

// Problem tells what is wrong with the code, [USCCGood] when nothing is.
func (c USCC) Problem() USCCProblem {
	s := string(c)
	if len(s) == 15 && strings.Trim(s, "0123456789") == "" {
		return USCCOldNumber
	}
	if len([]rune(s)) != usccLength {
		return USCCLength
	}
	if strings.Trim(s, usccAlphabet) != "" {
		return USCCAlphabet
	}
	if usccCheck(s[:17]) != s[17] {
		return USCCCheckDigit
	}
	return USCCGood
}

// Valid reports whether the code is well formed and its check digit right.
func (c USCC) Valid() bool { return c.Problem() == USCCGood }

// InnerCodeDoubtful reports that the organisation code inside (positions 9 to
// 17, GB 11714) fails its own check digit. Some real codes do, so this is a
// hint to look twice and never a refusal.
func (c USCC) InnerCodeDoubtful() bool {
	return c.Valid() && orgCheck(string(c[8:16])) != c[16]
}

// CompleteUSCC appends the check digit to 17 characters of the alphabet; it
// returns "" when they are not. Test and demo data is made with it.
func CompleteUSCC(first17 string) USCC {
	if len(first17) != 17 || strings.Trim(first17, usccAlphabet) != "" {
		return ""
	}
	return USCC(first17 + string(usccCheck(first17)))
}

// CompleteOrgCode appends the GB 11714 check digit to 8 characters.
func CompleteOrgCode(first8 string) string {
	if len(first8) != 8 || strings.Trim(first8, orgAlphabet) != "" {
		return ""
	}
	return first8 + string(orgCheck(first8))
}

func usccCheck(first17 string) byte {
	sum := 0
	for i := range usccWeights {
		sum += strings.IndexByte(usccAlphabet, first17[i]) * usccWeights[i]
	}
	return usccAlphabet[(31-sum%31)%31]
}

func orgCheck(first8 string) byte {
	sum := 0
	for i := range orgWeights {
		sum += strings.IndexByte(orgAlphabet, first8[i]) * orgWeights[i]
	}
	switch c := 11 - sum%11; c {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + c)
	}
}
