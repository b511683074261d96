package schemes

import (
	"net/http"
	"slices"

	"fangxin/internal/division"
	"fangxin/internal/lifecycle"
	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// titles is where everybody reads the rules of the titles.
const titles = "/titles"

type titlesView struct {
	Schemes []scheme.Scheme
	Halts   []haltLine
}

// haltLine is where no titles are or were issued, in words.
type haltLine struct {
	oversight.Halt
	Title, Place string
}

func (h haltLine) Running() bool { return h.State != lifecycle.Lifted }

// halts words the halts of a title, or of all of them.
func (p *Pages) halts(r *http.Request, list []scheme.Scheme, code string) ([]haltLine, error) {
	found, err := p.Halts(r.Context(), oversight.HaltQuery{All: true})
	var out []haltLine
	for _, h := range found {
		if code != "" && h.Scheme != "" && h.Scheme != code {
			continue
		}
		line := haltLine{Halt: h, Title: p.E.T(r, "oversight.every_title"), Place: division.Short(h.Area)}
		if i := slices.IndexFunc(list, func(s scheme.Scheme) bool { return s.Code == h.Scheme }); i >= 0 {
			line.Title = list[i].Title.In(page.Lang(r.Context()))
		}
		out = append(out, line)
	}
	return out, err
}

func (p *Pages) titles(w http.ResponseWriter, r *http.Request) {
	list, err := p.Schemes.List(r.Context())
	v := titlesView{Schemes: list}
	if err == nil {
		v.Halts, err = p.halts(r, list, "")
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/titles", page.Data{Title: p.E.T(r, "titles.title"), Data: v})
}

type rulesView struct {
	Code, Version string // Version is that in force; empty when there is none
	Offer         offer
	Past          []scheme.Past
	Halts         []haltLine
}

// rules shows what a title asks for today, and its versions.
func (p *Pages) rules(w http.ResponseWriter, r *http.Request) {
	v := rulesView{Code: r.PathValue("code")}
	past, err := p.Schemes.History(r.Context(), v.Code)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v.Past = past
	shown := past[0].Version // of a title that is no longer awarded, the last one
	if i := slices.IndexFunc(past, func(x scheme.Past) bool { return x.InForce }); i >= 0 {
		v.Version, shown = past[i].Version, past[i].Version
	}
	sch, err := p.Schemes.Get(r.Context(), scheme.Query{Code: v.Code, Version: shown})
	if err == nil {
		v.Offer = offer{Scheme: sch}
		v.Offer.Stops, v.Offer.Days = sch.Timed()
		if v.Offer.Figures, err = p.street(r, sch, 0); err == nil {
			v.Halts, err = p.halts(r, []scheme.Scheme{sch}, v.Code)
		}
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/title", page.Data{Title: sch.Title.In(page.Lang(r.Context())), Data: v})
}
