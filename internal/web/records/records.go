// Package records owns the pages of sealed inspection records: the address
// that the code on a paper record opens, for everybody, and the files for
// those who may read the record.
package records

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E           *page.Engine
	Inspections *inspection.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern, usecase string
		handle           http.HandlerFunc
	}{
		{"GET /records/{seal}", "inspection.verify_record", p.verify},
		{"GET /inspections/{id}/record.json", "inspection.record", p.json},
		{"GET /inspections/{id}/record.zip", "inspection.export", p.zip},
		{"GET /inspections/{id}/record.pdf", "inspection.paper", p.pdf},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		page.Mount(route.usecase, route.pattern)
	}
}

// sealView is what the page says of a seal; Found is false when the register
// has no such record.
type sealView struct {
	inspection.Seen
	Found bool
}

// verify answers whoever holds a paper record. A seal that nobody issued gets
// the same page with a plain no, because that is the answer asked for.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) {
	seal := strings.ToLower(r.PathValue("seal"))
	v := sealView{Found: true}
	var err error
	v.Seen, err = p.Inspections.VerifyRecord(r.Context(), seal)
	status := http.StatusOK
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) {
		v.Found, v.Seal, status, err = false, "", httpapi.Status(fault.NotFound), nil
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, status, "public/record", page.Data{Title: p.E.T(r, "record.page.title"), Data: v})
}

func (p *Pages) json(w http.ResponseWriter, r *http.Request) {
	e, err := p.Inspections.Record(r.Context(), ident.InspectionID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	send(w, "application/json", "attachment", e.Name()+".json", e.Bundle)
}

func (p *Pages) zip(w http.ResponseWriter, r *http.Request) {
	e, err := p.Inspections.Export(r.Context(), ident.InspectionID(r.PathValue("id")))
	var b bytes.Buffer
	if err == nil {
		err = p.Inspections.WriteZip(r.Context(), &b, e, nil)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	send(w, "application/zip", "attachment", e.Name()+".zip", b.Bytes())
}

// pdf shows the record as it is printed; with n, a submission as it was.
func (p *Pages) pdf(w http.ResponseWriter, r *http.Request) {
	q := inspection.PaperQuery{ID: ident.InspectionID(r.PathValue("id")), Lang: page.Lang(r.Context())}
	if typed := r.URL.Query().Get("n"); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil || n < 1 {
			p.E.NotFound(w, r)
			return
		}
		q.N = n
	}
	paper, err := p.Inspections.Paper(r.Context(), q)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	send(w, "application/pdf", "inline", paper.Name+".pdf", paper.PDF)
}

func send(w http.ResponseWriter, kind, how, name string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", how+`; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "private, no-store")
	w.Write(body) //nolint:errcheck // the client went away
}
