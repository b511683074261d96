package bureau

import (
	"net/http"
	"net/url"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/task"
	"fangxin/internal/web/page"
)

// facts of a task that people read, in their order; ids are for links.
var taskFacts = []string{"name", "uscc", "case_no", "number", "state", "code", "promise", "note"}

type tasksView struct {
	Tabs  []page.Tab
	Query task.ListQuery
	Page  task.Page
	Rows  []taskRow
	Tried ident.TaskID // whose form was just refused
}

// taskRow is a task as its card shows it.
type taskRow struct {
	task.View
	Facts []fact
	Href  string // the record that it is about
	Key   string // words of the link
	Close bool   // the reader may close it
	Grant bool   // the reader may grant the claim
}

type fact struct{ Key, Value string }

func (p *Pages) tasks(w http.ResponseWriter, r *http.Request) { p.showTasks(w, r, nil) }

// showTasks lists tasks; refused is why a form on the page was sent back.
func (p *Pages) showTasks(w http.ResponseWriter, r *http.Request, refused error) {
	q := r.URL.Query()
	v := tasksView{Query: task.ListQuery{State: task.State(q.Get("state")), After: q.Get("after"), Limit: 30}}
	if !slices.Contains([]task.State{task.Open, task.Done}, v.Query.State) {
		v.Query.State = task.Open
	}
	var err error
	if v.Page, err = p.Tasks.List(r.Context(), v.Query); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	for _, s := range []task.State{task.Open, task.Done} {
		v.Tabs = append(v.Tabs, page.Tab{Href: "/desk/tasks?state=" + string(s), Label: p.E.T(r, "bureau.tasks_"+string(s)), Current: s == v.Query.State})
	}
	for _, t := range v.Page.Items {
		v.Rows = append(v.Rows, p.taskRow(r, t))
	}
	d := page.Data{Title: p.E.T(r, "bureau.nav_tasks"), Data: &v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/tasks", d)
		return
	}
	v.Tried = ident.TaskID(r.PathValue("id"))
	if !p.E.Invalid(w, r, refused, "bureau/tasks", d) {
		p.E.Fault(w, r, refused)
	}
}

func (p *Pages) taskRow(r *http.Request, t task.View) taskRow {
	by := access.From(r.Context())
	row := taskRow{View: t}
	row.Close = t.State == task.Open && (decides(by) || by.Has(access.Inspector, access.Administrator))
	for _, key := range taskFacts {
		value, _ := t.Data[key].(string)
		if key == "state" && value != "" {
			value = lifecycle.Application.Label(lifecycle.State(value), page.Lang(r.Context()))
		}
		if value != "" {
			row.Facts = append(row.Facts, fact{"task.data_" + key, value})
		}
	}
	if t.Subject == "" {
		return row
	}
	switch t.Noun {
	case "certificate":
		row.Href, row.Key = "/desk/certificates/"+t.Subject, "bureau.to_certificate"
	case "application":
		row.Href, row.Key = "/desk/cases/"+t.Subject, "bureau.to_case"
	case "inspection":
		row.Href, row.Key = "/desk/inspections/"+t.Subject, "bureau.to_inspection"
	case "renewal":
		row.Href, row.Key = "/desk/renewals/"+t.Subject, "renewal.see"
	case "takeover":
		row.Href, row.Key = "/desk/takeovers/"+t.Subject, "takeover.see"
	case "reinspection":
		row.Href, row.Key = "/desk/reinspections/"+t.Subject, "renewal.see"
	case "reply":
		row.Href, row.Key = "/desk/replies/"+t.Subject, "reply.title"
	case "rectification":
		row.Href, row.Key = "/desk/rectifications/"+t.Subject, "bureau.to_rectification"
	case "plaque":
		row.Href, row.Key = "/desk/plaques/"+t.Subject, "plaque.see"
	case "pledge":
		row.Href, row.Key = "/desk/pledges/"+t.Subject, "pledge.to_pledge"
	case "operator":
		row.Grant = t.Kind == task.ClaimOperator && t.State == task.Open && decides(by)
	}
	if visit, _ := t.Data["visit"].(string); t.Kind == task.ReinspectionPassed && t.State == task.Open && decides(by) && visit != "" {
		row.Href, row.Key = row.Href+"?after="+url.QueryEscape(visit)+"#decide", "reinspect.to_lift"
	}
	switch t.Noun { // their pages are for those who work on them
	case "application", "renewal", "takeover", "rectification", "pledge", "plaque", "reply", "reinspection":
		if !reviews(by) {
			row.Href = ""
		}
	}
	return row
}

func (p *Pages) closeTask(w http.ResponseWriter, r *http.Request) {
	cmd := task.CloseCommand{ID: ident.TaskID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Tasks.Close(version(r), cmd)
	}
	if err != nil {
		p.showTasks(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/tasks", "flash.task_closed")
}

// grantClaim gives an imported operator to the merchant who claims it, once the
// officer has seen the licence. That settles the task.
func (p *Pages) grantClaim(w http.ResponseWriter, r *http.Request) {
	t, err := p.Tasks.Get(r.Context(), ident.TaskID(r.PathValue("id")))
	if err == nil && (t.Kind != task.ClaimOperator || t.State != task.Open) {
		err = fault.New(fault.Conflict, "task_closed")
	}
	if err == nil {
		account, _ := t.Data["account"].(string)
		_, err = p.Merchants.ConfirmClaim(r.Context(), merchant.ConfirmClaimCommand{ID: ident.OperatorID(t.Subject), Account: ident.AccountID(account)})
	}
	if err != nil {
		p.showTasks(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/tasks", "flash.claim_granted")
}
