package merchant

import (
	"net/http"
	"strconv"

	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// documentsView is the page of the documents, kind by kind.
type documentsView struct {
	partView
	Kinds []kind
}

// kind is one document that the scheme asks for.
type kind struct {
	scheme.Item
	Files []application.Document
	Open  bool
	Mark  string
}

func (p *Pages) documentsData(w http.ResponseWriter, r *http.Request) (page.Data, bool) {
	part, _, ok := p.part(w, r, "documents")
	v := documentsView{partView: part}
	for _, it := range v.SchemeInfo.Documents {
		k := kind{Item: it, Open: open(v.Detail, "/documents/"+it.ID)}
		for _, f := range v.Documents {
			if f.Kind == it.ID {
				k.Files = append(k.Files, f)
			}
		}
		for _, c := range v.Corrections {
			if c.Pointer == "/documents/"+it.ID {
				k.Mark = c.Note
			}
		}
		v.Kinds = append(v.Kinds, k)
	}
	return page.Data{Title: p.E.T(r, "my.task_documents"), Data: v}, ok
}

func (p *Pages) documents(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.documentsData(w, r); ok {
		p.E.Render(w, r, http.StatusOK, "merchant/documents", d)
	}
}

// attach stores the files of one kind and puts each into the case.
func (p *Pages) attach(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Version int64  `json:"version"`
		Kind    string `json:"kind"`
	}
	err := page.Decode(w, r, &in)
	id := ident.ApplicationID(r.PathValue("id"))
	field := "file-" + in.Kind
	var files []upload
	if err == nil {
		files, err = p.uploads(r, field)
	}
	if err == nil && len(files) == 0 {
		err = fault.OnField("/"+field, "file_needed", "")
	}
	var v application.View
	version := in.Version
	for _, f := range files {
		if err != nil {
			break
		}
		v, err = p.Applications.Attach(page.WithVersion(r.Context(), version), application.AttachCommand{ID: id, Kind: in.Kind, SHA256: f.SHA256, Filename: f.Name})
		version = v.Version
	}
	p.saved(w, r, "/my/applications/"+string(id)+"/documents#"+in.Kind, v, onField("/"+field, err), func() (string, page.Data, bool) {
		d, ok := p.documentsData(w, r)
		return "merchant/documents", d, ok
	})
}

func (p *Pages) detach(w http.ResponseWriter, r *http.Request) {
	in := struct {
		application.DetachCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.ApplicationID(r.PathValue("id"))
	var v application.View
	if err == nil {
		v, err = p.Applications.Detach(page.WithVersion(r.Context(), in.Version), in.DetachCommand)
	}
	if auto(r) {
		autosaved(w, strconv.FormatInt(v.Version, 10), err)
		return
	}
	if err == nil {
		p.E.Done(w, r, "/my/applications/"+string(in.ID)+"/documents#"+in.Kind, "flash.file_removed")
		return
	}
	if d, ok := p.documentsData(w, r); ok {
		p.refuse(w, r, onField("/file-"+in.Kind, err), "merchant/documents", d)
	}
}
