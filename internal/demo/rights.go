package demo

import (
	"time"

	"fangxin/internal/badge"
	"fangxin/internal/reply"
)

// rights lets the holder of the suspended title be heard: one reply stands on
// the badge, another one waits for the county.
func (s *seeder) rights(present time.Time) error {
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
