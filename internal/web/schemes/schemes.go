// Package schemes owns the pages on which a province keeps the rules of its
// titles: their versions, the editor of a draft, what an applicant will see,
// and what changed from one version to the next; and those on which everybody
// reads them.
//
// It decides nothing: what no title may say is refused by the scheme slice,
// and the page shows where, keeping everything that was typed.
package schemes

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E       *page.Engine
	Schemes *scheme.Service
	// Halts lists where no titles are issued.
	Halts func(ctx context.Context, q oversight.HaltQuery) ([]oversight.Halt, error)
}

const root = "/desk/schemes"

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET " + root, p.index, []string{"edition.list"}},
		{"POST " + root, p.draft, []string{"edition.draft"}},
		{"GET " + root + "/{code}", p.title, nil},
		{"GET " + root + "/{code}/diff", p.diff, []string{"scheme.diff"}},
		{"GET " + root + "/{code}/{edition}", p.edition, []string{"edition.get"}},
		{"POST " + root + "/{code}/{edition}", p.save, []string{"edition.save"}},
		{"GET " + root + "/{code}/{edition}/preview", p.preview, []string{"scheme.get"}},
		{"POST " + root + "/{code}/{edition}/{action}", p.step, []string{"edition.publish", "edition.retire", "edition.discard"}},
	} {
		mux.HandleFunc(route.pattern, p.E.Staff(route.handle))
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
	mux.HandleFunc("GET "+titles, p.titles)
	mux.HandleFunc("GET "+titles+"/{code}", p.rules)
	mux.HandleFunc("GET "+titles+"/{code}/diff", p.publicDiff)
	page.Mount("scheme.list", "GET "+titles)
	page.Mount("scheme.history", "GET "+titles+"/{code}")
}

// drafts reports whether the reader may draft versions.
func drafts(r *http.Request) bool { return access.From(r.Context()).Has(access.Administrator) }

// group is one title with its versions, the newest first.
type group struct {
	Code     string
	Title    scheme.Text
	Current  *scheme.Edition
	Editions []scheme.Edition
	Drafts   int
}

type indexView struct {
	Groups []group
	Drafts bool
	Bases  []page.Option
	NewErr bool
}

func (p *Pages) groups(ctx context.Context, code string) ([]group, error) {
	list, err := p.Schemes.Editions(ctx, code)
	var out []group
	for _, e := range list {
		i := slices.IndexFunc(out, func(g group) bool { return g.Code == e.Code })
		if i < 0 {
			out = append(out, group{Code: e.Code, Title: e.Scheme.Title})
			i = len(out) - 1
		}
		g := &out[i]
		switch e.State {
		case lifecycle.Published:
			now := e
			g.Current, g.Title = &now, e.Scheme.Title
		case lifecycle.Draft:
			g.Drafts++
		}
		g.Editions = append(g.Editions, e)
	}
	slices.SortStableFunc(out, func(a, b group) int { return cmp.Compare(order(a.Code), order(b.Code)) })
	return out, err
}

// order keeps the shipped titles before those of others.
func order(code string) int {
	if i := slices.IndexFunc(scheme.Current(), func(s scheme.Scheme) bool { return s.Code == code }); i >= 0 {
		return i
	}
	return len(scheme.Current())
}

func (p *Pages) index(w http.ResponseWriter, r *http.Request) { p.indexPage(w, r, nil) }

func (p *Pages) indexPage(w http.ResponseWriter, r *http.Request, refused error) {
	groups, err := p.groups(r.Context(), "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := indexView{Groups: groups, Drafts: drafts(r), NewErr: refused != nil}
	for _, g := range groups {
		v.Bases = append(v.Bases, page.Option{Value: g.Code, Label: g.Title.In(page.Lang(r.Context()))})
	}
	d := page.Data{Title: p.E.T(r, "scheme.nav"), Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/schemes", d)
	} else if !p.E.Invalid(w, r, refused, "bureau/schemes", d) {
		p.E.Fault(w, r, refused)
	}
}

func (p *Pages) draft(w http.ResponseWriter, r *http.Request) {
	var cmd scheme.DraftCommand
	err := page.Decode(w, r, &cmd)
	var e scheme.Edition
	if err == nil {
		e, err = p.Schemes.Draft(r.Context(), cmd)
	}
	if err != nil {
		p.indexPage(w, r, err)
		return
	}
	p.E.Done(w, r, at(e), "flash.scheme_drafted")
}

func at(e scheme.Edition) string { return root + "/" + e.Code + "/" + e.Edition }

type titleView struct {
	group
	Drafts bool
}

func (p *Pages) title(w http.ResponseWriter, r *http.Request) {
	groups, err := p.groups(r.Context(), r.PathValue("code"))
	if err == nil && len(groups) == 0 {
		err = fault.New(fault.NotFound, "scheme_unknown")
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/scheme", page.Data{Title: groups[0].Title.In(page.Lang(r.Context())), Data: titleView{groups[0], drafts(r)}})
}

// named finds the version of an address; a discarded one only when no other
// has its number.
func (p *Pages) named(r *http.Request) (scheme.Edition, []scheme.Edition, error) {
	list, err := p.Schemes.Editions(r.Context(), r.PathValue("code"))
	if err != nil {
		return scheme.Edition{}, nil, err
	}
	var found *scheme.Edition
	for i, e := range list {
		if e.Edition == r.PathValue("edition") && (found == nil || found.State == lifecycle.Discarded) {
			found = &list[i]
		}
	}
	if found == nil {
		return scheme.Edition{}, nil, fault.New(fault.NotFound, "scheme_unknown")
	}
	return *found, list, nil
}

// before finds the version that a draft would replace.
func before(e scheme.Edition, list []scheme.Edition) *scheme.Edition {
	for i := range list {
		if list[i].State == lifecycle.Published && list[i].ID != e.ID {
			return &list[i]
		}
	}
	return nil
}

// version reads the hidden field of a form: the version its writer saw.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}

func (p *Pages) preview(w http.ResponseWriter, r *http.Request) {
	e, _, err := p.named(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := struct {
		Edition scheme.Edition
		Offer   offer
	}{Edition: e, Offer: offer{Scheme: e.Scheme}}
	v.Offer.Stops, v.Offer.Days = e.Scheme.Timed()
	if v.Offer.Figures, err = p.street(r, e.Scheme, 0); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/scheme-preview", page.Data{Title: p.E.T(r, "scheme.preview"), Data: v})
}

// offer is what the applicant's page shows of a scheme; nothing is checked
// against facts, because nobody applies here.
type offer struct {
	scheme.Scheme
	Stops    []scheme.Stop
	Days     int
	Findings []struct{}
	Figures  *streetView
}

func (p *Pages) step(w http.ResponseWriter, r *http.Request) {
	e, _, err := p.named(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	cmd := scheme.EditionStep{ID: e.ID}
	action := lifecycle.Action(r.PathValue("action"))
	if err = page.Decode(w, r, &cmd); err == nil {
		switch action {
		case lifecycle.Publish:
			_, err = p.Schemes.Publish(version(r), cmd)
		case lifecycle.Retire:
			_, err = p.Schemes.Retire(version(r), cmd)
		case lifecycle.Discard:
			_, err = p.Schemes.Discard(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err != nil {
		p.editionPage(w, r, nil, string(action), err)
		return
	}
	p.E.Done(w, r, root+"/"+e.Code, "flash.scheme_"+string(action))
}
