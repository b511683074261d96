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

func TestURLIsAlphanumeric(t *testing.T) {
	c := ring(t, 1).Encode(7)
	u := badgecode.URL("https://fx.example.gov.cn", c)
	if u != "HTTPS://FX.EXAMPLE.GOV.CN/B/"+string(c) {
		t.Error(u)
	}
	if strings.Trim(u, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") != "" {
		t.Errorf("%s leaves the alphanumeric mode", u)
	}
	if got := badgecode.URL("https://gov.cn/fx", c); got != "https://gov.cn/fx/b/"+string(c) {
		t.Error(got)
	}
}

func TestCertNoCatchesSlips(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	swaps, missed := 0, 0
	for n := 1; n < 3000; n += 37 {
		no, err := badgecode.NewCertNo("JX", "SD", 2026, n)
		if err != nil {
			t.Fatal(err)
		}
		s := strings.ReplaceAll(no.String(), "-", "")
		for i := range s {
			for _, r := range alphabet {
				typed := s[:i] + string(r) + s[i+1:]
				got, err := badgecode.ParseCertNo(typed)
				if err == nil && got != no {
					t.Fatalf("%s typed as %s was taken for %s", s, typed, got)
				}
			}
			if i > 0 && s[i] != s[i-1] {
				swaps++
				typed := s[:i-1] + string(s[i]) + string(s[i-1]) + s[i+1:]
				if got, err := badgecode.ParseCertNo(typed); err == nil && got != no {
					missed++
				}
			}
		}
	}
	if missed*100 > swaps {
		t.Errorf("%d of %d swaps were missed", missed, swaps)
	}
}

func TestCertNoAsTyped(t *testing.T) {
	no, _ := badgecode.NewCertNo("JX", "SD", 2026, 100)
	for _, typed := range []string{strings.ToLower(no.String()), strings.ReplaceAll(no.String(), "-", ""), strings.ReplaceAll(no.String(), "-", " "), strings.Replace(no.String(), "000100", "OOO1OO", 1)} {
		if got, err := badgecode.ParseCertNo(typed); err != nil || got != no {
			t.Errorf("%q: %s, %v", typed, got, err)
		}
	}
	for _, bad := range []string{"", "JX-SD-2026-000100", "JX-SD-2026-000100-!", strings.Repeat("J", 500)} {
		if _, err := badgecode.ParseCertNo(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if _, err := badgecode.NewCertNo("Jx", "SD", 2026, 1); err == nil {
		t.Error("a small letter was taken")
	}
}

func FuzzParse(f *testing.F) {
	r := ring(f, 1)
	f.Add(string(r.Encode(5)))
	f.Add("ＡＢＣ-0000")
	f.Fuzz(func(t *testing.T, s string) {
		if serial, err := r.Parse(s); err == nil {
			if c, err := badgecode.Canonical(s); err != nil || r.Encode(serial) != c {
				t.Errorf("%q parses to %d, which is written %s", s, serial, r.Encode(serial))
			}
		}
		if no, err := badgecode.ParseCertNo(s); err == nil {
			if again, err := badgecode.ParseCertNo(no.String()); err != nil || again != no {
				t.Errorf("%q parses to %s, which does not parse", s, no)
			}
		}
	})
}
