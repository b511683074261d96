package app

import (
	"context"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"fangxin/internal/clientip"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/usecase"
	accountweb "fangxin/internal/web/account"
	"fangxin/internal/web/authoring"
	"fangxin/internal/web/bureau"
	"fangxin/internal/web/exporting"
	"fangxin/internal/web/importing"
	"fangxin/internal/web/merchant"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/organiser"
	oversightweb "fangxin/internal/web/oversight"
	"fangxin/internal/web/pledging"
	"fangxin/internal/web/public"
	"fangxin/internal/web/records"
	"fangxin/internal/web/schemes"
	"fangxin/internal/web/shopper"
	"fangxin/internal/web/tablet"
	"fangxin/internal/web/tablets"
	takeoverweb "fangxin/internal/web/takeover"
	"fangxin/internal/web/titlecare"
)

// mount gives every slice its edges and puts what all requests share around
// them.
func (a *App) mount() error {
	mux := http.NewServeMux()
	a.API = httpapi.New(mux, i18n.Shipped())
	a.Authorities.Mount(a.API)
	a.Accounts.Mount(a.API)
	a.Files.Mount(a.API)
	a.Tasks.Mount(a.API)
	a.Merchants.Mount(a.API)
	a.Schemes.Mount(a.API)
	a.Applications.Mount(a.API)
	a.Inspections.Mount(a.API)
	a.Badges.Mount(a.API)
	a.Certificates.Mount(a.API)
	a.Rectifications.Mount(a.API)
	a.Plaques.Mount(a.API)
	a.Renewals.Mount(a.API)
	a.Takeovers.Mount(a.API)
	a.Oversight.Mount(a.API)
	a.Streets.Mount(a.API)
	a.Appeals.Mount(a.API)
	a.Replies.Mount(a.API)
	a.Reinspections.Mount(a.API)
	a.Pledges.Mount(a.API)
	a.Imports.Mount(a.API)
	a.Notices.Mount(a.API)
	a.Exports.Mount(a.API)
	a.Tablets.Mount(a.API)
	a.Modules.Mount(a.API)
	if err := a.mountPages(mux); err != nil {
		return err
	}
	scans, err := shopper.New(a.Badges, &shopper.Reports{File: a.Badges.Report, Allow: a.reportLimit()}, i18n.Shipped(), a.demo.Load)
	if err != nil {
		return err
	}
	a.spec = sync.OnceValues(a.API.YAML)

	// Outermost first for what a person or program reaches; scans leave before
	// sessions and forms are looked at.
	inner := a.Pages.Middleware(a.crossOrigin(a.limits(a.Accounts.Authenticate(a.unknown(mux)))))
	a.Handler = a.quick(scans, a.observe(a.recover(a.ips.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case shopper.Handles(r.URL.Path):
			scans.ServeHTTP(w, r)
		case r.URL.Path == "/healthz":
			w.Write([]byte("ok\n")) //nolint:errcheck // the client went away
		case r.URL.Path == "/readyz":
			a.readyz(w, r)
		case r.URL.Path == "/metrics":
			a.serveMetrics(w, r)
		case strings.HasPrefix(r.URL.Path, "/a/"):
			a.Pages.Assets().ServeHTTP(w, r)
		default:
			inner.ServeHTTP(w, r)
		}
	})))))
	return nil
}

func (a *App) mountPages(mux *http.ServeMux) error {
	desk := &bureau.Pages{
		E: a.Pages, Applications: a.Applications, Inspections: a.Inspections, Certificates: a.Certificates,
		Badges: a.Badges, Tasks: a.Tasks, Merchants: a.Merchants, Files: a.Files, Notices: a.Notices, Appeals: a.Appeals, Tablets: a.Tablets, Schemes: a.Schemes,
		Streets: a.Streets,
	}
	desk.Mount(mux)
	(&merchant.Pages{
		Halts: a.Oversight.Halts, E: a.Pages, Merchants: a.Merchants, Applications: a.Applications, Schemes: a.Schemes, Certificates: a.Certificates,
		Badges: a.Badges, Files: a.Files, Notices: a.Notices, Appeals: a.Appeals, Rectifications: a.Rectifications, Plaques: a.Plaques,
	}).Mount(mux)
	(&schemes.Pages{E: a.Pages, Schemes: a.Schemes, Halts: a.Oversight.Halts}).Mount(mux)
	(&organiser.Pages{
		E: a.Pages, Streets: a.Streets, Merchants: a.Merchants, Applications: a.Applications, Badges: a.Badges, Files: a.Files, Demo: a.demo.Load,
	}).Mount(mux)
	(&titlecare.Pages{
		E: a.Pages, Rectifications: a.Rectifications, Renewals: a.Renewals, Plaques: a.Plaques, Replies: a.Replies, Reinspections: a.Reinspections, Notices: a.Notices, Certificates: a.Certificates, Inspections: a.Inspections, Files: a.Files,
	}).Mount(mux)
	(&takeoverweb.Pages{E: a.Pages, Takeovers: a.Takeovers, Merchants: a.Merchants, Files: a.Files}).Mount(mux)
	(&oversightweb.Pages{E: a.Pages, Oversight: a.Oversight, Schemes: a.Schemes, Accounts: a.Accounts, Modules: a.Modules}).Mount(mux)
	(&importing.Pages{E: a.Pages, Imports: a.Imports}).Mount(mux)
	(&records.Pages{E: a.Pages, Inspections: a.Inspections}).Mount(mux)
	(&tablets.Pages{E: a.Pages, Tablets: a.Tablets, Inspections: a.Inspections}).Mount(mux)
	shell, err := tablet.NewShell(a.Pages)
	if err != nil {
		return err
	}
	(&tablet.Pages{E: a.Pages, Inspections: a.Inspections, Files: a.Files, Shell: shell}).Mount(mux)
	(&exporting.Pages{E: a.Pages, Exports: a.Exports, Schemes: a.Schemes}).Mount(mux)
	(&authoring.Pages{E: a.Pages, Modules: a.Modules}).Mount(mux)
	(&pledging.Pages{
		E: a.Pages, Pledges: a.Pledges, Merchants: a.Merchants, Certificates: a.Certificates, Badges: a.Badges, Files: a.Files, Applications: a.Applications,
		Demo: a.demo.Load,
	}).Mount(mux)
	inbox := &notices.Pages{E: a.Pages, Notices: a.Notices, Demo: a.demo.Load}
	inbox.Mount(mux)
	a.Pages.Nav, a.Pages.Unread, a.Pages.Tells = desk.Nav, inbox.Unread, inbox.Tells
	(&public.Pages{E: a.Pages, Halts: a.Oversight.Halts, Certificates: a.Certificates, Applications: a.Applications, Files: a.Files, Streets: a.Streets, Schemes: a.Schemes, Appeals: a.Appeals, Demo: a.demoIndex}).Mount(mux)
	(&public.Prints{E: a.Pages, Badges: a.Badges, Certificates: a.Certificates, Demo: a.demo.Load}).Mount(mux)
	mux.HandleFunc("GET "+httpapi.Prefix+"/demo", a.serveDemo)
	(&accountweb.Pages{E: a.Pages, Accounts: a.Accounts, Authorities: a.Authorities}).Mount(mux)
	a.mountDocs(mux)
	mux.HandleFunc("GET /design", a.Pages.StyleGuide)
	mux.HandleFunc("GET /design/{frame}", a.Pages.StyleGuide)
	return nil
}

// observe gives each request an id, counts it and writes one log line. Codes
// of badges and query texts stay out of the log.
func (a *App) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := uuid.Must(uuid.NewV7()).String()
		w.Header().Set("X-Request-Id", id)
		ctx := usecase.WithEdge(r.Context(), usecase.Edge{RequestID: id})
		ctx = httpapi.WithLang(ctx, httpapi.Lang(r.Header.Get("Accept-Language")))
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r.WithContext(ctx))
		took := time.Since(start)
		area := areaOf(r.URL.Path)
		a.metrics.observe(area, r.Method, rec.status, took)
		if rec.status >= 500 || area != "badge" {
			a.log.Debug("request", "id", id, "method", r.Method, "area", area, "status", rec.status, "ms", took.Milliseconds())
		}
	})
}

// areaOf names the part of the site for logs and metrics, without ids.
func areaOf(path string) string {
	switch {
	case shopper.Handles(path):
		return "badge"
	case strings.HasPrefix(path, httpapi.Prefix):
		return "api"
	case strings.HasPrefix(path, "/a/"):
		return "asset"
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "":
		return "front"
	case "desk", "my", "tablet", "register", "records", "pledges", "inspections", "notices", "account", "sign-in", "join", "inbox", "files", "demo", "healthz", "readyz", "metrics":
		return first
	}
	return "other"
}

type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets the standard library reach deadlines and flushing.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// recover turns a panic into the internal problem and a log line.
func (a *App) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			a.log.Error("panic", "request", usecase.RequestID(r.Context()), "value", p, "stack", string(debug.Stack()))
			a.refuse(w, r, fault.New(fault.Internal, ""))
		}()
		next.ServeHTTP(w, r)
	})
}

// refuse answers in the form that fits the address: a problem or a page.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		httpapi.Write(w, r, i18n.Shipped(), err)
		return
	}
	a.Pages.Fault(w, r, err)
}

// crossOrigin refuses changes that another site's page tries to make with the
// visitor's session.
func (a *App) crossOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.refuse(w, r, fault.New(fault.CrossOrigin, ""))
	}))
	return guard.Handler(next)
}

// unknown answers for addresses and methods that the mux does not know, in our
// own words.
func (a *App) unknown(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		probe := &probe{header: http.Header{}}
		mux.ServeHTTP(probe, r)
		if allow := probe.header.Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
			a.refuse(w, r, fault.New(fault.MethodNotAllowed, ""))
			return
		}
		a.refuse(w, r, fault.New(fault.NotFound, "page_not_found"))
	})
}

// probe swallows the mux's own answer and keeps its headers.
type probe struct{ header http.Header }

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(int)             {}

// limits slows down guessing at the doors where secrets are typed.
func (a *App) limits(next http.Handler) http.Handler {
	return clientip.Limit(60, time.Minute, accountweb.Guarded, a.refuse)(next)
}

// reportLimit lets one address file ten reports an hour; it keeps the address
// in memory only for that time.
func (a *App) reportLimit() func(*http.Request) bool {
	allowed := clientip.Limit(10, time.Hour, []string{"/"}, func(http.ResponseWriter, *http.Request, error) {})
	return func(r *http.Request) bool {
		ok := false
		probe := r.Clone(r.Context())
		probe.URL.Path = "/"
		allowed(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ok = true })).ServeHTTP(&discard{http.Header{}}, probe)
		return ok
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// readyz says whether requests should be sent here.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.DB.Ready(ctx); err != nil || !a.ready.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		w.Write([]byte("not ready\n")) //nolint:errcheck // the client went away
		return
	}
	w.Write([]byte("ready\n")) //nolint:errcheck // the client went away
}

// serveMetrics answers the networks that may read them.
func (a *App) serveMetrics(w http.ResponseWriter, r *http.Request) {
	ip, err := netip.ParseAddr(clientip.From(r.Context()))
	for _, cidr := range a.Config.MetricsFrom {
		if p, perr := netip.ParsePrefix(cidr); err == nil && perr == nil && p.Contains(ip.Unmap()) {
			a.metrics.handler.ServeHTTP(w, r)
			return
		}
	}
	a.refuse(w, r, fault.New(fault.NotFound, ""))
}
