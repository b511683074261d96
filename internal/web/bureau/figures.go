package bureau

import (
	"net/http"
	"strconv"

	"fangxin/internal/application"
	"fangxin/internal/web/page"
)

// figuresView shows how punctual offices were.
type figuresView struct {
	application.Figures
	Spans []page.Tab
}

func (p *Pages) figures(w http.ResponseWriter, r *http.Request) {
	days, err := strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil {
		days = 90
	}
	f, err := p.Applications.Figures(r.Context(), application.FiguresQuery{Days: days})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := figuresView{Figures: f}
	for _, n := range []int{30, 90, 365} {
		v.Spans = append(v.Spans, page.Tab{
			Href: "/desk/figures?days=" + strconv.Itoa(n), Label: p.E.T(r, "bureau.days_back", n), Current: n == days,
		})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/figures", page.Data{Title: p.E.T(r, "bureau.nav_figures"), Data: v})
}
