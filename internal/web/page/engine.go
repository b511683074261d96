// Package page owns what every page shares: templates and layouts, languages
// and large text, hashed assets, security headers, forms that keep what was
// typed, flashes, and the words for refusals.
//
// It knows no use-case. A page is added in four steps:
//
//  1. a template assets/tpl/<kind>/<name>.html that defines "content"; <kind>
//     (public, account, merchant, bureau, tablet) picks the layout;
//  2. its texts in assets/i18n/<area>.json, read with {{t . "key" args…}};
//  3. a handler func(w, r) that calls one use-case and ends in
//     e.Render(w, r, http.StatusOK, "merchant/home", page.Data{Title: …, Data: …})
//     or, when the use-case refused, e.Fault(w, r, err);
//  4. its route, and def.Mount("page", "GET /my") for each use-case it reaches.
//
// After a POST that worked, e.Done(w, r, "/my", "flash.key") redirects; after
// one that was refused for a field, e.Invalid renders the form again. A whole
// page that changes something:
//
//	func (h *Pages) rename(w http.ResponseWriter, r *http.Request) {
//		var c shop.RenameCommand
//		err := page.Decode(w, r, &c)
//		if err == nil {
//			_, err = h.shops.Rename(r.Context(), c)
//		}
//		switch {
//		case err == nil:
//			h.e.Done(w, r, "/my", "flash.renamed")
//		case !h.e.Invalid(w, r, err, "merchant/rename", page.Data{Title: h.e.T(r, "shop.rename"), Data: c}):
//			h.e.Fault(w, r, err)
//		}
//	}
//
// and its template, where the part keeps what was typed and shows what is wrong:
//
//	{{define "content"}}{{template "errors" .}}<h1>{{.Title}}</h1>
//	<form method="post">{{template "input" dict "v" . "name" "name" "label" (t . "shop.name") "value" .Data.Name}}
//	<div class="acts"><button class="btn" type="submit">{{t . "page.save"}}</button></div></form>{{end}}
//
// Parts take a dict whose "v" is the view; assets/tpl/part lists them with
// their keys, and /design shows each. Colours and sizes come from
// assets/css/tokens.css and nowhere else. The security policy forbids style="…",
// <style>, <script> with a body and on…= attributes: a width is an attribute of
// an SVG (part "meter"), behaviour hangs on data-… attributes (assets/js).
package page

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"fangxin/assets"
	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/usecase"
)

// Engine renders pages.
type Engine struct {
	texts *i18n.Catalogue
	pages map[string]func() (*template.Template, error) // parsed when first asked for
	files *files
	demo  func() bool
	log   *slog.Logger
	// Nav gives the side navigation of a kind of page for the visitor, with
	// counts; the composition root may set it.
	Nav func(ctx context.Context, kind string, p access.Principal) []NavItem
	// Unread counts the notices that somebody signed in has not opened; the
	// composition root may set it.
	Unread func(ctx context.Context, p access.Principal) int
	// Tells says who would be told of a step, for the part "step-tells"; the
	// composition root may set it.
	Tells func(ctx context.Context, noun, subject, action string) any
}

// NavItem is one entry of a navigation.
type NavItem struct {
	Href, Icon, Key string // Key of its text
	Count           int
	Alarm           bool // the count needs attention
}

// Data is what a handler gives to a page.
type Data struct {
	Title string    // already in the visitor's language
	Data  any       // typed view of the page
	Form  *Form     // when the page has a form
	Nav   []NavItem // instead of what [Engine.Nav] gives
}

// View is what a template sees.
type View struct {
	Lang      string
	Elder     bool
	Demo      bool
	Path      string
	Kind      string
	Title     string
	User      access.Principal
	Nav       []NavItem
	Unread    int // notices in the visitor's inbox
	Flash     string
	Form      *Form
	Data      any
	Reference string
	query     url.Values      // of the address, without lang and mode
	ctx       context.Context //nolint:containedctx // lives as long as the page is being made
}

// With is the address of this page with one parameter set, or taken away when
// the value is empty: the switches of language and size, filters, pages.
func (v View) With(name, value string) string {
	q := maps.Clone(v.query)
	if q == nil {
		q = url.Values{}
	}
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return v.Path
	}
	return v.Path + "?" + q.Encode()
}

// New finds the templates. Each page is parsed when it is first shown: most
// processes show few of them before somebody waits for the server to be
// ready. [Engine.Check] parses all.
func New(texts *i18n.Catalogue, demo func() bool, log *slog.Logger) (*Engine, error) {
	files, err := shippedFiles()
	if err != nil {
		return nil, err
	}
	e := &Engine{texts: texts, pages: map[string]func() (*template.Template, error){}, files: files, demo: demo, log: log}
	base := sync.OnceValues(func() (*template.Template, error) {
		return template.New("base").Funcs(e.funcs()).ParseFS(assets.FS, "tpl/layout/*.html", "tpl/part/*.html")
	})
	err = fs.WalkDir(assets.FS, "tpl", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".html" {
			return err
		}
		kind := path.Base(path.Dir(file))
		if kind == "layout" || kind == "part" {
			return nil
		}
		e.pages[kind+"/"+strings.TrimSuffix(path.Base(file), ".html")] = sync.OnceValues(func() (*template.Template, error) {
			layouts, err := base()
			if err != nil {
				return nil, fmt.Errorf("layouts: %w", err)
			}
			t, err := template.Must(layouts.Clone()).ParseFS(assets.FS, file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			return t, nil
		})
		return nil
	})
	return e, err
}

// Check parses every page and has its escaping checked, which otherwise
// happens when it is first shown. That there is no data to show is no mistake.
func (e *Engine) Check() error {
	var all error
	for name, parsed := range e.pages {
		t, err := parsed()
		if err == nil {
			kind, _, _ := strings.Cut(name, "/")
			var unsafe *template.Error
			if failed := t.ExecuteTemplate(io.Discard, layoutOf(kind), View{Lang: i18n.Zh, Form: &Form{}}); errors.As(failed, &unsafe) {
				err = fmt.Errorf("%s: %w", name, unsafe)
			}
		}
		all = errors.Join(all, err)
	}
	return all
}

// Pages lists the names of all pages, for the test that renders each.
func (e *Engine) Pages() []string {
	names := make([]string, 0, len(e.pages))
	for n := range e.pages {
		names = append(names, n)
	}
	return names
}

// T words a key in the language of the request.
func (e *Engine) T(r *http.Request, key string, args ...any) string {
	return e.texts.T(Lang(r.Context()), key, args...)
}

// Render writes a page. It is rendered whole before the first byte goes out,
// so that a mistake in a template never shows half a page.
func (e *Engine) Render(w http.ResponseWriter, r *http.Request, status int, name string, d Data) {
	kind, _, _ := strings.Cut(name, "/")
	query := r.URL.Query()
	query.Del("lang")
	query.Del("mode")
	v := View{
		query: query, ctx: r.Context(),
		Lang: Lang(r.Context()), Elder: Elder(r.Context()), Demo: e.demo(), Path: r.URL.Path, Kind: kind, Title: d.Title,
		User: access.From(r.Context()), Form: d.Form, Data: d.Data, Reference: usecase.RequestID(r.Context()),
	}
	if v.Form == nil {
		v.Form = &Form{}
	}
	switch {
	case d.Nav != nil:
		v.Nav = d.Nav
	case e.Nav != nil:
		v.Nav = e.Nav(r.Context(), kind, v.User)
	}
	if e.Unread != nil && v.User.SignedIn() {
		v.Unread = e.Unread(r.Context(), v.User)
	}
	v.Flash = e.takeFlash(w, r)
	var b bytes.Buffer
	if err := e.execute(&b, name, v); err != nil {
		e.log.ErrorContext(r.Context(), "page cannot be rendered", "page", name, "request", v.Reference, "error", err)
		if name != "page/fault" {
			e.Fault(w, r, err)
			return
		}
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the client went away
}

// execute writes a page within the layout of its kind.
func (e *Engine) execute(w io.Writer, name string, v View) error {
	parsed, ok := e.pages[name]
	if !ok {
		return errors.New("there is no page " + name)
	}
	t, err := parsed()
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, layoutOf(v.Kind), v)
}

func layoutOf(kind string) string {
	switch kind {
	case "bureau", "tablet", "merchant", "app":
		return "layout-" + kind
	}
	return "layout-public"
}

// Fault shows a refusal: what happened, what is safe, what to do next.
func (e *Engine) Fault(w http.ResponseWriter, r *http.Request, err error) {
	code := fault.CodeOf(err)
	if code == fault.Unauthenticated && r.Method == http.MethodGet {
		http.Redirect(w, r, "/sign-in?next="+template.URLQueryEscaper(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if code == fault.Internal {
		e.log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "request", usecase.RequestID(r.Context()), "error", err)
	}
	lang := Lang(r.Context())
	p := httpapi.NewProblem(e.texts, lang, usecase.RequestID(r.Context()), err)
	v := faultView{Problem: p, Tone: "warn", Safe: p.Status >= 500 || p.Status == http.StatusConflict || p.Status == http.StatusPreconditionFailed}
	if p.Status == http.StatusNotFound || p.Status == http.StatusGone {
		v.Tone = "none"
	}
	if help := fault.Lookup(code).Help(lang); help != p.Detail {
		v.Help = help
	}
	e.Render(w, r, p.Status, "page/fault", Data{Title: p.Title, Data: v})
}

// faultView is what the page of a refusal shows.
type faultView struct {
	*httpapi.Problem
	Help string // the general way out, when Detail says something special
	Safe bool   // say that nothing saved is lost
	Tone string // of the plate
}

// Invalid shows a form again with what was typed and what is wrong. It reports
// false when err is about something else, which [Engine.Fault] then shows.
func (e *Engine) Invalid(w http.ResponseWriter, r *http.Request, err error, name string, d Data) bool {
	return e.InvalidAt(w, r, err, name, d, func(string) string { return "" })
}

// InvalidAt is [Engine.Invalid] for a long form: place words where a field
// stands, before what is wrong with it.
func (e *Engine) InvalidAt(w http.ResponseWriter, r *http.Request, err error, name string, d Data, place func(field string) string) bool {
	f, ok := fault.As(err)
	if !ok || f.Code == fault.Internal || f.Code == fault.Unauthenticated || f.Code == fault.NotFound {
		return false
	}
	d.Form = FormOf(r, e.texts, err)
	for i, wrong := range d.Form.Errors {
		d.Form.Errors[i].Message = place(wrong.Name) + wrong.Message
	}
	e.Render(w, r, httpapi.Status(f.Code), name, d)
	return true
}

// Done redirects after a change that worked, with a message for the next page.
func (e *Engine) Done(w http.ResponseWriter, r *http.Request, to, flashKey string) {
	if flashKey != "" {
		setFlash(w, r, flashKey)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// NotFound answers for an address that does not exist.
func (e *Engine) NotFound(w http.ResponseWriter, r *http.Request) {
	e.Fault(w, r, fault.New(fault.NotFound, "page_not_found"))
}

// Texts gives the catalogue, for answers that are no page.
func (e *Engine) Texts() *i18n.Catalogue { return e.texts }
