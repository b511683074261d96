package notices

import (
	"net/http"
	"slices"

	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/web/page"
)

type hooksView struct {
	Hooks  []notify.Hook
	Events []page.Option
}

type hookView struct {
	notify.Hook
	Events  []page.Option
	Secret  string // shown once
	History notify.History
	After   string
}

// events lists what a webhook can ask for; chosen are those it has.
func (p *Pages) events(r *http.Request, chosen []notify.Code) []page.Option {
	var out []page.Option
	for _, code := range notify.HookEvents() {
		out = append(out, page.Option{Value: string(code), Label: p.E.T(r, "notify."+string(code)+".name"), Hint: string(code), Chosen: slices.Contains(chosen, code)})
	}
	return out
}

func (p *Pages) hooksData(r *http.Request) (page.Data, error) {
	list, err := p.Notices.Hooks(r.Context())
	return page.Data{Title: p.E.T(r, "notify.webhooks"), Data: &hooksView{Hooks: list, Events: p.events(r, notify.HookEvents())}}, err
}

func (p *Pages) hooks(w http.ResponseWriter, r *http.Request) {
	d, err := p.hooksData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/webhooks", d)
}

func (p *Pages) createHook(w http.ResponseWriter, r *http.Request) {
	var cmd notify.HookCommand
	err := page.Decode(w, r, &cmd)
	var v notify.Hook
	if err == nil {
		v, err = p.Notices.CreateHook(r.Context(), cmd)
	}
	if err == nil {
		p.showHook(w, r, v.ID, v.Secret)
		return
	}
	d, derr := p.hooksData(r)
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/webhooks", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) hookData(r *http.Request, id ident.WebhookID, secret string) (page.Data, error) {
	h, err := p.Notices.GetHook(r.Context(), id)
	if err != nil {
		return page.Data{}, err
	}
	v := hookView{Hook: h, Events: p.events(r, h.Events), Secret: secret, After: r.URL.Query().Get("after")}
	v.History, err = p.Notices.History(r.Context(), notify.HistoryQuery{ID: id, Limit: 20, After: v.After})
	return page.Data{Title: h.Name, Data: &v}, err
}

// showHook shows a webhook, right after its making with the secret.
func (p *Pages) showHook(w http.ResponseWriter, r *http.Request, id ident.WebhookID, secret string) {
	d, err := p.hookData(r, id, secret)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/webhook", d)
}

func (p *Pages) hook(w http.ResponseWriter, r *http.Request) {
	p.showHook(w, r, ident.WebhookID(r.PathValue("id")), "")
}

func (p *Pages) updateHook(w http.ResponseWriter, r *http.Request) {
	id := ident.WebhookID(r.PathValue("id"))
	in := struct {
		notify.HookUpdate
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = id
	if err == nil {
		_, err = p.Notices.UpdateHook(page.WithVersion(r.Context(), max(in.Version, 1)), in.HookUpdate)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/webhooks/"+string(id), "flash.hook_saved")
		return
	}
	d, derr := p.hookData(r, id, "")
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/webhook", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) rotateHook(w http.ResponseWriter, r *http.Request) {
	v, err := p.Notices.RotateHook(r.Context(), notify.HookID{ID: ident.WebhookID(r.PathValue("id"))})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.showHook(w, r, v.ID, v.Secret)
}

func (p *Pages) testHook(w http.ResponseWriter, r *http.Request) {
	v, err := p.Notices.TestHook(r.Context(), notify.HookID{ID: ident.WebhookID(r.PathValue("id"))})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/webhooks/"+string(v.ID), "flash.hook_tested")
}
