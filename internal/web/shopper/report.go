package shopper

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/fault"
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
	status := http.StatusOK
	chosen := badge.ReportKind("")
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, 8<<10)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		chosen = badge.ReportKind(r.PostForm.Get("kind"))
		v.Note = r.PostForm.Get("note")
		switch {
		case !slices.Contains(badge.ReportKinds, chosen):
			v.Error, status = h.texts.T(lang, "scan.report_choose"), http.StatusUnprocessableEntity
		case !h.report.Allow(r):
			v.Error, status = h.texts.T(lang, "scan.report_busy"), http.StatusTooManyRequests
		default:
			receipt, err := h.report.File(access.With(r.Context(), access.Anonymous()),
				badge.ReportCommand{Code: code, Kind: chosen, Note: v.Note})
			if err != nil {
				v.Error, status = fault.Lookup(fault.CodeOf(err)).Help(lang), http.StatusServiceUnavailable
				if f, ok := fault.As(err); ok && f.Code == fault.Invalid {
					v.Error, status = f.Error(), http.StatusUnprocessableEntity
				}
			} else {
				v.Done, v.Reference = true, receipt.Reference
			}
		}
	}
	for _, k := range badge.ReportKinds {
		v.Kinds = append(v.Kinds, choice{Value: string(k), Label: h.texts.T(lang, "scan.report_"+string(k)), Checked: k == chosen})
	}
	h.render(w, status, "report", v)
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
