package titlecare

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/blob"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/rectify"
	"fangxin/internal/web/page"
)

// mineView is an order on its holder's phone.
type mineView struct {
	rectify.View
	Open  bool // the holder may add evidence
	Shown int  // findings with evidence
	Tried int  // finding whose form was just refused
}

func (p *Pages) mineData(r *http.Request, tried int) (page.Data, error) {
	v, err := p.Rectifications.Get(r.Context(), ident.RectificationID(r.PathValue("id")))
	if err != nil {
		return page.Data{}, err
	}
	m := mineView{View: v, Open: slices.Contains(v.Actions, lifecycle.Submit), Tried: tried}
	for _, f := range v.Findings {
		if f.Shown() {
			m.Shown++
		}
	}
	return page.Data{Title: p.E.T(r, "rectify.title"), Data: m}, nil
}

func (p *Pages) mine(w http.ResponseWriter, r *http.Request) {
	d, err := p.mineData(r, 0)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/rectification", d)
}

// refuseMine shows the order again with what was typed.
func (p *Pages) refuseMine(w http.ResponseWriter, r *http.Request, tried int, err error) {
	d, rerr := p.mineData(r, tried)
	if rerr != nil || !p.E.Invalid(w, r, err, "merchant/rectification", d) {
		p.E.Fault(w, r, err)
	}
}

// answer stores the photos that came with the form of one finding, beside
// those that were kept.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.PathValue("n")) // an odd one is refused by the use-case
	var in struct {
		Note string `json:"note"`
	}
	err := page.Decode(w, r, &in)
	cmd := rectify.AnswerCommand{ID: ident.RectificationID(r.PathValue("id")), N: n, Note: strings.TrimSpace(in.Note)}
	if err == nil {
		cmd.Photos = r.PostForm["keep"]
		var fresh []string
		fresh, err = p.uploads(r, "photos")
		cmd.Photos = append(cmd.Photos, fresh...)
	}
	if err == nil {
		_, err = p.Rectifications.Answer(version(r), cmd)
	}
	if err != nil {
		p.refuseMine(w, r, n, err)
		return
	}
	p.E.Done(w, r, "/my/rectifications/"+string(cmd.ID)+"#finding-"+strconv.Itoa(n), "flash.evidence_saved")
}

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
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(f, blob.MaxPDFBytes+1))
		f.Close()
		if err != nil {
			return nil, fault.Wrap(fault.MalformedRequest, err, "")
		}
		v, err := p.Files.Put(r.Context(), data)
		if f, ok := fault.As(err); ok && f.Code == fault.UnsupportedMedia {
			return nil, fault.OnField("/photos", "photo_unknown", "")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v.SHA256)
	}
	return out, nil
}

func (p *Pages) submit(w http.ResponseWriter, r *http.Request) {
	var in struct{}
	err := page.Decode(w, r, &in)
	id := ident.RectificationID(r.PathValue("id"))
	if err == nil {
		_, err = p.Rectifications.Submit(version(r), rectify.IDCommand{ID: id})
	}
	if err != nil {
		p.refuseMine(w, r, 0, atFindings(err))
		return
	}
	p.E.Done(w, r, "/my/rectifications/"+string(id), "flash.evidence_sent")
}

// atFindings leads from "/findings/3" to the form of the third finding.
func atFindings(err error) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		if n, ok := strings.CutPrefix(wrong.Pointer, "/findings/"); ok {
			fields[i].Pointer = "/finding-" + n
		}
	}
	return fault.OnFields(fields)
}
