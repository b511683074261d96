package organiser

import (
	"net/http"

	"fangxin/internal/ident"
	"fangxin/internal/street"
	"fangxin/internal/web/page"
)

// nudgeView is the page of reminders.
type nudgeView struct {
	Street   street.View
	Members  []nudgeRow
	Sent     []street.Nudged
	Days     int // between two reminders
	Previews []street.Preview
	Words    string
	Silent   int // previewed shops that nobody answers for
	Reached  int // shops that are told
	Waiting  int // and those reminded lately
}

type nudgeRow struct {
	street.Keeping
	Chosen bool
}

// nudgeView collects the members; which of them are chosen at first follows
// from the question that led here: those without a title, those whose title
// ends soon, those with findings, those that could promise returns.
func (p *Pages) nudgeView(r *http.Request, chosen []ident.PremisesID) (nudgeView, error) {
	d, err := p.Streets.Desk(r.Context(), id(r))
	if err != nil {
		return nudgeView{}, err
	}
	v := nudgeView{Street: d.View, Days: d.Rules.NudgeDays.Value}
	if v.Sent, err = p.Streets.Nudges(r.Context(), d.ID); err != nil {
		return v, err
	}
	about := r.URL.Query().Get("about")
	for _, m := range d.Members {
		row := nudgeRow{Keeping: m}
		switch about {
		case "untitled":
			row.Chosen = m.Eligible && !m.Takes
		case "ending":
			row.Chosen = m.Soon()
		case "findings":
			row.Chosen = m.Findings > 0
		case "returns":
			row.Chosen = m.Eligible && m.CanReturn && !m.Promises
		}
		for _, c := range chosen {
			row.Chosen = row.Chosen || c == m.Premises
		}
		v.Members = append(v.Members, row)
	}
	v.Words = p.E.T(r, "street.words_"+known(about))
	return v, nil
}

func known(about string) string {
	switch about {
	case "untitled", "ending", "findings", "returns":
		return about
	}
	return "any"
}

func (p *Pages) nudge(w http.ResponseWriter, r *http.Request) {
	v, err := p.nudgeView(r, nil)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "organiser/nudge", p.E.T(r, "street.nudge"), v)
}

// preview shows who would be told, before anything is sent.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request) {
	var q street.NudgeQuery
	err := page.Decode(w, r, &q)
	q.Street, q.Lang = id(r), page.Lang(r.Context())
	var found []street.Preview
	if err == nil {
		found, err = p.Streets.PreviewNudge(r.Context(), q)
	}
	v, readErr := p.nudgeView(r, q.Premises)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	v.Words = q.Words
	if err != nil {
		p.refuse(w, r, err, "organiser/nudge", page.Data{Title: p.E.T(r, "street.nudge"), Data: v})
		return
	}
	v.Previews = found
	for _, x := range found {
		switch {
		case x.WaitFor != "":
			v.Waiting++
		case len(x.Copies) == 0:
			v.Silent++
		default:
			v.Reached++
		}
	}
	p.show(w, r, "organiser/nudge", p.E.T(r, "street.nudge"), v)
}

func (p *Pages) send(w http.ResponseWriter, r *http.Request) {
	var cmd street.NudgeCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = id(r)
	if err == nil {
		_, err = p.Streets.Nudge(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, to(cmd.Street, "/nudge"), "flash.street_nudged")
		return
	}
	v, readErr := p.nudgeView(r, cmd.Premises)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	v.Words = cmd.Words
	p.refuse(w, r, err, "organiser/nudge", page.Data{Title: p.E.T(r, "street.nudge"), Data: v})
}
