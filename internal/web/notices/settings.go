package notices

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"

	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/notify"
	"fangxin/internal/web/page"
)

type settingsView struct {
	notify.Settings
	Groups   []settingsGroup
	Langs    []page.Option
	DemoCode string
	CanMail  bool
	CanBind  bool
}

type settingsGroup struct {
	Key    string
	Events []notify.Choice
}

func (p *Pages) settingsData(r *http.Request, demoCode string) (page.Data, error) {
	s, err := p.Notices.Settings(r.Context())
	if err != nil {
		return page.Data{}, err
	}
	v := settingsView{Settings: s, DemoCode: demoCode, CanBind: p.Notices.WeChatURL("", "") != ""}
	for _, ch := range s.Channels {
		v.CanMail = v.CanMail || ch == notify.Email
	}
	for _, ev := range s.Events {
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Key != ev.Group {
			v.Groups = append(v.Groups, settingsGroup{Key: ev.Group})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Events = append(g.Events, ev)
	}
	for _, lang := range i18n.Langs {
		v.Langs = append(v.Langs, page.Option{Value: lang, Label: p.E.Texts().T(lang, "notify.this_language"), Chosen: lang == s.Lang})
	}
	return page.Data{Title: p.E.T(r, "notify.settings"), Data: &v}, nil
}

func (p *Pages) settings(w http.ResponseWriter, r *http.Request) {
	d, err := p.settingsData(r, "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "account/notifications", d)
}

// answer ends a form of the page.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, "/account/notifications", flash)
		return
	}
	d, derr := p.settingsData(r, "")
	if derr != nil || !p.E.Invalid(w, r, err, "account/notifications", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) set(w http.ResponseWriter, r *http.Request) {
	var cmd notify.SetCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Notices.Set(r.Context(), cmd)
	}
	p.answer(w, r, err, "flash.notices_set")
}

func (p *Pages) setEmail(w http.ResponseWriter, r *http.Request) {
	var cmd notify.EmailCommand
	err := page.Decode(w, r, &cmd)
	if err != nil {
		p.answer(w, r, err, "")
		return
	}
	v, err := p.Notices.SetEmail(r.Context(), cmd)
	if err != nil || v.DemoCode == "" {
		p.answer(w, r, err, "")
		return
	}
	d, err := p.settingsData(r, v.DemoCode)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "account/notifications", d)
}

func (p *Pages) confirmEmail(w http.ResponseWriter, r *http.Request) {
	var cmd notify.CodeCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Notices.ConfirmEmail(r.Context(), cmd)
	}
	p.answer(w, r, err, "flash.email_set")
}

func (p *Pages) removeEmail(w http.ResponseWriter, r *http.Request) {
	_, err := p.Notices.RemoveEmail(r.Context())
	p.answer(w, r, err, "flash.email_removed")
}

func (p *Pages) unbind(w http.ResponseWriter, r *http.Request) {
	_, err := p.Notices.UnbindWeChat(r.Context())
	p.answer(w, r, err, "flash.wechat_unbound")
}

// stateCookie remembers that the visitor who comes back from WeChat is the one
// who went there: a link of somebody else binds nothing.
const stateCookie = "fx_wechat"

func (p *Pages) bind(w http.ResponseWriter, r *http.Request) {
	state := rand.Text()
	to := p.Notices.WeChatURL("/account/notifications/wechat/back", state)
	if _, err := p.Notices.Settings(r.Context()); err != nil || to == "" {
		if err == nil {
			err = fault.New(fault.NotReady, "no_wechat")
		}
		p.E.Fault(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: stateCookie, Value: state, Path: "/account/notifications", MaxAge: 600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (p *Pages) bound(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie(stateCookie)
	http.SetCookie(w, &http.Cookie{Name: stateCookie, Path: "/account/notifications", MaxAge: -1})
	if err != nil || c.Value == "" || subtle.ConstantTimeCompare([]byte(c.Value), []byte(r.URL.Query().Get("state"))) != 1 {
		p.E.Fault(w, r, fault.New(fault.Conflict, "wechat_code"))
		return
	}
	if _, err := p.Notices.BindWeChat(r.Context(), notify.BindCommand{Code: r.URL.Query().Get("code")}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/account/notifications", "flash.wechat_bound")
}
