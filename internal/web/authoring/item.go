package authoring

import (
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/web/page"
)

// optionForm is one row of the options.
type optionForm struct {
	ID     string `json:"id"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Points string `json:"points"`
	Fails  bool   `json:"fails"`
}

// itemFields are the fields of an item as the form names them; numbers are
// decimals as they were typed.
type itemFields struct {
	ID         string   `json:"id"`
	Zh         string   `json:"zh"`
	En         string   `json:"en"`
	Guide      twoTexts `json:"guide"`
	Basis      twoTexts `json:"basis"`
	Type       string   `json:"type"`
	Flag       string   `json:"flag"`
	Points     string   `json:"points"`
	Standing   string   `json:"standing"`
	Unverified bool     `json:"certainty"`
	Check      []string `json:"check"`
	Sources    string   `json:"sources"`
	Sectors    []string `json:"sectors"`
	Never      bool     `json:"na"`
	Evidence   []string `json:"evidence"`
	When       struct {
		Item string `json:"item"`
		Is   string `json:"is"`
	} `json:"when"`
	Step   string `json:"step"`
	PassAt string `json:"pass_at"`
	Range  struct {
		Unit    string `json:"unit"`
		Min     string `json:"min"`
		Max     string `json:"max"`
		PassMin string `json:"pass_min"`
		PassMax string `json:"pass_max"`
	} `json:"range"`
	Options []optionForm `json:"options"`
}

// numbers reads typed decimals and collects what is none.
type numbers struct{ wrong []fault.Field }

func (n *numbers) read(field, typed string) checklist.Points {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return 0
	}
	p, err := checklist.ParsePoints(typed)
	if err != nil {
		n.wrong = append(n.wrong, fault.Field{Pointer: "/" + field, Rule: "type_number"})
	}
	return p
}

func (n *numbers) optional(field, typed string) *checklist.Points {
	if strings.TrimSpace(typed) == "" {
		return nil
	}
	p := n.read(field, typed)
	return &p
}

// item makes the item of the fields. What belongs to another type is dropped.
func (f *itemFields) item() (checklist.Item, error) {
	var n numbers
	it := checklist.Item{
		ID: strings.ToUpper(f.ID), Text: checklist.Text{Zh: f.Zh, En: f.En}, Guide: f.Guide.text(), Type: checklist.Type(f.Type), Flag: checklist.Flag(f.Flag),
		Points: n.read("points", f.Points), Standing: f.Standing, NA: checklist.NAAllowed,
		Sources: strings.Fields(strings.NewReplacer(",", " ", "，", " ", "、", " ").Replace(strings.ToUpper(f.Sources))),
	}
	if f.Basis.Zh != "" || f.Basis.En != "" {
		t := f.Basis.text()
		it.Basis = &t
	}
	if f.Unverified {
		it.Certainty = checklist.KnownUnverified
	}
	if f.Never {
		it.NA = checklist.NANever
	}
	for _, c := range f.Check {
		it.Check = append(it.Check, checklist.Method(c))
	}
	if len(f.Sectors) > 0 {
		it.Sectors = f.Sectors
	}
	for _, e := range f.Evidence {
		kind, on, _ := strings.Cut(e, "/")
		it.Evidence = append(it.Evidence, checklist.Evidence{Kind: kind, On: on})
	}
	if f.When.Item != "" {
		it.When = &checklist.When{Item: f.When.Item, Is: strings.Fields(strings.NewReplacer(",", " ", "，", " ").Replace(f.When.Is))}
	}
	f.typed(&it, &n)
	if n.wrong != nil {
		return it, fault.OnFields(n.wrong)
	}
	return it, nil
}

// typed reads what belongs to the type of the item.
func (f *itemFields) typed(it *checklist.Item, n *numbers) {
	if it.Type == checklist.Graded {
		it.Step, it.PassAt = n.read("step", f.Step), n.read("pass_at", f.PassAt)
	}
	if r := f.Range; it.Type == checklist.Number {
		it.Range = &checklist.Range{
			Unit: r.Unit, Min: n.read("range.min", r.Min), Max: n.read("range.max", r.Max),
			PassMin: n.optional("range.pass_min", r.PassMin), PassMax: n.optional("range.pass_max", r.PassMax),
		}
	}
	if it.Type != checklist.Choice && it.Type != checklist.Graded {
		return
	}
	for _, o := range f.Options {
		if o.ID == "" && o.Zh == "" && o.En == "" {
			continue
		}
		it.Options = append(it.Options, checklist.Option{ID: strings.ToLower(o.ID), Text: checklist.Text{Zh: o.Zh, En: o.En}, Points: n.read("options", o.Points), Fails: o.Fails})
	}
}

// fieldsOf gives an item as the form shows it.
func fieldsOf(it *checklist.Item) itemFields {
	f := itemFields{
		ID: it.ID, Zh: it.Text.Zh, En: it.Text.En, Guide: twoTexts(it.Guide), Type: string(it.Type), Flag: string(it.Flag), Points: it.Points.String(),
		Standing: it.Standing, Unverified: it.Certainty != "", Sources: strings.Join(it.Sources, " "), Sectors: it.Sectors, Never: it.NA == checklist.NANever,
	}
	if it.Basis != nil {
		f.Basis = twoTexts(*it.Basis)
	}
	for _, c := range it.Check {
		f.Check = append(f.Check, string(c))
	}
	for _, e := range it.Evidence {
		f.Evidence = append(f.Evidence, e.Kind+"/"+e.On)
	}
	if it.When != nil {
		f.When.Item, f.When.Is = it.When.Item, strings.Join(it.When.Is, " ")
	}
	if it.Step > 0 {
		f.Step = it.Step.String()
	}
	if it.PassAt > 0 {
		f.PassAt = it.PassAt.String()
	}
	if r := it.Range; r != nil {
		f.Range.Unit, f.Range.Min, f.Range.Max = r.Unit, r.Min.String(), r.Max.String()
		if r.PassMin != nil {
			f.Range.PassMin = r.PassMin.String()
		}
		if r.PassMax != nil {
			f.Range.PassMax = r.PassMax.String()
		}
	}
	for _, o := range it.Options {
		f.Options = append(f.Options, optionForm{ID: o.ID, Zh: o.Text.Zh, En: o.Text.En, Points: o.Points.String(), Fails: o.Fails})
	}
	return f
}

// itemView is the page of one item.
type itemView struct {
	*moduleView
	Section                           *checklist.Section
	Item                              itemFields
	At                                string // id under which the item stands now
	Prev, Next                        string
	Types, Flags, Standings           []page.Option
	Checks, Proofs, InSectors, Before []page.Option
	Sources                           []page.Option
	Rows                              []optionForm // of options, with empty ones to fill in
}

func (p *Pages) itemForm(w http.ResponseWriter, r *http.Request) { p.itemPage(w, r, nil, nil) }

// itemPage shows the form of an item: as it is stored with what is wrong with
// it, or as it was typed with why it was refused.
func (p *Pages) itemPage(w http.ResponseWriter, r *http.Request, typed *itemFields, refused error) {
	mv, err := p.read(r, "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	id := r.PathValue("item")
	s, at := mv.Body.Find(id)
	if s == nil {
		p.E.NotFound(w, r)
		return
	}
	v := &itemView{moduleView: mv, Section: s, At: id, Item: fieldsOf(&s.Items[at])}
	if typed != nil {
		v.Item = *typed
	}
	v.Prev, v.Next = neighbours(&mv.Body, id)
	p.choices(r, v, &s.Items[at])
	d := page.Data{Title: id, Data: v}
	if refused != nil {
		if !p.E.Invalid(w, r, refused, "bureau/checklist-item", d) {
			p.E.Fault(w, r, refused)
		}
		return
	}
	d.Form = p.problemsOf(r, mv, id)
	p.E.Render(w, r, http.StatusOK, "bureau/checklist-item", d)
}

// problemsOf shows what is wrong with one part beside its fields.
func (p *Pages) problemsOf(r *http.Request, v *moduleView, where string) *page.Form {
	f := &page.Form{}
	for _, x := range v.Problems {
		if x.Where == where && v.Open {
			f.Errors = append(f.Errors, page.FieldError{Name: x.Field, Message: p.E.T(r, fieldKey(x.Field)) + "：" + x.Words(page.Lang(r.Context()))})
		}
	}
	if len(f.Errors) == 0 {
		return nil
	}
	return f
}

func neighbours(m *checklist.Module, id string) (prev, next string) {
	var all []string
	for _, s := range m.Sections {
		for _, it := range s.Items {
			all = append(all, it.ID)
		}
	}
	i := slices.Index(all, id)
	if i > 0 {
		prev = all[i-1]
	}
	if i+1 < len(all) {
		next = all[i+1]
	}
	return prev, next
}

func (p *Pages) saveItem(w http.ResponseWriter, r *http.Request) {
	var f itemFields
	err := page.Decode(w, r, &f)
	mv, gerr := p.read(r, "")
	if gerr != nil {
		p.E.Fault(w, r, gerr)
		return
	}
	id := r.PathValue("item")
	m := mv.Body.Clone()
	s, at := m.Find(id)
	if s == nil {
		p.E.NotFound(w, r)
		return
	}
	var it checklist.Item
	if err == nil {
		it, err = f.item()
	}
	if other, _ := m.Find(it.ID); err == nil && it.ID != id && other != nil {
		err = fault.OnField("/id", "taken_item", "")
	}
	if err == nil && it.ID == "" {
		err = fault.OnField("/id", "required", "")
	}
	var d = mv.Detail
	if err == nil {
		keepOrder(&it, &s.Items[at])
		s.Items[at] = it
		s.Items[at].ID = id
		m.Rename(id, it.ID)
		d, err = p.save(r, mv.Detail, m)
	}
	if err != nil {
		p.itemPage(w, r, &f, err)
		return
	}
	to := "/desk/checklists/" + string(d.ID)
	for _, x := range d.Problems {
		if x.Where == it.ID {
			p.E.Done(w, r, to+"/items/"+it.ID, "flash.module_saved_wrong")
			return
		}
	}
	if next := r.PostFormValue("then"); next != "" {
		if s, _ := d.Body.Find(next); s != nil {
			p.E.Done(w, r, to+"/items/"+next, "flash.module_saved")
			return
		}
	}
	p.E.Done(w, r, to+"#"+it.ID, "flash.module_saved")
}

// keepOrder leaves lists in their order where boxes were neither set nor
// cleared, so that saving without a change is none.
func keepOrder(it, was *checklist.Item) {
	it.Check = ordered(it.Check, was.Check)
	it.Sectors = ordered(it.Sectors, was.Sectors)
	it.Evidence = ordered(it.Evidence, was.Evidence)
}

func ordered[T comparable, L ~[]T](now, was L) L {
	if len(now) != len(was) {
		return now
	}
	for _, x := range now {
		if !slices.Contains(was, x) {
			return now
		}
	}
	return was
}
