package app

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/usecase"
	"fangxin/internal/web/page"
)

// operation is one line of the API reference.
type operation struct {
	Method, Path, Summary, Detail, Tag, Usecase string
	Token                                       bool
	Params                                      []param
	Body                                        []param
	Statuses                                    []string
}

type param struct {
	Name, In, Type, Doc string
	Required            bool
}

// mountDocs serves the reference, which needs no network and no script, the
// specification it is made from, and a page for each problem.
func (a *App) mountDocs(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/docs", func(w http.ResponseWriter, r *http.Request) {
		a.Pages.Render(w, r, http.StatusOK, "public/api", page.Data{Title: a.Pages.T(r, "page.nav_api"), Data: struct {
			Version    string
			Operations []operation
			Problems   []fault.Entry
		}{httpapi.Version, a.operations(), fault.Catalogue}})
	})
	mux.HandleFunc("GET /api/openapi.yaml", func(w http.ResponseWriter, r *http.Request) {
		spec, err := a.spec()
		if err != nil {
			httpapi.Write(w, r, i18n.Shipped(), err)
			return
		}
		w.Header().Set("Content-Type", "application/yaml")
		w.Header().Set("Cache-Control", "no-cache")
		w.Write(spec) //nolint:errcheck // the client went away
	})
	mux.HandleFunc("GET "+httpapi.ProblemBase+"{code}", func(w http.ResponseWriter, r *http.Request) {
		code := fault.Code(r.PathValue("code"))
		i := slices.IndexFunc(fault.Catalogue, func(e fault.Entry) bool { return e.Code == code })
		if i < 0 {
			a.Pages.NotFound(w, r)
			return
		}
		a.Pages.Render(w, r, http.StatusOK, "public/problem", page.Data{Title: fault.Catalogue[i].Title(page.Lang(r.Context())), Data: struct {
			fault.Entry
			Status int
		}{fault.Catalogue[i], httpapi.Status(code)}})
	})
}

// operations reads the reference out of the specification.
func (a *App) operations() []operation {
	spec := a.API.OpenAPI()
	var out []operation
	for path, item := range spec.Paths {
		for method, op := range map[string]*httpapi.SpecOperation{
			"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete,
		} {
			if op == nil {
				continue
			}
			o := operation{Method: method, Path: path, Summary: op.Summary, Detail: op.Description, Tag: strings.Join(op.Tags, ", "), Usecase: op.OperationID, Token: len(op.Security) > 0}
			for _, p := range op.Parameters {
				o.Params = append(o.Params, param{Name: p.Name, In: p.In, Type: httpapi.TypeName(p.Schema), Doc: p.Description, Required: p.Required})
			}
			if op.RequestBody != nil {
				for _, field := range httpapi.BodyFields(spec, op) {
					o.Body = append(o.Body, param{Name: field.Name, Type: field.Type, Doc: field.Doc, Required: field.Required})
				}
			}
			for status := range op.Responses {
				o.Statuses = append(o.Statuses, status)
			}
			slices.Sort(o.Statuses)
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(x, y operation) int {
		return strings.Compare(x.Tag+x.Path+x.Method, y.Tag+y.Path+y.Method)
	})
	return out
}

// Generated lists the files under openapi/ with what they should hold.
func (a *App) Generated() (map[string][]byte, error) {
	var lifecycles, problems strings.Builder
	if err := lifecycle.WriteMarkdown(&lifecycles, lifecycle.Machines()); err != nil {
		return nil, err
	}
	problems.WriteString("# Problems\n\nGenerated from `internal/fault` by `make gen`; do not edit.\n\n" +
		"Every refusal of the API is `application/problem+json` (RFC 9457). Its `type` is `" + httpapi.ProblemBase +
		"CODE`; the code is also in `code`, and `errors` names each value that needs changing.\n\n| code | status | 中文 | English | what to do |\n|---|---|---|---|---|\n")
	for _, e := range fault.Catalogue {
		fmt.Fprintf(&problems, "| `%s` | %d | %s | %s | %s |\n", e.Code, httpapi.Status(e.Code), e.TitleZh, e.TitleEn, e.HelpEn)
	}
	var cases strings.Builder
	cases.WriteString("# Use-cases\n\nGenerated from the declarations by `make gen`; do not edit.\n\n| use-case | who | API | page | otherwise because |\n|---|---|---|---|---|\n")
	for _, d := range usecase.Defs() {
		var who []string
		for _, r := range d.Allow {
			who = append(who, r.Name("en"))
		}
		if len(who) > 9 {
			who = []string{"everybody"}
		}
		why := d.NoAPI
		if why == "" {
			why = d.NoPage
		}
		fmt.Fprintf(&cases, "| `%s` | %s | %s | %s | %s |\n", d.Name, strings.Join(who, ", "), d.Mounted("api"), d.Mounted("page"), why)
	}
	spec, err := a.spec()
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"notices.md": []byte(notify.Markdown(i18n.Shipped())), "openapi.yaml": spec, "lifecycles.md": []byte(lifecycles.String()),
		"problems.md": []byte(problems.String()), "usecases.md": []byte(cases.String()),
	}, nil
}
