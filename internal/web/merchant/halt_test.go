package merchant_test

import (
	"strings"
	"testing"

	"fangxin/internal/oversight"
)

// Whoever applies where nothing is issued reads so before they begin and on
// their case; whoever applies elsewhere, or for another title, does not.
func TestHaltsStandWhereTheyBear(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	at := "/my/apply?premises=" + string(shop.ID)
	const words = "检查表有误，正在修订"
	for _, h := range []oversight.Halt{{Scheme: "return-pledge", Area: "360700", Note: words}, {Area: "360800", Note: words}} {
		s.halts = []oversight.Halt{h}
		if body := s.get(at); strings.Contains(body, words) {
			t.Errorf("the halt of %s in %s shows in %s", h.Scheme, h.Area, shop.Division)
		}
	}
	s.halts = []oversight.Halt{{Scheme: "jx-model-shop", Area: shop.Division[:4] + "00", Note: words}}
	s.get(at, words, "现在仍可申报")
	id := s.done("/my/apply", map[string][]string{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}})
	s.get(id, words, "恢复颁发后才能发证")
}
