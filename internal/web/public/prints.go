package public

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/poster"
	"fangxin/internal/web/page"
)

// Prints serves the papers of a badge to its holder and the officers.
type Prints struct {
	E            *page.Engine
	Badges       *badge.Service
	Certificates *certificate.Service
	Demo         func() bool
}

var papers = map[string]func(io.Writer, poster.Sheet) error{
	"poster.pdf": poster.Poster, "sticker.pdf": poster.Sticker, "certificate.pdf": poster.Certificate,
}

// Mount adds the routes.
func (p *Prints) Mount(mux *http.ServeMux) {
	page.Mount("badge.get", "GET /badges/{id}/poster.pdf")
	for name, draw := range papers {
		mux.HandleFunc("GET /badges/{id}/"+name, func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, name, draw) })
	}
}

func (p *Prints) serve(w http.ResponseWriter, r *http.Request, name string, draw func(io.Writer, poster.Sheet) error) {
	st, err := p.Badges.Get(r.Context(), ident.StickerID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	c, _, err := p.Certificates.Get(r.Context(), st.Certificate)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	sheet := poster.Sheet{
		Title: c.TitleZh, TitleEn: c.TitleEn, Label: c.LabelZh, ShopName: c.Holder, Address: c.Address, CertNo: c.Number, Code: st.Code, URL: st.URL,
		Issuer: c.Issuer, ApprovalDoc: c.Approval, IssuedOn: c.IssuedOn, ExpiresOn: c.ExpiresOn, Phone: c.Phone,
		PrintSerial: st.Serial(), PrintedAt: st.PrintedAt, DemoMark: p.Demo(),
	}
	if sheet.Promises = c.PromisesZh; len(sheet.Promises) > poster.MaxPromises {
		sheet.Promises = sheet.Promises[:poster.MaxPromises]
	}
	var b bytes.Buffer
	if err := draw(&b, sheet); err != nil {
		p.E.Fault(w, r, printFault(err))
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+c.Number+"-"+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b.Bytes()) //nolint:errcheck // the client went away
}

// printFault words what keeps a sheet from being printed.
func printFault(err error) error {
	var glyph *poster.GlyphError
	if errors.As(err, &glyph) {
		return fault.Wrap(fault.NotReady, err, "print_glyph", string(glyph.Runes))
	}
	var field *poster.FieldError
	if errors.As(err, &field) {
		return fault.Wrap(fault.NotReady, err, "print_field", field.Field)
	}
	return err
}
