package demo

import (
	"time"

	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/rectify"
)

// upkeep leaves one title under rectification with its evidence waiting for
// the county, in a shop of a neighbour.
func (s *seeder) upkeep(present time.Time) error {
	for _, login := range []string{"neighbour1", "neighbour2", "neighbour3"} {
		titles, err := s.Certificates.List(s.people[login], certificate.RegisterQuery{Standing: certificate.Standing(lifecycle.Active), Limit: 5})
		if err != nil {
			return err
		}
		for _, t := range titles.Items {
			s.now = present.Add(-3 * day)
			v, err := s.Rectifications.Order(s.people["county"], rectify.OrderCommand{
				Certificate: t.ID, Reason: "日常检查发现两处不符合称号要求", Proof: rectify.Paper,
				Findings: []rectify.Found{{Text: "两种商品未明码标价"}, {Text: "退货约定张贴处被货架遮挡，顾客看不到"}},
			})
			if fault.Is(err, fault.NotFound) { // of another county
				continue
			}
			if err != nil {
				return err
			}
			s.now = present.Add(-30 * time.Hour)
			for n, note := range []string{"已补齐价签，每天开店前由店长核对一遍。", "货架已移开，退货约定改贴在收银台正面。"} {
				if v, err = s.Rectifications.Answer(s.people[login], rectify.AnswerCommand{ID: v.ID, N: n + 1, Note: note}); err != nil {
					return err
				}
			}
			_, err = s.Rectifications.Submit(s.people[login], rectify.IDCommand{ID: ident.RectificationID(v.ID)})
			return err
		}
	}
	return nil
}
