package tablet

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"fangxin/internal/blob"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/web/page"
	"fangxin/internal/web/sheetform"
)

type partyView struct {
	Party  inspection.Party
	Name   string // suggested
	Signed *inspection.Signature
}

type signView struct {
	*sheetView
	Parties []partyView
	Gaps    []gapView
	Signed  bool // by everybody
}

type gapView struct{ Item, Message string }

func (p *Pages) signView(r *http.Request, d inspection.Detail) *signView {
	v := &signView{sheetView: p.view(r, d), Signed: true}
	names := map[inspection.Party]string{inspection.Lead: d.LeadName, inspection.Second: d.SecondName}
	for _, party := range inspection.Parties {
		pv := partyView{Party: party, Name: names[party]}
		for i, s := range d.Signatures {
			if s.Party == party {
				pv.Signed = &d.Signatures[i]
			}
		}
		v.Signed = v.Signed && pv.Signed != nil
		v.Parties = append(v.Parties, pv)
	}
	for _, g := range d.Live.Missing {
		v.Gaps = append(v.Gaps, gapView{g.Item, p.E.T(r, "rule.gap_"+string(g.Code))})
	}
	return v
}

func (p *Pages) signForm(w http.ResponseWriter, r *http.Request) {
	d, err := p.Inspections.Get(r.Context(), ident.InspectionID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "tablet/sign", page.Data{Title: d.Holder, Data: p.signView(r, d)})
}

// again shows the page of signatures with what was refused.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, id ident.InspectionID, err error) {
	d, derr := p.Inspections.Get(r.Context(), id)
	if derr != nil || !p.E.Invalid(w, r, err, "tablet/sign", page.Data{Title: d.Holder, Data: p.signView(r, d)}) {
		p.E.Fault(w, r, err)
	}
}

// sign stores a drawing, sent as a picture by the script or as a photo of a
// signed paper without it, and records the signature.
func (p *Pages) sign(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	if err := sheetform.Parse(w, r); err != nil {
		p.again(w, r, id, err)
		return
	}
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files
	}
	cmd := inspection.SignCommand{
		ID: id, Party: inspection.Party(r.PostFormValue("party")), Name: strings.TrimSpace(r.PostFormValue("name")),
		Refused: strings.TrimSpace(r.PostFormValue("refused")),
	}
	data, err := drawing(r)
	if err == nil && data != nil {
		var v blob.View
		if v, err = p.Files.Put(r.Context(), data); err == nil {
			cmd.Drawing, cmd.Refused = v.SHA256, ""
		}
	}
	if err == nil {
		_, err = p.Inspections.Sign(r.Context(), cmd)
	}
	if err != nil {
		p.again(w, r, id, err)
		return
	}
	p.E.Done(w, r, "/tablet/inspections/"+string(id)+"/sign", "flash.signed")
}

// drawing reads the signature from the form; nil when there is none.
func drawing(r *http.Request) ([]byte, error) {
	if s, ok := strings.CutPrefix(r.PostFormValue("drawing"), "data:image/png;base64,"); ok {
		data, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, fault.OnField("/drawing", "other", "")
		}
		return data, nil
	}
	f, _, err := r.FormFile("photo")
	if err != nil {
		return nil, nil // no file is no mistake: a refusal has none
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, blob.MaxImageBytes+1))
	if err != nil || len(data) == 0 {
		return nil, err
	}
	return data, nil
}

func (p *Pages) submit(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	if _, err := p.Inspections.Submit(r.Context(), inspection.IDCommand{ID: id}); err != nil {
		p.again(w, r, id, err)
		return
	}
	p.E.Done(w, r, "/tablet/inspections/"+string(id)+"/sign", "flash.sheet_submitted")
}
