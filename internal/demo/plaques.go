package demo

import (
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/lifecycle"
	"fangxin/internal/plaque"
)

// plaques leaves the plaques of titles that ended as a county has them: one
// late, one handed in with a photo, one whose shop was just told.
func (s *seeder) plaques(present time.Time) error {
	county := s.people["county"]
	given, err := s.Plaques.List(county, plaque.ListQuery{State: lifecycle.Wanted, Limit: 50})
	if err != nil {
		return err
	}
	for _, p := range given.Items {
		if p.Cause != plaque.Withdrawn {
			continue
		}
		s.now = p.OpenedAt.Add(6 * day)
		photo, err := s.shopfront(county, "放心消费示范店")
		if err != nil {
			return err
		}
		_, err = s.Plaques.Recover(county, plaque.DoneCommand{
			ID: p.ID, On: calendar.DateOf(s.now).String(), HandedBy: "店长", Photo: photo, Note: "当面交回，牌匾完好。",
		})
		if err != nil {
			return err
		}
	}
	s.now = present.Add(-2 * day)
	titles, err := s.Certificates.List(s.people["neighbour2"], certificate.RegisterQuery{Standing: certificate.Standing(lifecycle.Active), Scheme: shopScheme, Limit: 5})
	if err != nil || len(titles.Items) == 0 {
		return err
	}
	_, err = s.Certificates.Withdraw(s.people["neighbour2"], certificate.StepCommand{ID: titles.Items[len(titles.Items)-1].ID, Reason: "店铺转让，不再经营。"})
	s.now = present
	return err
}
