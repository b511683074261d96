package config_test

import (
	"strings"
	"testing"

	"fangxin/internal/config"
)

func TestChannelsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		set  []string
		want []string // nothing when all is well
	}{
		"nothing": {nil, nil},
		"all": {[]string{"FANGXIN_MAIL_SERVER=smtp://fx:p@mail.example:587", "FANGXIN_MAIL_FROM=放心消费 <no-reply@example.gov.cn>", "FANGXIN_WECHAT_APP=wx1",
			"FANGXIN_WECHAT_SECRET=s", "FANGXIN_WECHAT_TEMPLATE=T", "FANGXIN_SMS_GATEWAY=https://u:p@sms.example/send", "FANGXIN_WEBHOOK_NETWORKS=10.20.0.0/16"}, nil},
		"mail without sender": {[]string{"FANGXIN_MAIL_SERVER=smtp://mail.example"}, []string{"MAIL_FROM: write the sender"}},
		"no address":          {[]string{"FANGXIN_MAIL_SERVER=mail.example:25", "FANGXIN_MAIL_FROM=a@b.cn"}, []string{"MAIL_SERVER: write smtp://"}},
		"half of WeChat":      {[]string{"FANGXIN_WECHAT_APP=wx1", "FANGXIN_WECHAT_FIELDS=thing1"}, []string{"WECHAT_SECRET: give", "WECHAT_TEMPLATE: give", "WECHAT_FIELDS: write"}},
		"odd gateway":         {[]string{"FANGXIN_SMS_GATEWAY=sms.example", "FANGXIN_WEBHOOK_NETWORKS=office"}, []string{"SMS_GATEWAY: write https://", "WEBHOOK_NETWORKS: \"office\""}},
	} {
		loaded, err := config.Load("", c.set)
		if err != nil {
			t.Fatal(name, err)
		}
		_, err = loaded.Finish()
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: missing %q in %v", name, want, err)
			}
		}
	}
	loaded, _ := config.Load("", []string{"FANGXIN_MAIL_SERVER=smtp://fx:hunter2@mail.example", "FANGXIN_WECHAT_SECRET=hunter3"})
	var b strings.Builder
	if err := loaded.Print(&b); err != nil || strings.Contains(b.String(), "hunter") {
		t.Errorf("a secret was printed: %v\n%s", err, b.String())
	}
}
