package ident_test

import (
	"testing"
	"time"

	"fangxin/internal/ident"
)

func TestUSCCPublishedExamples(t *testing.T) {
	for _, code := range []ident.USCC{
		"9144030071526726XG", "914403001922038216", "91110000802100433B",
		"91330100799655058B", "91110108551385082Q", "91350100M000100Y43",
		"91360102MA1TEUT08T", "92360622MA1TEUT08G", "91360602MA1YYYY04T",
	} {
		if p := code.Problem(); p != ident.USCCGood {
			t.Errorf("%s: %s, want a good code", code, p)
		}
	}
}

func TestUSCCProblems(t *testing.T) {
	for typed, want := range map[string]ident.USCCProblem{
		" 9144 0300 7152 6726 xg":  ident.USCCGood,
		"９１４４０３００７１５２６７２６ＸＧ":       ident.USCCGood,
		"9144030071526726XH":       ident.USCCCheckDigit,
		"9144030071526762XG":       ident.USCCCheckDigit, // swapped neighbours
		"914403OO71526726XG":       ident.USCCAlphabet,
		"9144030071526726X":        ident.USCCLength,
		"":                         ident.USCCLength,
		"360100110012345":          ident.USCCOldNumber,
		"赣4403007152672":           ident.USCCLength,
		"91440300715267260000000G": ident.USCCLength,
	} {
		if got := ident.NormalUSCC(typed).Problem(); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

// Every change of one character and every swap of unequal neighbours must be
// refused, or the check digit does not do its work.
func TestUSCCCatchesSlips(t *testing.T) {
	const good = "91360102MA1TEUT08T"
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for i := range good {
		for _, r := range alphabet {
			if byte(r) == good[i] {
				continue
			}
			if ident.USCC(good[:i] + string(r) + good[i+1:]).Valid() {
				t.Fatalf("substitution at %d by %c accepted", i, r)
			}
		}
		if i > 0 && good[i] != good[i-1] {
			swapped := good[:i-1] + string(good[i]) + string(good[i-1]) + good[i+1:]
			if ident.USCC(swapped).Valid() {
				t.Fatalf("swap at %d accepted", i)
			}
		}
	}
}

func TestCompleteUSCC(t *testing.T) {
	if got := ident.CompleteUSCC("91360102MA1TEUT08"); got != "91360102MA1TEUT08T" {
		t.Errorf("completed to %s", got)
	}
	if got := ident.CompleteUSCC("9136O102MA1TEUT08"); got != "" {
		t.Errorf("the letter O was accepted: %s", got)
	}
	if org := ident.CompleteOrgCode("MA1TEUT0"); org != "MA1TEUT08" {
		t.Errorf("organisation code completed to %s", org)
	}
}

func TestPhones(t *testing.T) {
	for typed, want := range map[string]string{
		"+86 138 1234 5678": "13812345678", "１３８１２３４５６７８": "13812345678",
		"0791-8888 1234": "079188881234", "(0791)88881234": "079188881234", "12315": "12315",
	} {
		got := ident.NormalPhone(typed)
		if got != want || !ident.IsPhone(got) {
			t.Errorf("%q became %q, want %q and a phone", typed, got, want)
		}
	}
	for _, bad := range []string{"", "12812345678", "1381234567", "abc"} {
		if ident.IsMobile(ident.NormalPhone(bad)) {
			t.Errorf("%q accepted as a mobile number", bad)
		}
	}
	if got := ident.MaskPhone("13812345678"); got != "138****5678" {
		t.Errorf("masked to %s", got)
	}
}

func TestIDs(t *testing.T) {
	a, b := ident.New[ident.PremisesID](), ident.New[ident.PremisesID]()
	if a == b || !ident.IsID(string(a)) {
		t.Fatalf("ids %q and %q", a, b)
	}
	if ident.IsID("not-an-id") {
		t.Error("nonsense passes as an id")
	}
}

func TestClockHasMicroseconds(t *testing.T) {
	odd := time.Date(2026, 1, 2, 3, 4, 5, 123456789, ident.Beijing)
	got := ident.Fixed(odd).Now()
	if got.Nanosecond() != 123456000 || got.Location() != time.UTC {
		t.Errorf("clock gives %v", got)
	}
}
