package merchant_test

import (
	"net/http"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/merchant"
	"fangxin/internal/testkit"
)

// A shop that cannot apply is offered no button: it reads why, on whose word
// and of which day, from when it may, and what to do; a form that is sent all
// the same is refused in the same words.
func TestWhoeverCannotApplyReadsWhy(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	at := "/my/apply?premises=" + string(shop.ID)
	if body := s.get(at, "开始申报"); strings.Contains(body, "目前不能申报") {
		t.Error("nothing speaks against it, and it reads otherwise")
	}
	_, err := s.shops.RecordFacts(testkit.As(testkit.Staff(access.CountyOfficer, county)), merchant.FactsCommand{
		ID: shop.Operator, Penalties: []merchant.Penalty{{Document: "洪市监罚〔2025〕7号", DecidedOn: "2025-11-20", Source: "处罚公示平台"}},
		Facts: merchant.Facts{Serious: &merchant.Fact{Value: "no", On: "2026-02-01", Source: "公示系统"}},
	})
	s.ok(err)
	body := s.get(at, "目前不能申报", "行政处罚记录", "处罚公示平台", "2026年11月20日起不再受此限制", "即可回到本页申报")
	section := body[strings.Index(body, `id="jx-model-shop"`):]
	if section = section[:strings.Index(section, "</section>")]; strings.Contains(section, "<button") {
		t.Error("the button is still there")
	}
	w := s.post("/my/apply", map[string][]string{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "行政处罚记录") {
		t.Errorf("sent all the same: %d", w.Code)
	}
	_, err = s.shops.RecordFacts(testkit.As(testkit.Staff(access.CountyOfficer, county)), merchant.FactsCommand{
		ID: shop.Operator, Penalties: []merchant.Penalty{}, Facts: merchant.Facts{Abnormal: &merchant.Fact{Value: "yes", On: "2026-02-01", Source: "公示系统"}},
	})
	s.ok(err)
	s.get(at, "截至 2026年2月1日 在经营异常名录中", "情况改变后")
}
