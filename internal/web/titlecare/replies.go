package titlecare

import (
	"net/http"
	"slices"

	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reply"
	"fangxin/internal/web/page"
)

// repliesView is what a holder may reply to.
type repliesView struct {
	reply.Standing
	Options []page.Option
	Chosen  string // the result that scans show now, as the form proposes
	Max     int
}

func (p *Pages) repliesData(r *http.Request) (page.Data, error) {
	st, err := p.Replies.Standing(r.Context(), ident.CertificateID(r.PathValue("id")))
	v := repliesView{Standing: st, Max: reply.MaxLength}
	lang := page.Lang(r.Context())
	for _, res := range st.Results {
		if res.Waiting != nil {
			continue
		}
		label := p.E.T(r, "reply.about_inspection")
		if res.About == badge.AboutDecision {
			if step, ok := lifecycle.Certificate.Step(res.Action); ok {
				label = step.Label(lang)
			}
		}
		label += " · " + i18n.Date(lang, res.On.String())
		v.Options = append(v.Options, page.Option{Value: res.Ref, Label: label})
		if v.Chosen == "" && res.Shown {
			v.Chosen = res.Ref
		}
	}
	return page.Data{Title: p.E.T(r, "reply.title"), Data: v}, err
}

func (p *Pages) replies(w http.ResponseWriter, r *http.Request) {
	d, err := p.repliesData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/replies", d)
}

func (p *Pages) fileReply(w http.ResponseWriter, r *http.Request) {
	var cmd reply.FileCommand
	err := page.Decode(w, r, &cmd)
	cmd.Certificate = ident.CertificateID(r.PathValue("id"))
	if err == nil {
		if _, err = p.Replies.File(r.Context(), cmd); err == nil {
			p.E.Done(w, r, "/my/certificates/"+string(cmd.Certificate)+"/replies", "flash.reply_filed")
			return
		}
	}
	p.refuseReply(w, r, err)
}

func (p *Pages) refuseReply(w http.ResponseWriter, r *http.Request, err error) {
	d, rerr := p.repliesData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "merchant/replies", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) retractReply(w http.ResponseWriter, r *http.Request) {
	var in struct{}
	err := page.Decode(w, r, &in)
	if err == nil {
		_, err = p.Replies.Retract(version(r), reply.StepCommand{ID: ident.ReplyID(r.PathValue("reply"))})
	}
	if err != nil {
		p.refuseReply(w, r, err)
		return
	}
	p.E.Done(w, r, "/my/certificates/"+r.PathValue("id")+"/replies", "flash.reply_retracted")
}

func (p *Pages) deskReplies(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := reply.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	if query.State == "" {
		query.State = lifecycle.Filed
	}
	result, err := p.Replies.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	var tabs []page.Tab
	for _, s := range lifecycle.Reply.States {
		tabs = append(tabs, page.Tab{Href: "/desk/replies?state=" + string(s.State), Label: lifecycle.Reply.Label(s.State, page.Lang(r.Context())), Current: query.State == s.State})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/replies", page.Data{Title: p.E.T(r, "reply.nav"), Data: struct {
		Tabs  []page.Tab
		Query reply.ListQuery
		Page  reply.Page
	}{tabs, query, result}})
}

// replyView is a reply on an officer's desk.
type replyView struct {
	reply.View
	Publish bool
	Keep    string // refuse or take_down, "" when neither may be done
}

func (p *Pages) replyData(r *http.Request) (page.Data, error) {
	v, err := p.Replies.Get(r.Context(), ident.ReplyID(r.PathValue("id")))
	has := func(a lifecycle.Action) bool { return slices.Contains(v.Actions, a) }
	d := replyView{View: v, Publish: has(lifecycle.Publish)}
	for _, a := range []lifecycle.Action{lifecycle.Refuse, lifecycle.TakeDown} {
		if has(a) {
			d.Keep = string(a)
		}
	}
	return page.Data{Title: v.Holder, Data: d}, err
}

func (p *Pages) deskReply(w http.ResponseWriter, r *http.Request) {
	d, err := p.replyData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/reply", d)
}

func (p *Pages) stepReply(w http.ResponseWriter, r *http.Request) {
	cmd := reply.ReasonCommand{ID: ident.ReplyID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		switch lifecycle.Action(r.PathValue("action")) {
		case lifecycle.Publish:
			_, err = p.Replies.Publish(version(r), reply.StepCommand{ID: cmd.ID})
		case lifecycle.Refuse:
			_, err = p.Replies.Refuse(version(r), cmd)
		case lifecycle.TakeDown:
			_, err = p.Replies.TakeDown(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/replies/"+string(cmd.ID), "flash.reply_moved")
		return
	}
	d, rerr := p.replyData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "bureau/reply", d) {
		p.E.Fault(w, r, err)
	}
}
