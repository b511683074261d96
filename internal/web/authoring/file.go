package authoring

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"fangxin/internal/checkfile"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/web/page"
)

// fileView is what became of an upload: errors, or what was not taken over.
type fileView struct {
	Errors, Remarks []fileLine
}

type fileLine struct{ Place, Text string }

func fileLines(list []checkfile.Remark, lang string) []fileLine {
	out := make([]fileLine, len(list))
	for i, r := range list {
		out[i] = fileLine{r.Place(lang), r.Words(lang)}
	}
	return out
}

// file gives a version as a spreadsheet.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) {
	f, err := p.Modules.File(r.Context(), module.FileQuery{ID: ident.ModuleID(r.PathValue("id")), Format: module.Format(r.URL.Query().Get("format"))})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.Name+`"`)
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(f.Body)))
	w.Write(f.Body) //nolint:errcheck // the client went away
}

// upload reads a file into the draft and shows what became of it.
func (p *Pages) upload(w http.ResponseWriter, r *http.Request) {
	var none struct{}
	err := page.Decode(w, r, &none)
	var content []byte
	if err == nil {
		content, err = chosen(r)
	}
	var done module.Imported
	if err == nil {
		done, err = p.Modules.Import(version(r), module.ImportCommand{ID: ident.ModuleID(r.PathValue("id")), Content: content, Lang: page.Lang(r.Context())})
	}
	lang := page.Lang(r.Context())
	var bad *checkfile.BadFile
	switch {
	case errors.As(err, &bad):
		p.renderFile(w, r, "file", err, &fileView{Errors: fileLines(bad.Remarks, lang)})
	case err != nil:
		p.render(w, r, "file", err)
	case len(done.Remarks) > 0:
		p.renderFile(w, r, "", nil, &fileView{Remarks: fileLines(done.Remarks, lang)})
	default:
		p.E.Done(w, r, "/desk/checklists/"+string(done.ID), "flash.module_imported")
	}
}

func chosen(r *http.Request) ([]byte, error) {
	f, _, err := r.FormFile("file")
	if err != nil {
		return nil, fault.OnField("/file", "required", "")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, module.MaxFile+1))
	if err == nil && len(content) == 0 {
		err = fault.OnField("/file", "required", "")
	}
	return content, err
}
