// Package titlecare owns the pages on which a title is kept in order after its
// award: orders to rectify with the evidence for each finding, renewals,
// requests to be inspected again, what the holder says beside a published
// result, and plaques that are to be handed in once a title has ended; for the
// holder on a phone and for officers at the desk.
//
// It decides nothing: what may be done, and when, stands in the slices it calls.
package titlecare

import (
	"context"
	"net/http"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/certificate"
	"fangxin/internal/inspection"
	"fangxin/internal/notify"
	"fangxin/internal/plaque"
	"fangxin/internal/rectify"
	"fangxin/internal/reinspect"
	"fangxin/internal/renewal"
	"fangxin/internal/reply"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E              *page.Engine
	Rectifications *rectify.Service
	Renewals       *renewal.Service
	Plaques        *plaque.Service
	Notices        *notify.Service
	Replies        *reply.Service
	Reinspections  *reinspect.Service
	Certificates   *certificate.Service
	Inspections    *inspection.Service
	Files          *blob.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		keep     func(http.HandlerFunc) http.HandlerFunc
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /my/rectifications/{id}", p.owners, p.mine, []string{"rectification.get"}},
		{"POST /my/rectifications/{id}/findings/{n}", p.owners, p.answer, []string{"rectification.answer", "file.put"}},
		{"POST /my/rectifications/{id}/submit", p.owners, p.submit, []string{"rectification.submit"}},
		{"GET /desk/rectifications", p.E.Staff, p.list, []string{"rectification.list"}},
		{"GET /desk/rectifications/{id}", p.E.Staff, p.desk, []string{"rectification.get"}},
		{"POST /desk/rectifications/{id}/{action}", p.E.Staff, p.step, []string{
			"rectification.return", "rectification.order_inspection", "rectification.pass", "rectification.restore", "rectification.fail", "rectification.extend",
		}},
		{"GET /desk/certificates/{id}/rectify", p.E.Staff, p.orderForm, nil},
		{"POST /desk/certificates/{id}/rectify", p.E.Staff, p.order, []string{"rectification.order"}},
		{"GET /my/certificates/{id}/renew", p.owners, p.renewForm, []string{"renewal.outlook"}},
		{"POST /my/certificates/{id}/renew", p.owners, p.renew, []string{"renewal.file"}},
		{"POST /my/renewals/{id}/retract", p.owners, p.retract, []string{"renewal.retract"}},
		{"GET /desk/renewals", p.E.Staff, p.renewals, []string{"renewal.list"}},
		{"GET /desk/renewals/{id}", p.E.Staff, p.renewal, []string{"renewal.get"}},
		{"POST /desk/renewals/{id}/{action}", p.E.Staff, p.stepRenewal, []string{"renewal.check", "renewal.grant", "renewal.decline"}},
		{"GET /my/plaques/{id}", p.owners, p.myPlaque, []string{"plaque.get"}},
		{"GET /desk/plaques", p.E.Staff, p.plaques, []string{"plaque.list"}},
		{"GET /desk/plaques/{id}", p.E.Staff, p.plaque, []string{"plaque.get"}},
		{"POST /desk/plaques/{id}/{action}", p.E.Staff, p.stepPlaque, []string{"plaque.recover", "plaque.destroy", "plaque.report_missing", "file.put"}},
		{"GET /my/certificates/{id}/replies", p.owners, p.replies, []string{"reply.standing"}},
		{"POST /my/certificates/{id}/replies", p.owners, p.fileReply, []string{"reply.file"}},
		{"POST /my/certificates/{id}/replies/{reply}/retract", p.owners, p.retractReply, []string{"reply.retract"}},
		{"GET /desk/replies", p.E.Staff, p.deskReplies, []string{"reply.list"}},
		{"GET /desk/replies/{id}", p.E.Staff, p.deskReply, []string{"reply.get"}},
		{"POST /desk/replies/{id}/{action}", p.E.Staff, p.stepReply, []string{"reply.publish", "reply.refuse", "reply.take_down"}},
		{"GET /my/certificates/{id}/reinspect", p.owners, p.reinspectForm, []string{"reinspection.outlook"}},
		{"POST /my/certificates/{id}/reinspect", p.owners, p.reinspect, []string{"reinspection.file"}},
		{"POST /my/certificates/{id}/reinspect/{request}/retract", p.owners, p.retractReinspection, []string{"reinspection.retract"}},
		{"GET /desk/reinspections", p.E.Staff, p.deskReinspections, []string{"reinspection.list"}},
		{"GET /desk/reinspections/{id}", p.E.Staff, p.deskReinspection, []string{"reinspection.get"}},
		{"POST /desk/reinspections/{id}/{action}", p.E.Staff, p.stepReinspection, []string{"reinspection.arrange", "reinspection.decline"}},
		{"GET /desk/rechecks", p.E.Staff, p.rechecks, []string{"certificate.recheck_due"}},
		{"POST /desk/rechecks", p.E.Staff, p.orderRecheck, []string{"inspection.order"}},
	} {
		mux.HandleFunc(route.pattern, route.keep(route.handle))
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// owners keeps pages to holders.
func (p *Pages) owners(next http.HandlerFunc) http.HandlerFunc {
	return p.E.Only(next, "my_pages", access.Merchant, access.Organiser)
}

// version reads the hidden field of a form: the version its writer saw. A form
// without one never fits.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}
