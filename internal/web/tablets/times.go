package tablets

import (
	"net/http"
	"strconv"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
	"fangxin/internal/tabular"
)

// timed is how long somebody was at an item, in words.
type timed struct {
	tablet.Spent
	Who  string
	Text checklist.Text // of the item, or of the section
}

// Clock is the time spent as minutes and seconds.
func (t timed) Clock() string {
	s := strconv.FormatInt(t.Seconds%60, 10)
	if len(s) < 2 {
		s = "0" + s
	}
	return strconv.FormatInt(t.Seconds/60, 10) + ":" + s
}

func timesOf(d inspection.Detail, trail tablet.Trail) []timed {
	text := map[[2]string]checklist.Text{}
	for _, s := range d.Sheet.Sections {
		text[[2]string{s.ID, ""}] = s.Title
		for _, it := range s.Items {
			text[[2]string{s.ID, it.ID}] = it.Text
		}
	}
	name := map[ident.AccountID]string{d.Lead: d.LeadName, d.Second: d.SecondName}
	out := make([]timed, len(trail.Spent))
	for i, s := range trail.Spent {
		out[i] = timed{s, name[s.By], text[[2]string{s.Section, s.Item}]}
	}
	return out
}

// times gives every event as a table: order, both clocks, who and where.
func (p *Pages) times(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	d, err := p.Inspections.Get(r.Context(), id)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	a, err := p.Tablets.Arrival(r.Context(), id)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	name := map[ident.AccountID]string{d.Lead: d.LeadName, d.Second: d.SecondName}
	rows := [][]string{{
		p.E.T(r, "tabdesk.author"), p.E.T(r, "tabdesk.tablet"), p.E.T(r, "tabdesk.order"), p.E.T(r, "tabdesk.event"), p.E.T(r, "tabdesk.section"),
		p.E.T(r, "tabdesk.item"), p.E.T(r, "tabdesk.at_device"), p.E.T(r, "tabdesk.at_server"), p.E.T(r, "tabdesk.follows"),
	}}
	const form = "2006-01-02T15:04:05.000Z07:00"
	for _, s := range a.Trail.Stretches {
		for i, e := range s.Steps {
			rows = append(rows, []string{
				name[s.By], s.Device, strconv.Itoa(s.From + i), p.E.T(r, "tabdesk.event_"+e.What), e.Section, e.Item,
				e.At.In(china).Format(form), s.ReceivedAt.In(china).Format(form), strconv.FormatBool(s.Follows),
			})
		}
	}
	b, err := tabular.CSV(rows)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="fangxin-times-`+string(id)+`.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b) //nolint:errcheck // the client went away
}

var china = time.FixedZone("CST", 8*3600)
