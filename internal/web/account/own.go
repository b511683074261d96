package account

import (
	"html/template"
	"net/http"
	"strings"

	"fangxin/internal/access"
	accounts "fangxin/internal/account"
	"fangxin/internal/ident"
	"fangxin/internal/qr"
	"fangxin/internal/web/page"
)

// ownData is what the page of one's own account shows.
type ownData struct {
	accounts.SessionView
	Tokens   []accounts.TokenView
	Sessions []accounts.SessionEntry
	Scopes   []choice
	Staff    bool
}

// own reads what the page of the account shows. Whoever must set something up
// first sees neither tokens nor sessions until then.
func (p *Pages) own(r *http.Request) (ownData, error) {
	var d ownData
	var err error
	if d.SessionView, err = p.Accounts.Session(r.Context()); err != nil {
		return d, err
	}
	d.Staff = d.Account.Authority != ""
	if d.Pending != "" {
		return d, nil
	}
	if d.Tokens, err = p.Accounts.Tokens(r.Context()); err != nil {
		return d, err
	}
	for _, s := range accounts.Scopes(access.From(r.Context())) {
		d.Scopes = append(d.Scopes, choice{Value: s, Label: s})
	}
	d.Sessions, err = p.Accounts.Sessions(r.Context())
	return d, err
}

func (p *Pages) account(w http.ResponseWriter, r *http.Request) {
	d, err := p.own(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "account/account", page.Data{Title: p.E.T(r, "account.mine"), Data: d})
}

// again shows the account with what is wrong in one of its forms.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, err error) {
	d, readErr := p.own(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "account/account", page.Data{Title: p.E.T(r, "account.mine"), Data: d})
}

func (p *Pages) rename(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.RenameCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Accounts.Rename(r.Context(), cmd)
	}
	p.end(w, r, err, "flash.account_renamed")
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.ChangePasswordCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		err = p.Accounts.ChangePassword(r.Context(), cmd)
	}
	p.end(w, r, err, "flash.password_changed")
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request, err error, flash string) {
	if err != nil {
		p.again(w, r, err)
		return
	}
	p.E.Done(w, r, "/account", flash)
}

// enrolData shows the secret once; the second showing after a wrong code has
// none, and the app has it already.
type enrolData struct {
	Secret string
	QR     template.HTML
}

func (p *Pages) enrol(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.EnrolCommand
	err := page.Decode(w, r, &cmd)
	var e accounts.Enrolment
	if err == nil {
		e, err = p.Accounts.EnrolTOTP(r.Context(), cmd)
	}
	if err != nil {
		p.again(w, r, err)
		return
	}
	m, err := qr.Encode(e.URI, qr.M)
	var svg strings.Builder
	if err == nil {
		err = m.SVG(&svg, p.E.T(r, "account.totp_qr"))
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	// The drawing holds numbers and our own escaped words, nothing typed.
	p.E.Render(w, r, http.StatusOK, "account/totp", page.Data{
		Title: p.E.T(r, "account.totp"), Data: enrolData{Secret: e.Secret, QR: template.HTML(svg.String())}, //nolint:gosec // see above
	})
}

func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.ConfirmCommand
	err := page.Decode(w, r, &cmd)
	var codes accounts.RecoveryCodes
	if err == nil {
		codes, err = p.Accounts.ConfirmTOTP(r.Context(), cmd)
	}
	if err != nil {
		p.refuse(w, r, err, "account/totp", page.Data{Title: p.E.T(r, "account.totp"), Data: enrolData{}})
		return
	}
	p.E.Render(w, r, http.StatusOK, "account/recovery", page.Data{Title: p.E.T(r, "account.recovery"), Data: codes})
}

func (p *Pages) createToken(w http.ResponseWriter, r *http.Request) {
	var cmd accounts.CreateTokenCommand
	err := page.Decode(w, r, &cmd)
	var v accounts.TokenView
	if err == nil {
		v, err = p.Accounts.CreateToken(r.Context(), cmd)
	}
	if err != nil {
		p.again(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusCreated, "account/token", page.Data{Title: p.E.T(r, "account.token_made"), Data: v})
}

func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request) {
	p.end(w, r, p.Accounts.RevokeToken(r.Context(), accounts.RevokeTokenCommand{ID: ident.TokenID(r.PathValue("id"))}), "flash.token_revoked")
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) {
	p.end(w, r, p.Accounts.EndSession(r.Context(), accounts.EndSessionCommand{ID: r.PathValue("id")}), "flash.session_ended")
}
