package app

import (
	"fmt"
	"net/netip"

	"fangxin/internal/config"
	"fangxin/internal/i18n"
	"fangxin/internal/mail"
	"fangxin/internal/notify"
	"fangxin/internal/sms"
	"fangxin/internal/usecase"
	"fangxin/internal/webhook"
	"fangxin/internal/wechat"
)

// noticeOptions turns settings into the channels on which people are told. A
// demonstration without servers shows mails and text messages on a page.
func noticeOptions(c config.Config, rt *usecase.Runtime, gateway sms.Sender) (notify.Options, error) {
	texts := i18n.Shipped()
	o := notify.Options{Base: c.BaseURL, Senders: map[notify.Channel]notify.Sender{}}
	for _, cidr := range c.HookNets {
		p, err := netip.ParsePrefix(cidr)
		if err != nil {
			return o, fmt.Errorf("network of webhooks: %w", err)
		}
		o.Networks = append(o.Networks, p)
	}
	o.Hooks = webhook.NewClient(o.Networks)
	switch {
	case c.SMSGateway != "":
		o.Senders[notify.SMS] = notify.BySMS(gateway, texts)
	case c.Demo:
		o.Senders[notify.SMS], o.Shown = notify.Shown(notify.SMS, rt.Log), true
	}
	switch {
	case c.MailServer != "":
		smtp, err := mail.NewSMTP(c.MailServer, c.MailFrom)
		if err != nil {
			return o, fmt.Errorf("mail server: %w", err)
		}
		o.Senders[notify.Email] = notify.ByMail(smtp, texts, c.BaseURL)
		o.Shown = false // codes go where they belong
	case c.Demo:
		o.Senders[notify.Email], o.Shown = notify.Shown(notify.Email, rt.Log), true
	}
	if c.WeChatApp != "" {
		fields, _ := c.WeChatFields()
		o.WeChat = wechat.New(wechat.Options{
			App: c.WeChatApp, Secret: c.WeChatKey, Template: c.WeChatForm, Fields: fields, API: c.WeChatAPI, Clock: rt.Clock,
		})
		o.Senders[notify.WeChat] = notify.ByWeChat(o.WeChat)
	}
	return o, nil
}
