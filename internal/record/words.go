package record

import (
	"fmt"
	"io"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
)

// Write says in Chinese or English what of an exported file holds.
func (r Report) Write(w io.Writer, lang string) error {
	t := func(key string, args ...any) string { return i18n.Shipped().T(lang, "record."+key, args...) }
	p := printer{w: w}
	if r.Inspection != "" {
		p.line(t("report.head", string(r.Inspection), r.Holder))
	}
	for _, l := range r.Chain {
		p.line("")
		p.line(t("report."+string(l.Kind), l.N, l.At.In(ident.Beijing).Format(time.DateTime)))
		p.line("   " + l.Seal)
		switch {
		case l.Result != nil:
			p.line("   " + t("report.result", l.Result.Score.String(), outcome(t, *l.Result)))
		case l.Verdict != nil && l.Verdict.Accepted:
			p.line("   " + t("report.accepted"))
		case l.Verdict != nil:
			p.line("   " + t("report.declined"))
		}
		for _, f := range r.Findings {
			if f.N == l.N {
				p.finding(f, t)
			}
		}
	}
	p.line("")
	for _, f := range r.Findings {
		if f.N == 0 || f.N > len(r.Chain) {
			p.finding(f, t)
		}
	}
	p.line("")
	if r.Amended != nil {
		p.line(t("report.amended", r.Original.Score.String(), outcome(t, r.Original), r.Amended.Score.String(), outcome(t, *r.Amended)))
	}
	if r.OK() {
		p.line(t("report.ok"))
	} else {
		p.line(t("report.bad"))
	}
	return p.err
}

func outcome(t func(string, ...any) string, r checklist.Result) string {
	if r.Passed {
		return t("passed")
	}
	return t("not_passed")
}

var signs = map[Outcome]string{Holds: "✓", Broken: "✗", Unchecked: "–"}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, s)
	}
}

func (p *printer) finding(f Finding, t func(string, ...any) string) {
	p.line("   " + signs[f.Outcome] + " " + t("audit."+string(f.Check)+"."+string(f.Outcome), f.What))
}
