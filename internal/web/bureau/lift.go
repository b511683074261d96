package bureau

import (
	"net/http"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
)

// passedAgain words the proposal to give a title back for whoever comes from
// the task that a passed re-inspection opened; "" for everybody else. The public
// reads these words, so they are Chinese like all reasons; the officer may
// change them, and another officer decides.
func (p *Pages) passedAgain(r *http.Request, d certificate.View, v *certificateView) string {
	id := ident.InspectionID(r.URL.Query().Get("after"))
	if id == "" || r.Method != http.MethodGet {
		return ""
	}
	visit, err := p.Inspections.Get(r.Context(), id)
	if err != nil || visit.Purpose != inspection.Reinspection || visit.Premises != d.Premises || visit.SubmittedAt == nil || !visit.InForce().Passed {
		return "" // a link that is not this title's opens nothing
	}
	v.Seen = id
	on := calendar.DateOf(*visit.SubmittedAt).String()
	return i18n.Shipped().T(i18n.Zh, "reinspect.lift_words", i18n.Date(i18n.Zh, on), visit.InForce().Score.String())
}
