package merchant

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// province is where the programme runs.
const province = "360000"

// premisesView is the form of a shop.
type premisesView struct {
	Shop     merchant.PremisesView
	Operator merchant.OperatorView
	New      bool
	Lng, Lat string
	Datum    string
	Areas    []area
	Sectors  []page.Option
	Datums   []page.Option
	Today    string
}

// area is a city with its counties.
type area struct {
	Name     string
	Counties []page.Option
}

func areas() []area {
	var out []area
	for _, city := range division.Children(province) {
		a := area{Name: city.Name}
		for _, county := range division.Children(city.Code) {
			a.Counties = append(a.Counties, page.Option{Value: county.Code, Label: county.Name})
		}
		out = append(out, a)
	}
	return out
}

func (p *Pages) premisesView(r *http.Request, shop merchant.PremisesView) premisesView {
	v := premisesView{Shop: shop, Areas: areas(), Datum: string(merchant.GCJ02), Today: today()}
	lang := page.Lang(r.Context())
	for _, s := range sector.ForPremises() {
		o := page.Option{Value: string(s.Code), Label: s.Name(lang)}
		for _, have := range shop.Sectors {
			o.Chosen = o.Chosen || have == o.Value
		}
		v.Sectors = append(v.Sectors, o)
	}
	for _, d := range (merchant.Datum("")).Values() {
		v.Datums = append(v.Datums, page.Option{Value: d, Label: p.E.T(r, "datum."+d)})
	}
	if shop.Point != nil {
		v.Lng, v.Lat, v.Datum = degrees(shop.Point.Lng), degrees(shop.Point.Lat), string(shop.Point.Datum)
	}
	return v
}

func (p *Pages) newPremises(w http.ResponseWriter, r *http.Request) {
	o, err := p.Merchants.Operator(r.Context(), ident.OperatorID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := p.premisesView(r, merchant.PremisesView{})
	v.New, v.Operator = true, o
	p.show(w, r, "merchant/premises", p.E.T(r, "my.premises_new"), v)
}

// photo stores the storefront photo that came with a form and keeps its name
// in the form, so that it survives an error elsewhere.
func (p *Pages) photo(r *http.Request, into *string) error {
	files, err := p.uploads(r, "photo_file")
	if err != nil {
		return onField("/photo_file", err)
	}
	if len(files) > 0 {
		*into = files[0].SHA256
		r.PostForm.Set("photo", *into)
	}
	return nil
}

// onField puts what is wrong with a file beside the control that took it.
func onField(pointer string, err error) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	return fault.OnField(pointer, f.Fields[0].Rule, f.Fields[0].Param)
}

// nowhere takes back a place of which only the datum was sent.
func nowhere(r *http.Request, point **merchant.Point) {
	if strings.TrimSpace(r.PostFormValue("point.lng")+r.PostFormValue("point.lat")) == "" {
		*point = nil
	}
}

func (p *Pages) addPremises(w http.ResponseWriter, r *http.Request) {
	var cmd merchant.AddPremisesCommand
	err := page.Decode(w, r, &cmd)
	cmd.Operator = ident.OperatorID(r.PathValue("id"))
	if err == nil {
		nowhere(r, &cmd.Point)
		err = p.photo(r, &cmd.Photo)
	}
	var shop merchant.PremisesView
	if err == nil {
		shop, err = p.Merchants.AddPremises(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/my/apply?premises="+string(shop.ID), "flash.premises_added")
		return
	}
	o, readErr := p.Merchants.Operator(r.Context(), cmd.Operator)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	v := p.premisesView(r, merchant.PremisesView{Photo: cmd.Photo})
	v.New, v.Operator = true, o
	p.refuse(w, r, err, "merchant/premises", page.Data{Title: p.E.T(r, "my.premises_new"), Data: v})
}

func (p *Pages) premises(w http.ResponseWriter, r *http.Request) {
	shop, err := p.Merchants.Premises(r.Context(), ident.PremisesID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "merchant/premises", shop.Name, p.premisesView(r, shop))
}

func (p *Pages) updatePremises(w http.ResponseWriter, r *http.Request) {
	in := struct {
		merchant.UpdatePremisesCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.PremisesID(r.PathValue("id"))
	if err == nil {
		nowhere(r, &in.Point)
		err = p.photo(r, &in.Photo)
	}
	if err == nil {
		_, err = p.Merchants.UpdatePremises(page.WithVersion(r.Context(), in.Version), in.UpdatePremisesCommand)
	}
	p.premisesDone(w, r, in.ID, in.Photo, err, "flash.my_saved")
}

func (p *Pages) closePremises(w http.ResponseWriter, r *http.Request) {
	in := struct {
		merchant.ClosePremisesCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.PremisesID(r.PathValue("id"))
	if err == nil {
		_, err = p.Merchants.ClosePremises(page.WithVersion(r.Context(), in.Version), in.ClosePremisesCommand)
	}
	p.premisesDone(w, r, in.ID, "", err, "flash.premises_closed")
}

// premisesDone ends a change of a shop: photo is what was just stored.
func (p *Pages) premisesDone(w http.ResponseWriter, r *http.Request, id ident.PremisesID, photo string, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, "/my/premises/"+string(id), flash)
		return
	}
	shop, readErr := p.Merchants.Premises(r.Context(), id)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	if photo != "" {
		shop.Photo = photo
	}
	d := page.Data{Title: shop.Name, Data: p.premisesView(r, shop)}
	if r.PostForm.Has("closed_on") && r.PostForm.Get("name") == "" {
		// The other form on the page was not sent: it shows what is stored.
		d.Form = page.FormOf(r, p.E.Texts(), err)
		d.Form.Values = nil
		p.E.Render(w, r, httpapi.Status(fault.CodeOf(err)), "merchant/premises", d)
		return
	}
	p.refuse(w, r, err, "merchant/premises", d)
}

// degrees writes a coordinate as it was given.
func degrees(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func today() string { return calendar.DateOf(time.Now()).String() }
