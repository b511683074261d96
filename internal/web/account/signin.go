package account

import (
	"net/http"

	"fangxin/internal/access"
	accounts "fangxin/internal/account"
	"fangxin/internal/fault"
	"fangxin/internal/web/page"
)

// next is where the visitor wanted to go; only addresses of this site count.
type next struct {
	Next string `form:"next"`
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request) {
	p.E.Render(w, r, http.StatusOK, "account/sign-in", page.Data{
		Title: p.E.T(r, "account.sign_in"), Data: next{page.LocalPath(r.URL.Query().Get("next"), "")},
	})
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.SignInCommand
	var to next
	err := page.Decode(w, r, &cmd)
	if err == nil {
		err = page.Decode(w, r, &to)
	}
	to.Next = page.LocalPath(to.Next, "")
	var v accounts.SessionView
	if err == nil {
		v, err = p.Accounts.SignIn(r.Context(), cmd)
	}
	second := cmd.Password == "" && cmd.Code != "" && detail(err) != "second_step_over"
	switch {
	case err == nil:
		p.enter(w, r, v, to.Next)
	case fault.Is(err, fault.SecondFactor):
		p.E.Render(w, r, http.StatusOK, "account/code", page.Data{Title: p.E.T(r, "account.second_step"), Data: to})
	case second:
		p.refuse(w, r, err, "account/code", page.Data{Title: p.E.T(r, "account.second_step"), Data: to})
	default:
		p.refuse(w, r, err, "account/sign-in", page.Data{Title: p.E.T(r, "account.sign_in"), Data: to})
	}
}

// enter goes where the visitor wanted to, or where their work begins; first to
// the account when something must be set up there.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, v accounts.SessionView, to string) {
	home := "/my"
	if v.Account.Authority != "" {
		home = "/desk"
	}
	if v.Pending != "" {
		home, to = "/account", ""
	}
	http.Redirect(w, r, page.LocalPath(to, home), http.StatusSeeOther)
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) {
	if err := p.Accounts.SignOut(r.Context()); err != nil && !fault.Is(err, fault.Unauthenticated) {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/", "flash.signed_out")
}

// joinData is what the two pages of joining show.
type joinData struct {
	Next  string
	Phone string // as typed, for the second step
	Sent  accounts.CodeView
	As    []choice
}

// choice is one box or radio of a form.
type choice struct {
	Value, Label, Hint string
	Chosen             bool
}

func (p *Pages) joinForm(w http.ResponseWriter, r *http.Request) {
	p.E.Render(w, r, http.StatusOK, "account/join", page.Data{
		Title: p.E.T(r, "account.join"), Data: joinData{Next: page.LocalPath(r.URL.Query().Get("next"), "")},
	})
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.RequestCodeCommand
	var to next
	err := page.Decode(w, r, &cmd)
	if err == nil {
		err = page.Decode(w, r, &to)
	}
	d := joinData{Next: page.LocalPath(to.Next, ""), Phone: cmd.Phone}
	if err == nil {
		d.Sent, err = p.Accounts.RequestCode(r.Context(), cmd)
	}
	if err != nil {
		p.refuse(w, r, err, "account/join", page.Data{Title: p.E.T(r, "account.join"), Data: d})
		return
	}
	d.As = p.asChoices(r)
	p.E.Render(w, r, http.StatusOK, "account/join-code", page.Data{Title: p.E.T(r, "account.join_code"), Data: d})
}

func (p *Pages) asChoices(r *http.Request) []choice {
	lang := page.Lang(r.Context())
	return []choice{
		{Value: string(access.Merchant), Label: access.Merchant.Name(lang), Hint: p.E.T(r, "account.as_merchant"), Chosen: true},
		{Value: string(access.Organiser), Label: access.Organiser.Name(lang), Hint: p.E.T(r, "account.as_organiser")},
	}
}

func (p *Pages) verify(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.VerifyCodeCommand
	var to next
	err := page.Decode(w, r, &cmd)
	if err == nil {
		err = page.Decode(w, r, &to)
	}
	to.Next = page.LocalPath(to.Next, "")
	var v accounts.SessionView
	if err == nil {
		v, err = p.Accounts.VerifyCode(r.Context(), cmd)
	}
	if err != nil {
		p.refuse(w, r, err, "account/join-code", page.Data{
			Title: p.E.T(r, "account.join_code"), Data: joinData{Next: to.Next, Phone: cmd.Phone, As: p.asChoices(r)},
		})
		return
	}
	p.enter(w, r, v, to.Next)
}
