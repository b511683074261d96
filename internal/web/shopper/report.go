package shopper

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
)

// Reports takes what a shopper says about a badge; the badge slice's report
// use-case stands behind it.
type Reports struct {
	File  func(ctx context.Context, cmd badge.ReportCommand) (badge.ReportReceipt, error)
	Allow func(r *http.Request) bool // limits the reports from one address
}

func (h *Handler) reportPage(w http.ResponseWriter, r *http.Request, code string) {
	lang, elder := look(r)
	answer := h.badges.Scan(r.Context(), code)
	v := h.view(answer, code, lang, elder)
	status, promise := http.StatusOK, ""
	chosen := badge.ReportKind(r.URL.Query().Get("kind"))
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, 8<<10)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		chosen = badge.ReportKind(r.PostForm.Get("kind"))
		v.Note = r.PostForm.Get("note")
		promise = r.PostForm.Get("promise")
		switch {
		case !slices.Contains(badge.ReportKinds, chosen):
			v.Error, status = h.texts.T(lang, "scan.report_choose"), http.StatusUnprocessableEntity
		case chosen == badge.BrokenWord && promise == "":
			v.Error, status = h.texts.T(lang, "scan.promise_choose"), http.StatusUnprocessableEntity
		case !h.report.Allow(r):
			v.Error, status = h.texts.T(lang, "scan.report_busy"), http.StatusTooManyRequests
		default:
			receipt, err := h.report.File(access.With(r.Context(), access.Anonymous()),
				badge.ReportCommand{Code: code, Kind: chosen, Promise: promise, Note: v.Note})
			if err != nil {
				v.Error, status = fault.Lookup(fault.CodeOf(err)).Help(lang), http.StatusServiceUnavailable
				if f, ok := fault.As(err); ok && f.Code == fault.Invalid {
					v.Error, status = h.words(lang, f), http.StatusUnprocessableEntity
				}
			} else {
				v.Done, v.Reference = true, receipt.Reference
			}
		}
	}
	if chosen == badge.BrokenWord {
		v.Broken = v.Title != nil
		if v.Broken {
			for _, words := range v.Title.Promises {
				v.Kinds = append(v.Kinds, choice{Value: words, Label: words, Checked: words == promise})
			}
		}
		h.render(w, status, "report", v)
		return
	}
	for _, k := range badge.ReportKinds {
		if k == badge.BrokenWord {
			continue // asked for beside the promises
		}
		v.Kinds = append(v.Kinds, choice{Value: string(k), Label: h.texts.T(lang, "scan.report_"+string(k)), Checked: k == chosen})
	}
	h.render(w, status, "report", v)
}

// words says which rules a form broke; it has so few fields that the message
// itself names them.
func (h *Handler) words(lang string, f *fault.Fault) string {
	lines := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		lines[i] = httpapi.FieldMessage(h.texts, lang, field)
	}
	return strings.Join(lines, " ")
}

func (h *Handler) complainPage(w http.ResponseWriter, r *http.Request, code string) {
	lang, elder := look(r)
	h.render(w, http.StatusOK, "complain", h.view(h.badges.Scan(r.Context(), code), code, lang, elder))
}

func (h *Handler) render(w http.ResponseWriter, status int, name string, v view) {
	var b bytes.Buffer
	if err := h.tpl.ExecuteTemplate(&b, name, v); err != nil {
		http.Error(w, "unavailable", http.StatusInternalServerError)
		return
	}
	h.html(w, status, b.Bytes())
}
