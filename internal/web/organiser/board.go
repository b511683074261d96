package organiser

import (
	"bytes"
	"errors"
	"net/http"

	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
	"fangxin/internal/poster"
	"fangxin/internal/street"
)

// boardView is the live board of a street, for everybody.
type boardView struct {
	street.Board
	Sample *street.Sample
}

func (p *Pages) board(w http.ResponseWriter, r *http.Request) {
	b, err := p.Streets.Board(r.Context(), id(r))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := boardView{Board: b}
	s, err := p.Streets.Sample(r.Context(), b.ID)
	switch {
	case err == nil:
		v.Sample = &s
	case !fault.Is(err, fault.NotFound):
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "public/street", b.Name, v)
}

// boardPDF prints the board with the shops whose titles are in force now. A
// title that does not stand has no board.
func (p *Pages) boardPDF(w http.ResponseWriter, r *http.Request) {
	b, err := p.Streets.Board(r.Context(), id(r))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if b.Title == nil || b.Title.Standing != "active" && b.Title.Standing != "rectifying" {
		p.E.Fault(w, r, fault.New(fault.NotReady, "board_no_title"))
		return
	}
	if len(b.Shops) == 0 {
		p.E.Fault(w, r, fault.New(fault.NotReady, "board_no_shops"))
		return
	}
	prints, err := p.Badges.List(r.Context(), badge.ListQuery{Certificate: b.Title.ID})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	sheet := poster.BoardSheet{AsOf: i18n.Date(i18n.Zh, b.Judgement.Day.String()), Sheet: poster.Sheet{
		Title: b.Title.TitleZh, TitleEn: b.Title.TitleEn, ShopName: b.Name, Address: b.Address, CertNo: b.Title.Number, Issuer: b.Title.Issuer,
		IssuedOn: b.Title.IssuedOn, ExpiresOn: b.Title.ExpiresOn, PrintedAt: b.At, DemoMark: p.Demo(),
	}}
	for _, s := range prints {
		if s.State == lifecycle.StickerActive {
			sheet.Code, sheet.URL = s.Code, s.URL
			break
		}
	}
	if sheet.URL == "" {
		p.E.Fault(w, r, fault.New(fault.NotReady, "board_no_print"))
		return
	}
	for _, m := range b.Shops {
		line := poster.BoardShop{Name: m.Name, Address: m.Address}
		for _, t := range m.Titles {
			if t.ExpiresOn > line.Until {
				line.Until = t.ExpiresOn
			}
		}
		sheet.Shops = append(sheet.Shops, line)
	}
	size := poster.Paper(r.URL.Query().Get("size"))
	if size != poster.A3 {
		size = poster.A4
	}
	var out bytes.Buffer
	if err := poster.Board(&out, sheet, size); err != nil {
		var glyph *poster.GlyphError
		if errors.As(err, &glyph) {
			err = fault.Wrap(fault.NotReady, err, "print_glyph", string(glyph.Runes))
		}
		p.E.Fault(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+b.Title.Number+"-board-"+string(size)+`.pdf"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(out.Bytes()) //nolint:errcheck // the client went away
}
