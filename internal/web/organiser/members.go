package organiser

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/street"
	"fangxin/internal/web/page"
)

// addView is the page on which shops are found.
type addView struct {
	Street street.View
	Query  street.NearQuery
	Asked  bool
	Shops  []street.Near
	Listed *street.Listed
	Text   string // of the list that was tried, to be sent again
	File   string // its bytes in base64
	Name   string
}

func (p *Pages) addView(r *http.Request) (addView, error) {
	k, err := p.Streets.Get(r.Context(), id(r))
	if err != nil {
		return addView{}, err
	}
	q := r.URL.Query()
	v := addView{Street: k, Query: street.NearQuery{Street: k.ID, Name: q.Get("name"), Road: q.Get("road")}}
	v.Asked = v.Query.Name != "" || v.Query.Road != ""
	return v, nil
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) {
	v, err := p.addView(r)
	if err == nil && v.Asked {
		v.Shops, err = p.Streets.Near(r.Context(), v.Query)
	} else if err == nil {
		_, err = p.Streets.Desk(r.Context(), v.Street.ID) // its keepers only
	}
	if err != nil {
		p.refuse(w, r, asked(err), "organiser/add", page.Data{Title: p.E.T(r, "street.add"), Data: v})
		return
	}
	p.show(w, r, "organiser/add", p.E.T(r, "street.add"), v)
}

// asked moves what is wrong with a search to its own fields: another form of
// the page has fields of the same names.
func asked(err error) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i := range fields {
		fields[i].Pointer = "/q-" + fields[i].Pointer[strings.LastIndex(fields[i].Pointer, "/")+1:]
	}
	return fault.OnFields(fields)
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) {
	var cmd street.JoinCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = id(r)
	if err == nil {
		_, err = p.Streets.Join(r.Context(), cmd)
	}
	p.added(w, r, err, "flash.street_joined")
}

// added goes to the members, or shows the page of adding with what is wrong.
func (p *Pages) added(w http.ResponseWriter, r *http.Request, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, to(id(r), "#members"), flash)
		return
	}
	v, readErr := p.addView(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "organiser/add", page.Data{Title: p.E.T(r, "street.add"), Data: v})
}

func (p *Pages) outsider(w http.ResponseWriter, r *http.Request) {
	var cmd street.OutsiderCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = id(r)
	if err == nil {
		_, err = p.Streets.AddOutsider(r.Context(), cmd)
	}
	p.added(w, r, err, "flash.street_joined")
}

// listed is what the form of a list sends: first to try it, then to apply it.
type listed struct {
	Text   string `json:"text"`
	File   string `json:"file_base64"`
	Name   string `json:"file_name"`
	Apply  bool   `json:"apply"`
	Others bool   `json:"others"`
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) {
	var in listed
	err := page.Decode(w, r, &in)
	cmd := street.ListCommand{Street: id(r), Name: in.Name, Text: in.Text, Apply: in.Apply, Others: in.Others}
	if err == nil && in.File != "" {
		cmd.File, err = base64.StdEncoding.DecodeString(in.File)
	}
	if err == nil {
		var name string
		var data []byte
		if name, data, err = upload(r, "file"); data != nil {
			cmd.Name, cmd.File = name, data
		}
	}
	var out street.Listed
	if err == nil {
		out, err = p.Streets.ListShops(r.Context(), cmd)
	}
	if err != nil || out.Applied {
		p.added(w, r, err, "flash.street_joined")
		return
	}
	v, err := p.addView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v.Listed, v.Text, v.Name = &out, cmd.Text, cmd.Name
	if len(cmd.File) > 0 {
		v.File = base64.StdEncoding.EncodeToString(cmd.File)
	}
	p.show(w, r, "organiser/add", p.E.T(r, "street.add"), v)
}

func (p *Pages) leave(w http.ResponseWriter, r *http.Request) {
	var cmd street.LeaveCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = id(r)
	if err == nil {
		_, err = p.Streets.Leave(r.Context(), cmd)
	}
	p.done(w, r, err, "flash.street_left", "#members")
}

func (p *Pages) eligible(w http.ResponseWriter, r *http.Request) {
	var cmd street.EligibleCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = id(r)
	if err == nil {
		_, err = p.Streets.SetEligible(r.Context(), cmd)
	}
	p.done(w, r, err, "flash.street_saved", "#members")
}

func (p *Pages) gone(w http.ResponseWriter, r *http.Request) {
	var cmd street.GoneCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = id(r)
	if err == nil {
		_, err = p.Streets.RemoveOutsider(r.Context(), cmd)
	}
	p.done(w, r, err, "flash.street_left", "#outsiders")
}
