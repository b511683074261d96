package poster

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"sync"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"fangxin/assets"
)

// weight is which font a text is meant to be drawn with.
type weight int

const (
	regular weight = iota
	bold
	rare // only ever a fallback
	weights
)

var files = [weights]string{
	regular: "fonts/NotoSansSC-Regular.ttf.gz",
	bold:    "fonts/NotoSansSC-Bold.ttf.gz",
	rare:    "fonts/FangxinRareKai.ttf.gz",
}

// families are the names under which the PDF writer knows the fonts.
var families = [weights]string{"regular", "bold", "rare"}

// chain is the order in which fonts are asked for a character.
var chain = [weights][]weight{
	regular: {regular, rare},
	bold:    {bold, regular, rare},
	rare:    {rare},
}

// fontSet holds the fonts, parsed once for all pages of the process.
type fontSet struct {
	container gopdf.FontContainer
	faces     [weights]*sfnt.Font

	mu    sync.Mutex
	buf   sfnt.Buffer
	known [weights]map[rune]float64 // advance in em, -1 when the font lacks it
}

// fonts unpacks and parses the fonts at the first print.
var fonts = sync.OnceValues(func() (*fontSet, error) {
	f := new(fontSet)
	for w := range weights {
		packed, err := assets.FS.Open(files[w])
		if err != nil {
			return nil, err
		}
		defer packed.Close() //nolint:errcheck // embedded
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", files[w], err)
		}
		data, err := io.ReadAll(z)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", files[w], err)
		}
		if f.faces[w], err = sfnt.Parse(data); err != nil {
			return nil, fmt.Errorf("%s: %w", files[w], err)
		}
		if err := f.container.AddTTFFontByReader(families[w], bytes.NewReader(data)); err != nil {
			return nil, fmt.Errorf("%s: %w", files[w], err)
		}
		f.known[w] = map[rune]float64{}
	}
	return f, nil
})

// advance is the width of a character in em; ok is false when the font has no
// such character.
func (f *fontSet) advance(w weight, r rune) (em float64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if em, ok := f.known[w][r]; ok {
		return em, em >= 0
	}
	em = -1
	if i, err := f.faces[w].GlyphIndex(&f.buf, r); err == nil && i != 0 {
		// At a size of units per em, advances come out as whole units.
		units := f.faces[w].UnitsPerEm()
		if a, err := f.faces[w].GlyphAdvance(&f.buf, i, fixed.I(int(units)), font.HintingNone); err == nil {
			em = float64(a.Round()) / float64(units)
		}
	}
	f.known[w][r] = em
	return em, em >= 0
}

// pick finds the first font of a weight's chain that has a character.
func (f *fontSet) pick(w weight, r rune) (weight, float64, bool) {
	for _, candidate := range chain[w] {
		if em, ok := f.advance(candidate, r); ok {
			return candidate, em, true
		}
	}
	return 0, 0, false
}

// missing lists the characters of a text that no font has. Fields are drawn
// in regular and in bold, and every chain ends with the same fonts.
func (f *fontSet) missing(text string) []rune {
	var out []rune
	seen := map[rune]bool{}
	for _, r := range text {
		if _, _, ok := f.pick(regular, r); (!ok || !printable(r)) && !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

// piece is a part of a text that one font draws.
type piece struct {
	weight weight
	text   string
	em     float64
	runes  int
}

// pieces cuts a text by the fonts that draw it.
func (f *fontSet) pieces(w weight, text string) []piece {
	var out []piece
	for _, r := range text {
		got, em, ok := f.pick(w, r)
		if !ok {
			continue // refused by Check before anything is drawn
		}
		if n := len(out); n > 0 && out[n-1].weight == got {
			out[n-1].text += string(r)
			out[n-1].em += em
			out[n-1].runes++
		} else {
			out = append(out, piece{got, string(r), em, 1})
		}
	}
	return out
}
