package poster

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	_ "image/png" // drawings may be kept as such
	"math"
	"strings"

	"github.com/signintech/gopdf"
	scale "golang.org/x/image/draw"
)

// paper is a document that flows over as many A4 pages as it needs.
type paper struct {
	*canvas
	y        float64
	foot     string // of every page
	pages    int
	of       int               // how many there will be; 0 while they are counted
	pictures map[string][]byte // small, as JPEG; nil for what is no picture
	sizes    map[string]image.Point
}

const (
	paperMargin = 16.0
	paperInner  = a4Width - 2*paperMargin
	paperTop    = 16.0
	paperBottom = a4Height - 18.0
)

// Styles of papers.
var (
	paperText  = style{size: 9.5, color: ink}
	paperSmall = style{size: 8, color: ink2}
	paperMono  = style{size: 7.5, color: ink2}
	paperHead  = style{weight: bold, size: 12.5, color: cobaltInk}
	paperBold  = style{weight: bold, size: 9.5, color: ink}
)

// next begins a page, with the foot and its number.
func (p *paper) next() {
	p.page()
	p.pages++
	p.y = paperTop
	p.rule(paperMargin, a4Height-14, a4Width-paperMargin, a4Height-14, 0.2, 0, line)
	p.text(paperMargin, a4Height-9.5, p.foot, style{size: 7, color: ink3})
	number := fmt.Sprintf("%d / %d", p.pages, max(p.of, p.pages))
	p.text(a4Width-paperMargin, a4Height-9.5, number, style{size: 8, color: ink3, align: right})
}

// room makes sure that so many millimetres are left on the page.
func (p *paper) room(height float64) {
	if p.y+height > paperBottom {
		p.next()
	}
}

// safe replaces what no font can draw: a record is printed whatever was typed.
func (p *paper) safe(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if _, _, ok := p.fonts.pick(regular, r); !ok || !printable(r) {
			return '〓'
		}
		return r
	}, text)
}

// rows breaks a text into lines, also inside words that are wider than a line.
func (p *paper) rows(text string, st style, width float64) []string {
	var out []string
	for _, row := range p.wrap(p.safe(text), st, width) {
		for p.width(row, st) > width {
			cut := 1
			runes := []rune(row)
			for cut < len(runes) && p.width(string(runes[:cut+1]), st) <= width {
				cut++
			}
			out = append(out, string(runes[:cut]))
			row = string(runes[cut:])
		}
		out = append(out, row)
	}
	return out
}

func leading(st style) float64 { return st.size * 1.38 / pointsPerMM }

// lines sets lines at a place and gives the height used; y is the top.
func (p *paper) lines(x, y float64, rows []string, st style) float64 {
	h := leading(st)
	for i, row := range rows {
		p.text(x, y+float64(i)*h+st.size*0.98/pointsPerMM, row, st)
	}
	return float64(len(rows)) * h
}

// para sets a text that may run over pages.
func (p *paper) para(text string, st style, indent float64) {
	for _, row := range p.rows(text, st, paperInner-indent) {
		p.room(leading(st))
		p.y += p.lines(paperMargin+indent, p.y, []string{row}, st)
	}
}

// heading begins a part; it does not stand alone at the foot of a page.
func (p *paper) heading(text string) {
	p.y += 4
	p.room(20)
	p.y += p.lines(paperMargin, p.y, []string{p.safe(text)}, paperHead) + 0.8
	p.rule(paperMargin, p.y, a4Width-paperMargin, p.y, 0.3, 0, glaze)
	p.y += 1.6
}

// cell is a text of a table.
type cell struct {
	text  string
	style style
}

// row sets cells side by side; a row stays on one page if it fits there at all.
func (p *paper) row(widths []float64, cells ...cell) {
	all := make([][]string, len(cells))
	height := 0.0
	for i, c := range cells {
		all[i] = p.rows(c.text, c.style, widths[i]-2)
		height = math.Max(height, float64(len(all[i]))*leading(c.style))
	}
	p.room(math.Min(height+1.6, paperBottom-paperTop))
	x := paperMargin
	for i, c := range cells {
		p.lines(x, p.y+0.6, all[i], c.style)
		x += widths[i]
	}
	p.y += height + 1.6
	p.rule(paperMargin, p.y, a4Width-paperMargin, p.y, 0.12, 0, line)
}

// fact sets a label and its value.
func (p *paper) pair(label, value string) {
	if value == "" {
		return
	}
	p.row([]float64{34, paperInner - 34}, cell{label, paperSmall}, cell{value, paperText})
}

// thumbSide is the longest side of a printed picture in pixels: 42 mm at 240
// dots an inch.
const thumbSide = 400

// load reads a picture once and makes it small; false when it is none.
func (p *paper) load(sha string, open func(sha string) ([]byte, error)) bool {
	if _, ok := p.pictures[sha]; ok {
		return p.pictures[sha] != nil
	}
	p.pictures[sha] = nil
	raw, err := open(sha)
	if err != nil {
		return false
	}
	src, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return false
	}
	size := src.Bounds().Size()
	if long := max(size.X, size.Y); long > thumbSide {
		size = image.Pt(max(1, size.X*thumbSide/long), max(1, size.Y*thumbSide/long))
	}
	small := image.NewRGBA(image.Rectangle{Max: size})
	scale.Draw(small, small.Bounds(), image.White, image.Point{}, scale.Src)
	scale.ApproxBiLinear.Scale(small, small.Bounds(), src, src.Bounds(), scale.Over, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 78}); err != nil {
		return false
	}
	p.pictures[sha], p.sizes[sha] = b.Bytes(), size
	return true
}

// picture sets a picture into a box, whole and centred.
func (p *paper) picture(sha string, x, y, w, h float64) {
	size, raw := p.sizes[sha], p.pictures[sha]
	if raw == nil || p.err != nil {
		return
	}
	holder, err := gopdf.ImageHolderByBytes(raw)
	if err != nil {
		p.err = err
		return
	}
	ratio := math.Min(w/float64(size.X), h/float64(size.Y))
	pw, ph := float64(size.X)*ratio, float64(size.Y)*ratio
	px, py := p.at(x+(w-pw)/2, y+(h-ph)/2)
	p.err = p.pdf.ImageByHolder(holder, px, py, &gopdf.Rect{W: pw * pointsPerMM, H: ph * pointsPerMM})
}

func newPaper(c *canvas, foot string) *paper {
	return &paper{canvas: c, foot: foot, pictures: map[string][]byte{}, sizes: map[string]image.Point{}}
}
