package merchant

import (
	"net/http"

	"fangxin/internal/appeal"
	"fangxin/internal/ident"
	"fangxin/internal/web/page"
)

// fileCaseAppeal takes an appeal against the refusal of a case.
func (p *Pages) fileCaseAppeal(w http.ResponseWriter, r *http.Request) {
	var cmd appeal.FileCommand
	err := page.Decode(w, r, &cmd)
	cmd.Certificate, cmd.Application = "", ident.ApplicationID(r.PathValue("id"))
	if err == nil {
		_, err = p.Appeals.File(r.Context(), cmd)
	}
	p.caseMoved(w, r, err, "flash.appeal_filed")
}

func (p *Pages) retractCaseAppeal(w http.ResponseWriter, r *http.Request) {
	in := struct {
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	if err == nil {
		_, err = p.Appeals.Retract(page.WithVersion(r.Context(), in.Version), appeal.RetractCommand{ID: ident.AppealID(r.PathValue("appeal"))})
	}
	p.caseMoved(w, r, err, "flash.appeal_retracted")
}

// caseMoved goes back to the case, or shows it with what is wrong.
func (p *Pages) caseMoved(w http.ResponseWriter, r *http.Request, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, "/my/applications/"+r.PathValue("id"), flash)
		return
	}
	v, readErr := p.caseView(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "merchant/case", page.Data{Title: v.PremisesName, Data: v})
}
