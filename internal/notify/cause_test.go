package notify_test

import (
	"testing"

	"fangxin/internal/i18n"
	"fangxin/internal/notify"
)

func TestCausesHaveWords(t *testing.T) {
	for _, word := range notify.Causes {
		if !i18n.Shipped().Has("notify.cause_" + word) {
			t.Errorf("no words for %s", word)
		}
	}
	for reason, want := range map[string][2]string{
		"recipient_550": {"recipient", "550"}, "http_500": {"http", "500"}, "wechat_-1": {"wechat", "-1"}, "forbidden_address": {"forbidden_address", ""},
		"gateway_connect": {"gateway_connect", ""}, "connect": {"connect", ""}, "disk on fire": {"other", ""}, "": {"other", ""}, "x_": {"other", ""},
		"greeting_timeout": {"timeout", "greeting"}, "gateway_timeout": {"timeout", "gateway"}, "timeout": {"timeout", ""}, "_timeout": {"other", ""},
	} {
		if word, number := notify.Cause(reason); word != want[0] || number != want[1] {
			t.Errorf("%s: %s %s", reason, word, number)
		}
	}
}
