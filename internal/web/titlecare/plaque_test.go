package titlecare_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"fangxin/internal/certificate"
	"fangxin/internal/testkit"
)

// A holder gives a title up; the plaque is asked for, not found, and what the
// officer wrote by mistake is not lost.
func TestAPlaqueIsAskedFor(t *testing.T) {
	s := newSite(t)
	v, _ := title(s)
	_, err := s.Certificates.Withdraw(testkit.As(s.People["merchant"]), certificate.StepCommand{ID: v.ID, Reason: "不再经营"})
	s.OK(err)
	list := s.As("county").Get("/desk/plaques", "好味店", "待收回")
	desk := regexp.MustCompile(`/desk/plaques/[0-9a-f-]{36}`).FindString(list)
	mine := strings.Replace(desk, "/desk/", "/my/", 1)
	s.As("merchant").Get(mine, "好味店", "待收回")
	for who, path := range map[string]string{"rival": mine, "far": desk, "merchant": desk} {
		if w := s.As(who).Send(path, nil); w.Code == http.StatusOK {
			t.Errorf("%s reads %s", who, path)
		}
	}
	form := s.As("county").Fields(s.Get(desk, "好味店"), desk+"/recover")
	form.Set("handed_by", "店主本人")
	form.Set("note", "牌匾完好")
	s.Refused(desk+"/recover", form, `value="店主本人"`, "牌匾完好") // a photo is the proof
	form.Set("on", "2031-01-01")
	s.Refused(desk+"/recover", form, `value="2031-01-01"`)
	form = s.Fields(s.Get(desk), desk+"/report_missing")
	s.Refused(desk+"/report_missing", form, "请填写")
	form.Set("note", "上门两次，店铺已搬空")
	s.Done(desk+"/report_missing", form)
	s.Get(desk, "未交回", "上门两次，店铺已搬空")
	s.Get("/desk/plaques?state=missing", "好味店")
	s.As("merchant").Get(mine, "未交回", "上门两次") // whom it is about reads why
}
