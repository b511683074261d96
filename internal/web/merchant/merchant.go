// Package merchant owns the pages of shopkeepers and street organisers: their
// operators and shops, what a title asks for before they start, the
// application step by step, how a case stands, and the titles they hold with
// their prints.
//
// It decides nothing: what may be done, and when, stands in the slices it
// calls. Every page is complete without scripts and made for a phone.
package merchant

import (
	"context"
	"io"
	"net/http"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/blob"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/oversight"
	"fangxin/internal/plaque"
	"fangxin/internal/rectify"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E              *page.Engine
	Merchants      *merchant.Service
	Applications   *application.Service
	Schemes        *scheme.Service
	Certificates   *certificate.Service
	Badges         *badge.Service
	Files          *blob.Service
	Notices        *notify.Service
	Appeals        *appeal.Service
	Rectifications *rectify.Service
	Plaques        *plaque.Service
	Halts          func(ctx context.Context, q oversight.HaltQuery) ([]oversight.Halt, error) // where nothing is issued now
}

// Mount adds the routes.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern, usecase string
		handle           http.HandlerFunc
	}{
		{"GET /my", "application.list", p.my},
		{"GET /my/uscc", "merchant.check_uscc", p.checkUSCC},
		{"GET /my/operators/new", "", p.newOperator},
		{"POST /my/operators", "merchant.add_operator", p.addOperator},
		{"POST /my/operators/claim", "merchant.claim", p.claim},
		{"GET /my/operators/{id}", "merchant.get_operator", p.operator},
		{"POST /my/operators/{id}", "merchant.update_operator", p.updateOperator},
		{"GET /my/operators/{id}/premises/new", "", p.newPremises},
		{"POST /my/operators/{id}/premises", "merchant.add_premises", p.addPremises},
		{"GET /my/premises/{id}", "merchant.get_premises", p.premises},
		{"POST /my/premises/{id}", "merchant.update_premises", p.updatePremises},
		{"POST /my/premises/{id}/close", "merchant.close_premises", p.closePremises},
		{"GET /my/apply", "scheme.list", p.apply},
		{"POST /my/apply", "application.start", p.start},
		{"GET /my/applications/{id}", "application.get", p.application},
		{"GET /my/applications/{id}/receipt", "", p.receipt},
		{"POST /my/applications/{id}/withdraw", "application.withdraw", p.withdraw},
		{"GET /my/applications/{id}/conditions", "", p.conditions},
		{"POST /my/applications/{id}/conditions", "application.save", p.saveConditions},
		{"GET /my/applications/{id}/answers/{section}", "application.sheet", p.answers},
		{"POST /my/applications/{id}/answers/{section}", "application.save", p.saveAnswers},
		{"GET /my/applications/{id}/documents", "", p.documents},
		{"POST /my/applications/{id}/documents", "application.attach", p.attach},
		{"POST /my/applications/{id}/documents/remove", "application.detach", p.detach},
		{"GET /my/applications/{id}/promises", "", p.promises},
		{"POST /my/applications/{id}/promises", "application.save", p.savePromises},
		{"GET /my/applications/{id}/contact", "", p.contact},
		{"POST /my/applications/{id}/contact", "application.save", p.saveContact},
		{"GET /my/applications/{id}/check", "", p.check},
		{"POST /my/applications/{id}/check", "application.submit", p.submit},
		{"GET /my/certificates/{id}", "certificate.get", p.certificate},
		{"POST /my/certificates/{id}/prints", "badge.print", p.order},
		{"POST /my/certificates/{id}/withdraw", "certificate.withdraw", p.giveUp},
		{"POST /my/certificates/{id}/appeals", "appeal.file", p.fileAppeal},
		{"POST /my/applications/{id}/appeals", "appeal.file", p.fileCaseAppeal},
		{"POST /my/applications/{id}/appeals/{appeal}/retract", "appeal.retract", p.retractCaseAppeal},
		{"POST /my/certificates/{id}/appeals/{appeal}/retract", "appeal.retract", p.retractAppeal},
		{"POST /my/badges/{id}/activate", "badge.activate", p.activate},
		{"POST /my/badges/{id}/void", "badge.void", p.void},
	} {
		mux.HandleFunc(route.pattern, p.owners(route.handle))
		if route.usecase != "" {
			page.Mount(route.usecase, route.pattern)
		}
	}
	for name, where := range map[string]string{
		"merchant.list_operators": "GET /my", "merchant.list_premises": "GET /my", "certificate.list": "GET /my",
		"badge.list": "GET /my/certificates/{id}", "rectification.list": "GET /my/certificates/{id}", "plaque.list": "GET /my/certificates/{id}", "appeal.standing": "GET /my/certificates/{id}", "appeal.case_standing": "GET /my/applications/{id}", "application.resubmit": "POST /my/applications/{id}/check",
		"file.put":                "POST /my/applications/{id}/documents",
		"application.eligibility": "GET /my/apply", "application.opening": "GET /my/apply", "halt.list": "GET /my/apply",
	} {
		page.Mount(name, where)
	}
}

// owners keeps the pages to those whom they are made for: officers have the
// desk, and others sign in first.
func (p *Pages) owners(next http.HandlerFunc) http.HandlerFunc {
	return p.E.Only(next, "my_pages", access.Merchant, access.Organiser)
}

// refuse shows a form again with what was typed, or, when err is about
// something else, its page.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, err error, name string, d page.Data) {
	if !p.E.Invalid(w, r, err, name, d) {
		p.E.Fault(w, r, err)
	}
}

// show renders a page with a title from the catalogue.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, name, title string, data any) {
	p.E.Render(w, r, http.StatusOK, name, page.Data{Title: title, Data: data})
}

// auto reports a save that the script sent while the visitor goes on typing.
func auto(r *http.Request) bool { return r.Header.Get("X-Autosave") != "" }

// autosaved answers such a save.
func autosaved(w http.ResponseWriter, version string, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(httpapi.Status(fault.CodeOf(err)))
		return
	}
	w.Header().Set("X-Version", version)
}

// upload is a file that came with a form, stored.
type upload struct{ SHA256, Name string }

// uploads stores the files of a field of a form that was decoded before. An
// empty field is no file.
func (p *Pages) uploads(r *http.Request, field string) ([]upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []upload
	for _, h := range r.MultipartForm.File[field] {
		if h.Size == 0 {
			continue
		}
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(f, blob.MaxPDFBytes+1))
		f.Close()
		if err != nil {
			return nil, fault.Wrap(fault.MalformedRequest, err, "")
		}
		v, err := p.Files.Put(r.Context(), data)
		if err != nil {
			return nil, err
		}
		out = append(out, upload{v.SHA256, clip(h.Filename)})
	}
	return out, nil
}

// clip shortens the name of a file to what a case keeps, from the front, so
// that its ending stays.
func clip(name string) string {
	const most = 120
	runes := []rune(name)
	return string(runes[max(0, len(runes)-most):])
}

// halted are the halts that hold back a title at a place. A page goes without
// them rather than without itself.
func (p *Pages) halted(r *http.Request, code, division string) []oversight.Halt {
	if p.Halts == nil {
		return nil
	}
	list, _ := p.Halts(r.Context(), oversight.HaltQuery{})
	return slices.DeleteFunc(list, func(h oversight.Halt) bool { return !h.Covers(code, division) })
}
