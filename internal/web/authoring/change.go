package authoring

import (
	"net/http"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/module"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// twoTexts is a wording in both languages as forms name it.
type twoTexts struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

func (t twoTexts) text() checklist.Text { return checklist.Text{Zh: t.Zh, En: t.En} }

type headForm struct {
	Label   string        `json:"label"`
	Title   twoTexts      `json:"title"`
	Note    twoTexts      `json:"note"`
	Sectors []sector.Code `json:"sectors"`
}

func (p *Pages) saveHead(w http.ResponseWriter, r *http.Request) {
	var f headForm
	err := page.Decode(w, r, &f)
	d, gerr := p.Modules.Get(r.Context(), ident.ModuleID(r.PathValue("id")))
	if gerr != nil {
		p.E.Fault(w, r, gerr)
		return
	}
	if err == nil {
		m := d.Body.Clone()
		m.Version, m.Title, m.Note, m.Sectors = f.Label, f.Title.text(), f.Note.text(), f.Sectors
		if len(f.Sectors) == 0 {
			m.Sectors = nil
		}
		_, err = p.save(r, d, m)
		err = rename(err, "/body/version", "/label")
	}
	if err != nil {
		p.render(w, r, "head", err)
		return
	}
	p.E.Done(w, r, "/desk/checklists/"+string(d.ID)+"#head", "flash.module_saved")
}

// rename moves what is wrong with a field of the command to that of the form.
func rename(err error, from, to string) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	for i := range f.Fields {
		if f.Fields[i].Pointer == from {
			f.Fields[i].Pointer = to
		}
	}
	return err
}

// arrange does one thing to the order of a module: the button names what and
// with which part.
func (p *Pages) arrange(w http.ResponseWriter, r *http.Request) {
	var f struct {
		Op string `json:"op"`
	}
	err := page.Decode(w, r, &f)
	d, gerr := p.Modules.Get(r.Context(), ident.ModuleID(r.PathValue("id")))
	if gerr != nil {
		p.E.Fault(w, r, gerr)
		return
	}
	to := "/desk/checklists/" + string(d.ID)
	if err == nil {
		m := d.Body.Clone()
		op, id, _ := strings.Cut(f.Op, " ")
		at, ok := apply(&m, op, id)
		if !ok {
			err = fault.New(fault.Conflict, "module_moved_on")
		} else {
			_, err = p.save(r, d, m)
		}
		switch {
		case op == "add":
			to += "/items/" + at
		case op == "add-section":
			to += "/sections/" + at
		case at != "":
			to += "#" + at
		}
	}
	if err != nil {
		p.render(w, r, "", err)
		return
	}
	p.E.Done(w, r, to, "flash.module_saved")
}

// apply does one operation and gives the id of the part to look at next.
func apply(m *checklist.Module, op, id string) (at string, ok bool) {
	switch op {
	case "up":
		return id, m.MoveItem(id, -1)
	case "down":
		return id, m.MoveItem(id, 1)
	case "copy":
		return m.Duplicate(id)
	case "remove":
		s, i := m.Find(id)
		if s != nil && i > 0 {
			at = s.Items[i-1].ID
		}
		return at, m.RemoveItem(id)
	case "add":
		return m.AddItem(id)
	case "section-up":
		return "s-" + id, m.MoveSection(id, -1)
	case "section-down":
		return "s-" + id, m.MoveSection(id, 1)
	case "section-remove":
		return "", m.RemoveSection(id)
	case "add-section":
		return m.AddSection(), true
	}
	return "", false
}

func (p *Pages) step(w http.ResponseWriter, r *http.Request) {
	p.stepOf(w, r, "/desk/checklists/", p.render)
}

// stepOf moves a version of either kind along; refuse shows its page with why
// it did not move.
func (p *Pages) stepOf(w http.ResponseWriter, r *http.Request, base string, refuse func(w http.ResponseWriter, r *http.Request, tried string, refused error)) {
	cmd := module.StepCommand{ID: ident.ModuleID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	action := r.PathValue("action")
	if err == nil {
		ctx := version(r)
		switch lifecycle.Action(action) {
		case lifecycle.ProposeModule:
			_, err = p.Modules.Propose(ctx, cmd)
		case lifecycle.PublishModule:
			_, err = p.Modules.Publish(ctx, cmd)
		case lifecycle.ReworkModule:
			_, err = p.Modules.Rework(ctx, cmd)
		case lifecycle.RetireModule:
			_, err = p.Modules.Retire(ctx, cmd)
		case lifecycle.DiscardModule:
			_, err = p.Modules.Discard(ctx, module.DiscardCommand{ID: cmd.ID})
		default:
			err = fault.New(fault.NotFound, "")
		}
	}
	if err != nil {
		refuse(w, r, action, err)
		return
	}
	to := base + string(cmd.ID)
	if action == string(lifecycle.DiscardModule) {
		to = "/desk/checklists"
	}
	p.E.Done(w, r, to, "flash.module_"+action)
}
