package badgecode_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"fangxin/internal/badgecode"
)

func ring(t testing.TB, fill byte, older ...[]byte) *badgecode.Ring {
	t.Helper()
	r, err := badgecode.NewRing(bytes.Repeat([]byte{fill}, 32), older...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRoundTrip(t *testing.T) {
	r := ring(t, 1)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		s := badgecode.Serial(rng.Uint64())
		c := r.Encode(s)
		for _, typed := range []string{string(c), strings.ToLower(string(c)), c.Grouped(), " " + string(c), strings.ReplaceAll(strings.ReplaceAll(string(c), "0", "O"), "1", "l")} {
			if got, err := r.Parse(typed); err != nil || got != s {
				t.Fatalf("%q gives %d, %v; want %d", typed, got, err, s)
			}
		}
	}
}

func TestForgeriesAreRefused(t *testing.T) {
	r := ring(t, 1)
	rng := rand.New(rand.NewPCG(3, 4))
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	accepted := 0
	const tries = 400_000
	for range tries {
		b := make([]byte, 16)
		for i := range b {
			b[i] = alphabet[rng.IntN(32)]
		}
		if _, err := r.Parse(string(b)); err == nil {
			accepted++
		} else if !errors.Is(err, badgecode.ErrForged) {
			t.Fatal(err)
		}
	}
	// One in 65,536 is expected: six of these tries.
	if accepted > 20 {
		t.Errorf("%d of %d inventions were accepted", accepted, tries)
	}
}

func TestRotation(t *testing.T) {
	old := ring(t, 1)
	c := old.Encode(42)
	rotated := ring(t, 2, bytes.Repeat([]byte{1}, 32))
	if s, err := rotated.Parse(string(c)); err != nil || s != 42 {
		t.Errorf("an old print is refused after rotation: %v", err)
	}
	if _, err := ring(t, 2).Parse(string(c)); !errors.Is(err, badgecode.ErrForged) {
		t.Errorf("a print under a lost key: %v", err)
	}
	if _, err := badgecode.NewRing([]byte("short")); err == nil {
		t.Error("a short key was taken")
	}
}

func TestURL(t *testing.T) {
	c := ring(t, 1).Encode(7)
	for _, tt := range []struct {
		base, want string
		small      bool // stays in the alphanumeric mode
	}{
		{"https://fx.example.gov.cn", "HTTPS://FX.EXAMPLE.GOV.CN/B/" + string(c), true},
		{"https://fx.example.gov.cn/", "HTTPS://FX.EXAMPLE.GOV.CN/B/" + string(c), true},
		{"http://10.0.0.8:8080", "HTTP://10.0.0.8:8080/B/" + string(c), true},
		{"https://gov.cn/FX", "HTTPS://GOV.CN/FX/B/" + string(c), true},
		{"https://gov.cn/fx", "https://gov.cn/fx/b/" + string(c), false},
		{"https://gov.cn/FX_1/", "https://gov.cn/FX_1/b/" + string(c), false},
	} {
		got := badgecode.URL(tt.base, c)
		if got != tt.want {
			t.Errorf("%s gives %s, want %s", tt.base, got, tt.want)
		}
		if small := strings.Trim(got, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") == ""; small != tt.small {
			t.Errorf("%s in alphanumeric mode: %t", got, small)
		}
	}
}

func TestSerialInDatabase(t *testing.T) {
	for _, s := range []badgecode.Serial{0, 1, 1 << 63, 1<<64 - 1} {
		v, err := s.Value()
		if err != nil {
			t.Fatal(err)
		}
		var back badgecode.Serial
		if err := back.Scan(v); err != nil || back != s {
			t.Errorf("%d comes back as %d, %v", s, back, err)
		}
	}
	if err := new(badgecode.Serial).Scan("1"); err == nil {
		t.Error("a text was read as a serial")
	}
}

func TestMalformed(t *testing.T) {
	r := ring(t, 1)
	good := string(r.Encode(9))
	for _, typed := range []string{"", good[:15], good + "0", good[:15] + "U", good[:15] + "放", strings.Repeat(" ", 500) + good, good[:8] + "\x00" + good[8:]} {
		if _, err := r.Parse(typed); !errors.Is(err, badgecode.ErrMalformed) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	full := strings.Map(func(c rune) rune { return c + 0xFEE0 }, good)
	if s, err := r.Parse("\u3000" + full[:24] + "－" + full[24:]); err != nil || s != 9 {
		t.Errorf("full width: %d, %v", s, err)
	}
}

// Every wrong character and every swap of neighbours is found, at every place
// of every number tried; with and without the hyphens.
func TestCertNoCatchesSlips(t *testing.T) {
	const typable = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	substitutions, swaps := 0, 0
	for _, kind := range []string{"SD", "JQ", "CN", "OI", "ZA"} {
		for n := 1; n <= 999999; n += 9973 {
			no, err := badgecode.NewCertNo("JX", kind, 2026+n%7, n)
			if err != nil {
				t.Fatal(err)
			}
			s := strings.ReplaceAll(no.String(), "-", "")
			for i := range s {
				for _, r := range typable {
					substitutions++
					typed := s[:i] + string(r) + s[i+1:]
					if got, err := badgecode.ParseCertNo(typed); err == nil && got != no {
						t.Fatalf("%s typed as %s was taken for %s", s, typed, got)
					}
				}
				if i > 0 && s[i] != s[i-1] {
					swaps++
					typed := s[:i-1] + string(s[i]) + string(s[i-1]) + s[i+1:]
					if got, err := badgecode.ParseCertNo(typed); err == nil && got != no {
						t.Fatalf("%s typed as %s was taken for %s", s, typed, got)
					}
				}
			}
		}
	}
	if substitutions < 250_000 || swaps < 5_000 {
		t.Errorf("only %d substitutions and %d swaps were tried", substitutions, swaps)
	}
}

// A vector worked out by hand: JXSD2026000123 is 193328132026000123, which
// times 100 leaves 14 when divided by 97, so that the check is 98 - 14.
func TestCertNoVector(t *testing.T) {
	no, err := badgecode.NewCertNo("JX", "SD", 2026, 123)
	if err != nil || no != "JX-SD-2026-000123-84" {
		t.Errorf("%s, %v", no, err)
	}
}

func TestCertNoAsTyped(t *testing.T) {
	no, _ := badgecode.NewCertNo("JX", "SD", 2026, 100)
	n := no.String()
	full := strings.Map(func(c rune) rune { return c + 0xFEE0 }, n)
	for _, typed := range []string{
		strings.ToLower(n), strings.ReplaceAll(n, "-", ""), strings.ReplaceAll(n, "-", " "), strings.ReplaceAll(n, "-", "—"),
		strings.Replace(n, "000100", "OOOlOo", 1), " " + n + "\n", full, strings.ReplaceAll(n, "-", "\u3000"),
	} {
		if got, err := badgecode.ParseCertNo(typed); err != nil || got != no {
			t.Errorf("%q: %s, %v", typed, got, err)
		}
	}
	for _, bad := range []string{"", n[:17], n + "1", n[:19] + "!", strings.Repeat("J", 500), "江西-SD-2026-000100-00"} {
		if _, err := badgecode.ParseCertNo(bad); !errors.Is(err, badgecode.ErrBadNumber) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []struct {
		province, kind string
		year, n        int
	}{{"Jx", "SD", 2026, 1}, {"JX", "S", 2026, 1}, {"JX", "SD", 26, 1}, {"JX", "SD", 2026, 0}, {"JX", "SD", 2026, 1_000_000}} {
		if no, err := badgecode.NewCertNo(bad.province, bad.kind, bad.year, bad.n); err == nil {
			t.Errorf("%+v gave %s", bad, no)
		}
	}
}

func FuzzParse(f *testing.F) {
	r := ring(f, 1)
	f.Add(string(r.Encode(5)))
	f.Add(r.Encode(1 << 63).Grouped())
	f.Add("ＡＢＣ-0000")
	f.Fuzz(func(t *testing.T, s string) {
		serial, err := r.Parse(s)
		if err != nil {
			return
		}
		if c, err := badgecode.Canonical(s); err != nil || r.Encode(serial) != c {
			t.Errorf("%q parses to %d, which is written %s", s, serial, r.Encode(serial))
		}
	})
}

func FuzzParseCertNo(f *testing.F) {
	f.Add("JX-SD-2026-000123-84")
	f.Add("ｊｘｓｄ２０２６ＯＯＯ１２３８４")
	f.Fuzz(func(t *testing.T, s string) {
		no, err := badgecode.ParseCertNo(s)
		if err != nil {
			return
		}
		if again, err := badgecode.ParseCertNo(no.String()); err != nil || again != no || len(no) != 20 {
			t.Errorf("%q parses to %s, which does not parse", s, no)
		}
	})
}
