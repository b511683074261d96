package takeover

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/takeover"
	"fangxin/internal/web/page"
)

func (p *Pages) mine(w http.ResponseWriter, r *http.Request) {
	q := takeover.ListQuery{After: r.URL.Query().Get("after"), Limit: 30}
	result, err := p.Takeovers.List(r.Context(), q)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/takeovers", page.Data{Title: p.E.T(r, "takeover.mine"), Data: struct {
		Query takeover.ListQuery
		Page  takeover.Page
	}{q, result}})
}

// formView is the request: first the shop that is meant, then the rest.
type formView struct {
	Shop      string
	Found     *takeover.Found
	Operators []page.Option
	Evidence  []string // kept from a form that was refused
	Today     string
}

func (p *Pages) formData(r *http.Request, shop string) (page.Data, error) {
	v := &formView{Shop: strings.TrimSpace(shop), Today: calendar.DateOf(time.Now()).String()}
	d := page.Data{Title: p.E.T(r, "takeover.new"), Data: v}
	own, err := p.Merchants.Operators(r.Context(), merchant.ListQuery{Limit: 100})
	if err != nil {
		return d, err
	}
	for i, o := range own.Items {
		v.Operators = append(v.Operators, page.Option{Value: string(o.ID), Label: o.Name, Chosen: i == 0})
	}
	if v.Shop == "" {
		return d, nil
	}
	found, err := p.Takeovers.Find(r.Context(), takeover.FindQuery{Shop: v.Shop})
	if err == nil {
		v.Found = &found
	}
	return d, err
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request) {
	d, err := p.formData(r, r.URL.Query().Get("shop"))
	if err == nil {
		p.E.Render(w, r, http.StatusOK, "merchant/takeover-new", d)
		return
	}
	if d.Data.(*formView).Operators == nil || !p.E.Invalid(w, r, err, "merchant/takeover-new", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) file(w http.ResponseWriter, r *http.Request) {
	var cmd takeover.FileCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		cmd.Evidence = r.PostForm["keep"]
		var fresh []string
		fresh, err = p.uploads(r, "papers")
		cmd.Evidence = append(cmd.Evidence, fresh...)
	}
	if err == nil {
		var v takeover.View
		if v, err = p.Takeovers.File(r.Context(), cmd); err == nil {
			p.E.Done(w, r, "/my/takeovers/"+string(v.ID), "flash.takeover_filed")
			return
		}
	}
	d, _ := p.formData(r, r.PostFormValue("shop")) // what is wrong with the shop is said by err
	d.Data.(*formView).Evidence = cmd.Evidence
	if !p.E.Invalid(w, r, atPapers(err), "merchant/takeover-new", d) {
		p.E.Fault(w, r, err)
	}
}

// atPapers leads what is wrong with a file to the one field that takes them.
func atPapers(err error) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		if strings.HasPrefix(wrong.Pointer, "/evidence") {
			fields[i].Pointer = "/papers"
		}
	}
	return fault.OnFields(fields)
}

// uploads stores the papers that came with a form.
func (p *Pages) uploads(r *http.Request, field string) ([]string, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []string
	for _, h := range r.MultipartForm.File[field] {
		if h.Size == 0 {
			continue
		}
		f, err := h.Open()
		if err != nil {
			return out, err
		}
		data, err := io.ReadAll(io.LimitReader(f, blob.MaxPDFBytes+1))
		f.Close()
		if err != nil {
			return out, fault.Wrap(fault.MalformedRequest, err, "")
		}
		v, err := p.Files.Put(r.Context(), data)
		if f, ok := fault.As(err); ok && (f.Code == fault.UnsupportedMedia || f.Code == fault.TooLarge) {
			return out, fault.OnField("/"+field, "paper_unknown", "")
		}
		if err != nil {
			return out, err
		}
		out = append(out, v.SHA256)
	}
	return out, nil
}

// mineView is a takeover on either operator's phone.
type mineView struct {
	takeover.Detail
	Consent, Object, Retract bool
}

func (p *Pages) oneData(r *http.Request) (page.Data, error) {
	d, err := p.Takeovers.Get(r.Context(), ident.TakeoverID(r.PathValue("id")))
	has := func(a lifecycle.Action) bool { return slices.Contains(d.Actions, a) }
	return page.Data{Title: d.Holder, Data: mineView{d, has(lifecycle.Consent), has(lifecycle.Object), has(lifecycle.Retract)}}, err
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) {
	d, err := p.oneData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/takeover", d)
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Reason string `json:"reason"`
	}
	err := page.Decode(w, r, &in)
	id := ident.TakeoverID(r.PathValue("id"))
	if err == nil {
		switch lifecycle.Action(r.PathValue("action")) {
		case lifecycle.Consent:
			_, err = p.Takeovers.Consent(version(r), takeover.IDCommand{ID: id})
		case lifecycle.Object:
			_, err = p.Takeovers.Object(version(r), takeover.ReasonCommand{ID: id, Reason: in.Reason})
		case lifecycle.Retract:
			_, err = p.Takeovers.Retract(version(r), takeover.IDCommand{ID: id})
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/my/takeovers/"+string(id), "flash.takeover_moved")
		return
	}
	d, rerr := p.oneData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "merchant/takeover", d) {
		p.E.Fault(w, r, err)
	}
}
