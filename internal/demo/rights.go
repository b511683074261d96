package demo

import (
	"time"

	"fangxin/internal/appeal"
	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reinspect"
	"fangxin/internal/reply"
)

// rights lets holders and applicants be heard.
func (s *seeder) rights(present time.Time) error {
	if err := s.replies(present); err != nil {
		return err
	}
	if err := s.caseAppeal(present); err != nil {
		return err
	}
	// The holder has mended things and asks the county to look again.
	s.now = present.Add(-18 * time.Hour)
	_, err := s.Reinspections.File(s.people["merchant"], reinspect.FileCommand{
		Certificate: s.suspended, Mended: "1. 两笔争议退款已全部办结，附转账记录。\n2. 全体店员重新培训了退货承诺，考核合格。\n3. 收银台旁加贴了承诺内容和投诉电话。",
	})
	return err
}

// caseAppeal has the applicant of a refused case appeal; somebody at the city
// or above who had no hand in it has to decide.
func (s *seeder) caseAppeal(present time.Time) error {
	s.now = present.Add(-22 * time.Hour)
	for _, c := range s.index.Cases {
		if c.Noun != lifecycle.Application.Noun || c.State != string(lifecycle.Refused) {
			continue
		}
		for _, login := range []string{"merchant", "neighbour1", "neighbour2", "neighbour3"} {
			_, err := s.Appeals.File(s.people[login], appeal.FileCommand{
				Application: ident.ApplicationID(c.ID), Body: "处罚决定所列门店是同名的另一家店，统一社会信用代码不同，附上两份营业执照供核对。",
			})
			if !fault.Is(err, fault.NotFound) { // of another owner
				return err
			}
		}
	}
	return nil
}

// replies has the holder of the suspended title say something about it: one
// reply stands on the badge, another one waits for the county.
func (s *seeder) replies(present time.Time) error {
	owner := s.people["merchant"]
	s.now = present.Add(-6 * day)
	st, err := s.Replies.Standing(owner, s.suspended)
	if err != nil {
		return err
	}
	for _, res := range st.Results {
		cmd := reply.FileCommand{Certificate: s.suspended, Result: res.Ref, Body: "两笔退货均因外包装拆损产生争议，已于当日全额退款，并按承诺重新培训了店员。"}
		if res.About == badge.AboutInspection {
			cmd.Body = "核查当天收银系统升级，电子小票改为手写，现已恢复。"
			s.now = present.Add(-20 * time.Hour)
		}
		v, err := s.Replies.File(owner, cmd)
		if err != nil {
			return err
		}
		if res.About == badge.AboutInspection {
			continue // waits
		}
		s.now = present.Add(-5 * day)
		if _, err := s.Replies.Publish(s.people["county2"], reply.StepCommand{ID: v.ID}); err != nil {
			return err
		}
	}
	return nil
}
