package bureau

import (
	"net/http"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// How many of each kind the first page shows.
const (
	mostDue    = 8
	mostTasks  = 6
	mostVisits = 12
)

// overviewView is the first page of the desk; what a role does not use is nil.
type overviewView struct {
	Tabs    []page.Tab
	Watches bool // a supervisor: nothing waits for the reader
	Due     []application.View
	Visits  []inspection.View
	Visit   bool
	Tasks   []task.View
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) {
	by := access.From(r.Context())
	v, err := p.overviewOf(r, by)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/overview", page.Data{Title: p.E.T(r, "bureau.nav_overview"), Data: v})
}

func (p *Pages) overviewOf(r *http.Request, by access.Principal) (*overviewView, error) {
	ctx := r.Context()
	v := &overviewView{Watches: !decides(by), Visit: by.Has(access.Inspector)}
	if reviews(by) {
		counts, err := p.Applications.Counts(ctx)
		if err != nil {
			return nil, err
		}
		v.Tabs = p.tabs(r, by, counts, "")
		query := application.ListQuery{Tab: application.Mine, Limit: mostDue}
		if v.Watches {
			query.Tab = application.All
		}
		list, err := p.Applications.List(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, c := range list.Items {
			if !v.Watches || c.DueOn != "" {
				v.Due = append(v.Due, c)
			}
		}
	}
	if v.Visit {
		visits, err := p.Inspections.List(ctx, inspection.ListQuery{Mine: true, Limit: mostVisits})
		if err != nil {
			return nil, err
		}
		for _, i := range visits.Items {
			if lifecycle.Inspection.Info(i.State).Waits == access.Inspector {
				v.Visits = append(v.Visits, i)
			}
		}
	}
	tasks, err := p.Tasks.List(ctx, task.ListQuery{State: task.Open, Limit: mostTasks})
	v.Tasks = tasks.Items
	return v, err
}

type queueView struct {
	Tabs      []page.Tab
	Query     application.ListQuery
	Page      application.Page
	Filtered  bool // an empty list may be the filter's doing
	Schemes   []public.Option
	Divisions []public.Option
}

func (p *Pages) queue(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	by := access.From(r.Context())
	query := application.ListQuery{
		Tab: application.Tab(q.Get("tab")), Name: q.Get("name"), Scheme: q.Get("scheme"), Division: q.Get("division"), After: q.Get("after"), Limit: 30,
	}
	if shown := tabsOf(by); !slices.Contains(shown, query.Tab) {
		query.Tab = shown[0]
	}
	counts, err := p.Applications.Counts(r.Context())
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := queueView{
		Tabs: p.tabs(r, by, counts, query.Tab), Query: query, Filtered: query.Name+query.Scheme+query.Division != "",
		Schemes: public.Schemes(r.Context(), p.Schemes, page.Lang(r.Context())), Divisions: public.Divisions(),
	}
	d := page.Data{Title: p.E.T(r, "bureau.nav_queue"), Data: &v}
	if v.Page, err = p.Applications.List(r.Context(), query); err != nil {
		if !p.E.Invalid(w, r, err, "bureau/queue", d) {
			p.E.Fault(w, r, err)
		}
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/queue", d)
}

// tabsOf lists the tabs of a reader: nothing waits for those who only watch.
func tabsOf(by access.Principal) []application.Tab {
	if decides(by) {
		return application.Tabs()
	}
	return slices.DeleteFunc(application.Tabs(), func(t application.Tab) bool { return t == application.Mine || t == application.Due })
}

func (p *Pages) tabs(r *http.Request, by access.Principal, counts application.Counts, current application.Tab) []page.Tab {
	var tabs []page.Tab
	for _, name := range tabsOf(by) {
		tabs = append(tabs, page.Tab{
			Href: "/desk/queue?tab=" + string(name), Label: p.E.T(r, "bureau.tab_"+string(name)), Count: counts[name], Current: name == current,
		})
	}
	return tabs
}
