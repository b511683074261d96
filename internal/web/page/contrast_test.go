package page_test

import (
	"math"
	"regexp"
	"strconv"
	"testing"

	"fangxin/assets"
)

var token = regexp.MustCompile(`--([a-z0-9-]+):\s*#([0-9a-f]{6})`)

// tokens reads the colours of tokens.css; those under html.elder come second.
func tokens(t *testing.T) (standard, elder map[string]string) {
	t.Helper()
	b, err := assets.FS.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	standard, elder = map[string]string{}, map[string]string{}
	for _, m := range token.FindAllStringSubmatch(string(b), -1) {
		if _, twice := standard[m[1]]; twice {
			elder[m[1]] = m[2]
			continue
		}
		standard[m[1]] = m[2]
	}
	for name, value := range standard {
		if elder[name] == "" {
			elder[name] = value
		}
	}
	standard["white"], elder["white"] = "ffffff", "ffffff"
	return standard, elder
}

// luminance of a colour as WCAG 2.2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

func TestContrast(t *testing.T) {
	if c := contrast(t, "000000", "ffffff"); math.Abs(c-21) > 0.01 {
		t.Fatalf("black on white is %v", c)
	}
	standard, elder := tokens(t)
	const text, large, edge = 4.5, 3, 3 // WCAG 2.2, 1.4.3 and 1.4.11
	for _, pair := range []struct {
		front, back string
		least       float64
	}{
		{"ink", "card", text}, {"ink", "paper", text}, {"ink", "sunk", text},
		{"ink-2", "card", text}, {"ink-2", "paper", text}, {"ink-2", "sunk", text},
		{"ink-3", "card", text}, {"ink-3", "paper", text}, {"ink-3", "sunk", text},
		{"white", "brand", text}, {"white", "brand-deep", text}, {"brand", "card", text}, {"brand", "paper", text},
		{"brand", "brand-tint", text}, {"brand-deep", "brand-tint", text}, {"ink-3", "brand-tint", text},
		{"white", "ok", text}, {"white", "ok-deep", text}, {"ok-ink", "ok-soft", text}, {"ok-ink", "celadon", text}, {"ok-ink", "paper", text},
		{"on-warn", "warn", text}, {"warn-ink", "warn-soft", text}, {"warn-ink", "card", text},
		{"white", "stop", text}, {"white", "stop-deep", text}, {"stop-ink", "stop-soft", text}, {"stop-ink", "card", text}, {"stop", "card", text},
		{"white", "gone", text}, {"gone-ink", "gone-soft", text}, {"white", "fake", text}, {"warn", "fake", large},
		{"line-2", "card", edge}, {"line-2", "paper", edge}, {"focus", "ink", edge},
	} {
		for mode, colours := range map[string]map[string]string{"standard": standard, "elder": elder} {
			front, back := colours[pair.front], colours[pair.back]
			if front == "" || back == "" {
				t.Fatalf("tokens.css has no %s or %s", pair.front, pair.back)
			}
			if c := contrast(t, front, back); c < pair.least {
				t.Errorf("%s: %s on %s is %.2f, at least %.1f is needed", mode, pair.front, pair.back, c, pair.least)
			}
		}
	}
}
