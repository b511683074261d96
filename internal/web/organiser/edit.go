package organiser

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/blob"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/street"
	"fangxin/internal/web/page"
)

// editView is the form of a street.
type editView struct {
	Street    street.View
	New       bool
	Operators []page.Option
	Areas     []area
}

type area struct {
	Name     string
	Counties []page.Option
}

// province is where the programme runs.
const province = "360000"

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

func (p *Pages) editData(r *http.Request, v editView) (page.Data, error) {
	title := v.Street.Name
	if v.New {
		title = p.E.T(r, "street.register")
		v.Areas = areas()
		ops, err := p.Merchants.Operators(r.Context(), merchant.ListQuery{Limit: 50})
		if err != nil {
			return page.Data{}, err
		}
		for _, o := range ops.Items {
			v.Operators = append(v.Operators, page.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return page.Data{Title: title, Data: v}, nil
}

func (p *Pages) newStreet(w http.ResponseWriter, r *http.Request) {
	d, err := p.editData(r, editView{New: true})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "organiser/edit", d)
}

func (p *Pages) edit(w http.ResponseWriter, r *http.Request) {
	k, err := p.Streets.Desk(r.Context(), id(r))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "organiser/edit", k.Name, editView{Street: k.View})
}

// filled is what the form of a street sends. The boundary is drawn on its own
// page.
type filled struct {
	Operator string `json:"operator"`
	Division string `json:"division"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Phone    string `json:"phone"`
	Photo    string `json:"photo"`
	Station  string `json:"station"`
	Version  int64  `json:"version"`
}

func (f filled) about(now street.View) street.About {
	return street.About{Name: f.Name, Address: f.Address, Phone: f.Phone, Photo: f.Photo, Station: f.Station, Boundary: now.Boundary, Datum: now.Datum}
}

func (p *Pages) register(w http.ResponseWriter, r *http.Request) {
	var f filled
	err := p.decode(w, r, &f)
	var v street.View
	if err == nil {
		v, err = p.Streets.Register(r.Context(), street.RegisterCommand{Operator: ident.OperatorID(f.Operator), Division: f.Division, About: f.about(street.View{})})
	}
	if err == nil {
		p.E.Done(w, r, to(v.ID, "/map"), "flash.street_registered")
		return
	}
	d, readErr := p.editData(r, editView{New: true, Street: street.View{Photo: f.Photo}})
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "organiser/edit", d)
}

func (p *Pages) update(w http.ResponseWriter, r *http.Request) {
	k, err := p.Streets.Desk(r.Context(), id(r))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	var f filled
	if err = p.decode(w, r, &f); err == nil {
		_, err = p.Streets.Update(page.WithVersion(r.Context(), f.Version), street.UpdateCommand{ID: k.ID, About: f.about(k.View)})
	}
	if err == nil {
		p.E.Done(w, r, to(k.ID, ""), "flash.street_saved")
		return
	}
	k.View.Photo = f.Photo
	p.refuse(w, r, err, "organiser/edit", page.Data{Title: k.Name, Data: editView{Street: k.View}})
}

// decode reads the form and stores the photo that came with it.
func (p *Pages) decode(w http.ResponseWriter, r *http.Request, f *filled) error {
	if err := page.Decode(w, r, f); err != nil {
		return err
	}
	_, data, err := upload(r, "photo_file")
	if err != nil || data == nil {
		return err
	}
	v, err := p.Files.Put(r.Context(), data)
	if err != nil {
		return err
	}
	f.Photo = v.SHA256
	r.PostForm.Set("photo", v.SHA256)
	return nil
}

// upload reads the file of a field; nil without one.
func upload(r *http.Request, field string) (name string, data []byte, err error) {
	if r.MultipartForm == nil {
		return "", nil, nil
	}
	for _, h := range r.MultipartForm.File[field] {
		if h.Size == 0 {
			continue
		}
		f, err := h.Open()
		if err != nil {
			return "", nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, blob.MaxPDFBytes+1))
		return h.Filename, data, err
	}
	return "", nil, nil
}

// corners reads a boundary as people write it: a corner on a line, degrees
// east and north between comma or space.
func corners(text string) ([]geo.Point, error) {
	var ring []geo.Point
	for n, line := range strings.Split(text, "\n") {
		cells := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",，;； \t\r", r) })
		if len(cells) == 0 {
			continue
		}
		if len(cells) != 2 {
			return nil, fault.OnField("/corners", "corner", strconv.Itoa(n+1))
		}
		var p geo.Point
		for k := range 2 {
			f, err := strconv.ParseFloat(cells[k], 64)
			if err != nil {
				return nil, fault.OnField("/corners", "corner", strconv.Itoa(n+1)).Because(err)
			}
			p[k] = f
		}
		ring = append(ring, p)
	}
	return ring, nil
}

// lines writes a boundary as corners reads it.
func lines(ring []geo.Point) string {
	out := make([]string, len(ring))
	for i, p := range ring {
		out[i] = strconv.FormatFloat(p[0], 'f', 6, 64) + ", " + strconv.FormatFloat(p[1], 'f', 6, 64)
	}
	return strings.Join(out, "\n")
}
