package poster

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// BoardSheet is the board of a street or business circle (街区商户公示牌): its
// title, its code, and the shops whose titles were in force when it was drawn.
type BoardSheet struct {
	Sheet
	Shops []BoardShop
	AsOf  string // the day of the list
}

// BoardShop is one line of a board.
type BoardShop struct {
	Name    string
	Address string // may be empty
	Until   string // last day of its title
}

// Paper is the size of a board.
type Paper string

// The sizes.
const (
	A4 Paper = "a4"
	A3 Paper = "a3"
)

// boardLayout says how a size is filled.
type boardLayout struct {
	width, height float64
	columns       int
	scale         float64 // of type and head
}

var boardLayouts = map[Paper]boardLayout{
	A4: {a4Width, a4Height, 2, 1},
	A3: {297, 420, 3, 1.35},
}

// MostShops is how many lines a board has at most; a street has hundreds.
const MostShops = 2000

func (b BoardSheet) check() error {
	f, err := fonts()
	if err != nil {
		return err
	}
	all := []error{b.Sheet.Check()}
	if len(b.Shops) == 0 || len(b.Shops) > MostShops {
		all = append(all, &FieldError{Field: "Shops", Rule: "required"})
	}
	for i, s := range b.Shops {
		for _, text := range []string{s.Name, s.Address, s.Until} {
			if utf8.RuneCountInString(text) > MaxText {
				all = append(all, &FieldError{Field: fmt.Sprintf("Shops[%d]", i), Rule: "max"})
			}
			if missing := f.missing(text); len(missing) > 0 {
				all = append(all, &GlyphError{Field: fmt.Sprintf("Shops[%d]", i), Runes: missing})
			}
		}
	}
	return errors.Join(all...)
}

// Board writes the board on as many pages as its shops need; the code stands
// on each.
func Board(w io.Writer, b BoardSheet, size Paper) error {
	l, ok := boardLayouts[size]
	if !ok {
		return &FieldError{Field: "size", Rule: "oneof"}
	}
	if err := b.check(); err != nil {
		return err
	}
	c, err := newCanvas(b.Sheet, l.width, l.height)
	if err != nil {
		return err
	}
	rows := int((l.height - l.top() - 26*l.scale) / l.row())
	each := rows * l.columns
	pages := (len(b.Shops) + each - 1) / each
	for n := range pages {
		c.page()
		part := b.Shops[n*each : min(len(b.Shops), (n+1)*each)]
		c.boardHead(b, l)
		c.boardShops(part, n*each, rows, l)
		c.boardFoot(b, l, n+1, pages)
		if b.DemoMark {
			c.ribbon(l.width, 52)
		}
	}
	out, err := c.bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

func (l boardLayout) top() float64 { return 112 * l.scale }
func (l boardLayout) row() float64 { return 8.6 * l.scale }

// boardHead is the cobalt field with title and name, and the code beside them.
func (c *canvas) boardHead(b BoardSheet, l boardLayout) {
	k := l.scale
	c.rect(0, 0, l.width, 98*k, cobalt)
	c.rect(0, 98*k, l.width, 2*k, glaze)
	const side = 66.0
	x, y := l.width-(margin+side)*k, 14*k
	c.polygon(rounded(x-3*k, y-3*k, (side+6)*k, (side+16)*k, 4*k), white)
	m, err := b.matrix()
	if err != nil {
		c.err = err
		return
	}
	c.code(m, x, y, side*k)
	mid := x + side*k/2
	c.line(mid, y+(side+4)*k, zh("board_scan"), style{weight: bold, size: 10 * k, color: cobaltInk, align: center}, side*k)
	c.line(mid, y+(side+9)*k, b.Code.Grouped(), style{weight: bold, size: 10 * k, color: ink, align: center, spacing: 0.05}, side*k)

	text := x - 3*k - 2*margin*k + 6*k
	c.emblem(margin*k+10*k, 22*k, 10*k, white, glaze, seal)
	c.line(margin*k, 46*k, b.Title, style{weight: bold, size: 21 * k, color: white}, text)
	h := c.lineOrTwo(margin*k, 53*k, b.ShopName, style{weight: bold, size: 25 * k, color: gold}, text, 17*k)
	c.line(margin*k, 53*k+h+6*k, b.Address, style{size: 10 * k, color: mix(white, cobalt, 0.92)}, text)
	c.line(margin*k, 53*k+h+12*k, zh("number")+" "+b.CertNo, style{size: 10 * k, color: mix(white, cobalt, 0.92)}, text)
	c.line(margin*k, 108*k, zh("board_shops", len(b.Shops)), style{weight: bold, size: 13 * k, color: cobaltInk}, l.width/2)
	c.line(l.width-margin*k, 108*k, zh("board_as_of", b.AsOf), style{size: 9.5 * k, color: ink3, align: right}, l.width/2-margin*k)
}

// boardShops lists the shops column by column.
func (c *canvas) boardShops(shops []BoardShop, from, rows int, l boardLayout) {
	k := l.scale
	gap := 6 * k
	width := (l.width - 2*margin*k - gap*float64(l.columns-1)) / float64(l.columns)
	for i, s := range shops {
		x := margin*k + float64(i/rows)*(width+gap)
		y := l.top() + float64(i%rows)*l.row()
		if i%2 == 0 {
			c.rect(x, y, width, l.row(), mix(celadon, white, 0.7))
		}
		no := fmt.Sprintf("%d", from+i+1)
		c.text(x+7*k, y+5.8*k, no, style{size: 8 * k, color: ink3, align: right})
		name := style{weight: bold, size: 9.5 * k, color: ink}
		if _, ok := c.fit(s.Name, name, width-34*k, 7.5*k); !ok {
			c.block(x+9*k, y+1*k, s.Name, style{weight: bold, size: 7.5 * k, color: ink}, width-34*k, 2)
		} else if s.Address == "" {
			c.line(x+9*k, y+5.8*k, s.Name, style{weight: bold, size: 10.5 * k, color: ink}, width-34*k)
		} else {
			c.line(x+9*k, y+4.2*k, s.Name, name, width-34*k)
			c.line(x+9*k, y+7.6*k, s.Address, style{size: 6.5 * k, color: ink3}, width-34*k)
		}
		c.line(x+width-1.5*k, y+5.8*k, zh("board_until", s.Until), style{size: 7 * k, color: ink2, align: right}, 23*k)
	}
}

func (c *canvas) boardFoot(b BoardSheet, l boardLayout, n, of int) {
	k := l.scale
	y := l.height - 20*k
	c.rule(margin*k, y, l.width-margin*k, y, 0.3, 0, line)
	c.line(margin*k, y+6*k, zh("board_foot"), style{weight: bold, size: 10 * k, color: cobaltInk}, l.width-2*margin*k-30*k)
	c.line(margin*k, y+11*k, en("board_foot"), style{size: 7.5 * k, color: ink3}, l.width-2*margin*k-30*k)
	c.line(l.width-margin*k, y+6*k, fmt.Sprintf("%d / %d", n, of), style{size: 9 * k, color: ink3, align: right}, 28*k)
	c.line(l.width-margin*k, y+11*k, b.Issuer, style{size: 7 * k, color: ink3, align: right}, 60*k)
}
