package account

import (
	"context"
	"net/http"
	"slices"

	"fangxin/internal/access"
	accounts "fangxin/internal/account"
	"fangxin/internal/authority"
	"fangxin/internal/ident"
	"fangxin/internal/web/page"
)

// option is one entry of a selection.
type option struct{ Value, Label string }

// listData is what the list of staff shows.
type listData struct {
	accounts.ListView
	Query       accounts.ListQuery
	Authorities []option
	Names       map[ident.AuthorityID]string
}

// authorities lists those to which the visitor may assign staff, and the names
// of all.
func (p *Pages) authorities(r *http.Request) ([]option, map[ident.AuthorityID]string, error) {
	all, err := p.Authorities.List(r.Context())
	if err != nil {
		return nil, nil, err
	}
	lang, scope := page.Lang(r.Context()), access.From(r.Context()).Scope
	indent := map[authority.Level]string{authority.City: "· ", authority.County: "· · "}
	var options []option
	names := map[ident.AuthorityID]string{}
	for _, a := range all {
		names[a.ID] = a.Name(lang)
		if a.Active && scope.Contains(a.Path) {
			options = append(options, option{string(a.ID), indent[a.Level] + a.Name(lang)})
		}
	}
	return options, names, nil
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) {
	q := accounts.ListQuery{Authority: ident.AuthorityID(r.URL.Query().Get("authority")), After: r.URL.Query().Get("after")}
	d := listData{Query: q}
	var err error
	if d.ListView, err = p.Accounts.List(r.Context(), q); err == nil {
		d.Authorities, d.Names, err = p.authorities(r)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/accounts", page.Data{Title: p.E.T(r, "account.staff"), Data: d})
}

// staffData is what the form of a colleague shows.
type staffData struct {
	Account     accounts.View
	New         bool
	Own         bool // nobody changes their own rights: show, do not offer
	Locked      bool
	Roles       []choice
	Authorities []option
}

func (p *Pages) staffData(r *http.Request, v accounts.View) (staffData, error) {
	d := staffData{Account: v, New: v.ID == "", Own: v.ID != "" && v.ID == access.From(r.Context()).Account, Locked: v.LockedUntil != nil}
	for _, role := range access.StaffRoles {
		d.Roles = append(d.Roles, choice{Value: string(role), Label: role.Name(page.Lang(r.Context())), Chosen: slices.Contains(v.Roles, role)})
	}
	var err error
	d.Authorities, _, err = p.authorities(r)
	return d, err
}

// staffForm shows the form, with what is wrong when refused is not nil.
func (p *Pages) staffForm(w http.ResponseWriter, r *http.Request, v accounts.View, refused error) {
	d, err := p.staffData(r, v)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	title := v.Name
	if d.New {
		title = p.E.T(r, "account.staff_new")
	}
	if refused != nil {
		p.refuse(w, r, refused, "bureau/account-edit", page.Data{Title: title, Data: d})
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/account-edit", page.Data{Title: title, Data: d})
}

func (p *Pages) newForm(w http.ResponseWriter, r *http.Request) {
	// Whoever may not list staff may not add any: refuse before the form.
	if _, err := p.Accounts.List(r.Context(), accounts.ListQuery{Limit: 1}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.staffForm(w, r, accounts.View{}, nil)
}

func (p *Pages) create(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.CreateStaffCommand
	err := page.Decode(w, r, &cmd)
	var made accounts.Created
	if err == nil {
		made, err = p.Accounts.CreateStaff(r.Context(), cmd)
	}
	if err != nil {
		p.staffForm(w, r, accounts.View{}, err)
		return
	}
	p.E.Render(w, r, http.StatusCreated, "bureau/account-password", page.Data{Title: p.E.T(r, "account.staff_made"), Data: made})
}

func (p *Pages) edit(w http.ResponseWriter, r *http.Request) {
	v, err := p.Accounts.Get(r.Context(), accounts.AccountCommand{ID: ident.AccountID(r.PathValue("id"))})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.staffForm(w, r, v, nil)
}

// versioned reads the version that the form was shown with.
func versioned(w http.ResponseWriter, r *http.Request) (context.Context, error) {
	var f struct {
		Version int64 `form:"version"`
	}
	err := page.Decode(w, r, &f)
	return page.WithVersion(r.Context(), f.Version), err
}

func (p *Pages) update(w http.ResponseWriter, r *http.Request) {
	cmd := accounts.UpdateStaffCommand{ID: ident.AccountID(r.PathValue("id"))}
	ctx, err := versioned(w, r)
	if err == nil {
		err = page.Decode(w, r, &cmd)
	}
	if err == nil {
		_, err = p.Accounts.UpdateStaff(ctx, cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/admin/accounts/"+string(cmd.ID), "flash.account_saved")
		return
	}
	v, readErr := p.Accounts.Get(r.Context(), accounts.AccountCommand{ID: cmd.ID})
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.staffForm(w, r, v, err)
}

// act runs a use-case that needs no more than the account.
func (p *Pages) act(do func(context.Context, accounts.AccountCommand) (accounts.View, error), flash string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, err := versioned(w, r)
		if err == nil {
			_, err = do(ctx, accounts.AccountCommand{ID: ident.AccountID(r.PathValue("id"))})
		}
		if err != nil {
			p.E.Fault(w, r, err)
			return
		}
		p.E.Done(w, r, "/desk/admin/accounts/"+r.PathValue("id"), flash)
	}
}

func (p *Pages) reset(w http.ResponseWriter, r *http.Request) {
	ctx, err := versioned(w, r)
	var made accounts.Created
	if err == nil {
		made, err = p.Accounts.Reset(ctx, accounts.AccountCommand{ID: ident.AccountID(r.PathValue("id"))})
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/account-password", page.Data{Title: p.E.T(r, "account.staff_reset"), Data: made})
}
