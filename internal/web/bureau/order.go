package bureau

import (
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
)

// visitForm sends inspectors to the holder of a title.
type visitForm struct {
	button
	May      bool
	Purposes []page.Option
}

// visitForm offers the purposes for which a visit is ordered by hand.
func (p *Pages) visitForm(r *http.Request, v certificate.View, tried string) visitForm {
	f := visitForm{button: button{Action: "inspections", Tried: tried == "inspections"}}
	switch v.State {
	case lifecycle.Active, lifecycle.Rectifying, lifecycle.Suspended:
		f.May = decides(access.From(r.Context())) && v.Premises != ""
	}
	chosen := string(inspection.Recheck)
	if f.Tried {
		chosen = r.PostForm.Get("purpose")
	}
	for _, purpose := range []inspection.Purpose{inspection.Recheck, inspection.Sample} {
		f.Purposes = append(f.Purposes, page.Option{
			Value: string(purpose), Label: p.E.T(r, "inspection.purpose_"+string(purpose)), Chosen: string(purpose) == chosen,
		})
	}
	return f
}

func (p *Pages) orderInspection(w http.ResponseWriter, r *http.Request) {
	cmd := inspection.OrderCommand{Certificate: ident.CertificateID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		var v inspection.View
		if v, err = p.Inspections.Order(r.Context(), cmd); err == nil {
			p.E.Done(w, r, "/desk/inspections/"+string(v.ID), "flash.inspection_ordered")
			return
		}
	}
	p.refuseCertificate(w, r, cmd.Certificate, "inspections", err)
}
