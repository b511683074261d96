// Package bureau owns the officers' desk: queues by due date, the whole case on
// one page, inspections, certificates and tasks, each with the buttons that the
// lifecycle tables open to the reader.
//
// It decides nothing: a button that is shown may still be refused by the
// use-case, and the page then says why and keeps what was typed.
package bureau

import (
	"context"
	"net/http"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/blob"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/inspection"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/tablet"
	"fangxin/internal/task"
	"fangxin/internal/web/page"
	"fangxin/internal/web/tablets"
)

// Pages serves them.
type Pages struct {
	E            *page.Engine
	Applications *application.Service
	Inspections  *inspection.Service
	Certificates *certificate.Service
	Badges       *badge.Service
	Tasks        *task.Service
	Merchants    *merchant.Service
	Files        *blob.Service
	Notices      *notify.Service
	Appeals      *appeal.Service
	Tablets      *tablet.Service
	Schemes      *scheme.Service
	Streets      *street.Service
}

// route is one page with the use-cases that it reaches.
type route struct {
	pattern  string
	handle   http.HandlerFunc
	usecases []string
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range append([]route{
		{"GET /desk", p.overview, []string{"application.counts"}},
		{"GET /desk/queue", p.queue, []string{"application.list"}},
		{"GET /desk/figures", p.figures, []string{"application.figures"}},
		{"GET /desk/refusals", p.refusals, []string{"application.refusals"}},
		{"GET /desk/cases/{id}", p.showCase, []string{"application.get", "application.sheet", "message.told", "message.preview"}},
		{"POST /desk/cases/{id}/{action}", p.stepCase, []string{
			"application.accept", "application.recommend", "application.order_inspection", "application.take_assessment",
			"application.endorse", "application.endorse_city", "application.advise", "application.pass_city", "application.conclude_notice", "application.announce", "application.certify",
			"application.return", "application.refuse", "application.uphold_objection", "application.dismiss_objection",
		}},
		{"GET /desk/inspections", p.inspections, []string{"inspection.list"}},
		{"GET /desk/inspections/{id}", p.showInspection, []string{"inspection.get", "inspection.inspectors", "amendment.list"}},
		{"GET /desk/inspections/{id}/amend", p.amendForm, []string{"inspection.record"}},
		{"POST /desk/inspections/{id}/amend", p.amend, []string{"amendment.create"}},
		{"POST /desk/inspections/{id}/amendments/{amendment}/{action}", p.judgeAmendment, []string{"amendment.accept", "amendment.decline"}},
		{"POST /desk/inspections/{id}/{action}", p.stepInspection, []string{
			"inspection.assign", "inspection.accept", "inspection.send_back", "inspection.order_rectification",
			"inspection.verify", "inspection.fail", "inspection.void",
		}},
		{"GET /desk/certificates", p.certificates, []string{"certificate.list"}},
		{"GET /desk/certificates/{id}", p.showCertificate, []string{"certificate.get", "badge.list"}},
		{"POST /desk/certificates/{id}/{action}", p.stepCertificate, []string{
			"certificate.suspend", "certificate.order_rectification", "certificate.revoke", "certificate.propose", "certificate.decide", "badge.print",
		}},
		{"POST /desk/certificates/{id}/inspections", p.orderInspection, []string{"inspection.order"}},
		{"POST /desk/stickers/{id}/{action}", p.stepSticker, []string{"badge.activate", "badge.void", "badge.get"}},
		{"GET /desk/appeals", p.appeals, []string{"appeal.list"}},
		{"GET /desk/appeals/{id}", p.showAppeal, []string{"appeal.get"}},
		{"POST /desk/appeals/{id}/{action}", p.stepAppeal, []string{"appeal.uphold", "appeal.reject"}},
		{"GET /desk/tasks", p.tasks, []string{"task.list"}},
		{"POST /desk/tasks/{id}/close", p.closeTask, []string{"task.close"}},
		{"POST /desk/tasks/{id}/grant", p.grantClaim, []string{"task.get", "merchant.confirm_claim"}},
	}, p.streetRoutes()...) {
		mux.HandleFunc(route.pattern, p.staff(route.handle))
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// staff keeps the desk to those who work there. A merchant who follows a link
// to a case of their own comes to their own page of it.
func (p *Pages) staff(next http.HandlerFunc) http.HandlerFunc {
	desk := p.E.Staff(next)
	return func(w http.ResponseWriter, r *http.Request) {
		by := access.From(r.Context())
		id, ofCase := strings.CutPrefix(r.URL.Path, "/desk/cases/")
		if by.SignedIn() && !by.Staff() && ofCase && ident.IsID(id) {
			http.Redirect(w, r, "/my/applications/"+id, http.StatusSeeOther)
			return
		}
		desk(w, r)
	}
}

// Nav is the side navigation of the desk: what the reader's roles can use.
func (p *Pages) Nav(ctx context.Context, kind string, by access.Principal) []page.NavItem {
	if kind != "bureau" || !by.Staff() {
		return nil
	}
	items := []page.NavItem{{Href: "/desk", Icon: "home", Key: "bureau.nav_overview"}}
	if reviews(by) {
		counts, _ := p.Applications.Counts(ctx) // without it the menu only lacks a number
		items = append(items, page.NavItem{
			Href: "/desk/queue", Icon: "inbox", Key: "bureau.nav_queue", Count: counts[application.Mine], Alarm: counts[application.Due] > 0,
		})
	}
	if reviews(by) || by.Has(access.Inspector) {
		items = append(items, page.NavItem{Href: "/desk/inspections", Icon: "list", Key: "bureau.nav_inspections"})
	}
	if tablets.May(by) {
		items = append(items, page.NavItem{Href: "/desk/quarantine", Icon: "tablet", Key: "tabdesk.quarantine"})
	} else if by.Has(access.Administrator) {
		items = append(items, page.NavItem{Href: "/desk/tablets", Icon: "tablet", Key: "tabdesk.devices"})
	}
	if by.Has(access.Inspector) {
		items = append(items, page.NavItem{Href: "/tablet", Icon: "tablet", Key: "bureau.nav_tablet"})
	}
	items = append(items,
		page.NavItem{Href: "/desk/certificates", Icon: "shield", Key: "bureau.nav_certificates"},
		page.NavItem{Href: "/desk/streets", Icon: "map", Key: "street.nav"},
		page.NavItem{Href: "/desk/tasks", Icon: "flag", Key: "bureau.nav_tasks"})
	if reviews(by) {
		items = append(items,
			page.NavItem{Href: "/desk/rectifications", Icon: "flag", Key: "rectify.nav"},
			page.NavItem{Href: "/desk/rechecks", Icon: "list", Key: "recheck.nav"},
			page.NavItem{Href: "/desk/renewals", Icon: "doc", Key: "renewal.nav"},
			page.NavItem{Href: "/desk/plaques", Icon: "shield", Key: "plaque.nav"},
			page.NavItem{Href: "/desk/takeovers", Icon: "shop", Key: "takeover.nav"})
		items = append(items, page.NavItem{Href: "/desk/pledges", Icon: "check", Key: "pledge.nav"})
		items = append(items, page.NavItem{Href: "/desk/appeals", Icon: "scale", Key: "bureau.nav_appeals"})
		items = append(items, page.NavItem{Href: "/desk/replies", Icon: "chat", Key: "reply.nav"})
		items = append(items, page.NavItem{Href: "/desk/reinspections", Icon: "search", Key: "reinspect.nav"})
	}
	if by.Has(access.Administrator, access.CityOfficer, access.ProvinceOfficer, access.Supervisor) {
		items = append(items, page.NavItem{Href: "/desk/oversight", Icon: "filter", Key: "oversight.nav"})
		items = append(items, page.NavItem{Href: "/desk/schemes", Icon: "doc", Key: "scheme.nav"})
	}
	items = append(items, p.refusalsNav(by)...)
	if importer.KindsFor(by) != nil {
		items = append(items, page.NavItem{Href: "/desk/import", Icon: "upload", Key: "bureau.nav_import"})
	}
	if by.Has(access.ProvinceOfficer, access.Administrator) {
		items = append(items, page.NavItem{Href: "/desk/checklists", Icon: "doc", Key: "module.title"})
	}
	items = append(items, page.NavItem{Href: "/desk/exports", Icon: "download", Key: "export.nav"})
	if by.Has(access.Administrator) {
		dead := 0
		if n, err := p.Notices.Counts(ctx); err == nil {
			dead = n.Dead
		}
		items = append(items, page.NavItem{Href: "/desk/admin/accounts", Icon: "team", Key: "bureau.nav_accounts"},
			page.NavItem{Href: "/desk/outbox", Icon: "bell", Key: "notify.outbox", Count: dead, Alarm: dead > 0},
			page.NavItem{Href: "/desk/webhooks", Icon: "out", Key: "notify.webhooks"})
	}
	return append(items, page.NavItem{Href: "/account", Icon: "user", Key: "bureau.nav_me"})
}

// reviews reports whether the reader works on cases, or watches those who do.
func reviews(by access.Principal) bool {
	return decides(by) || by.Has(access.Supervisor)
}

// decides reports whether cases wait for the reader.
func decides(by access.Principal) bool {
	return by.Has(access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer)
}
