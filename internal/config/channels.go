package config

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
)

// checkChannels looks at the settings of mail, WeChat and webhooks.
func (c Config) checkChannels(bad func(name, format string, args ...any)) {
	if c.SMSGateway != "" {
		if u, err := url.Parse(c.SMSGateway); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			bad("SMS_GATEWAY", "write https://USER:PASSWORD@HOST/PATH, or leave it empty")
		}
	}
	if c.MailServer != "" {
		if u, err := url.Parse(c.MailServer); err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
			bad("MAIL_SERVER", "write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, or leave it empty")
		}
		if _, err := mail.ParseAddress(c.MailFrom); err != nil {
			bad("MAIL_FROM", "write the sender of mails, for instance 放心消费 <no-reply@example.gov.cn>")
		}
	}
	if c.WeChatApp == "" {
		return
	}
	if c.WeChatKey == "" {
		bad("WECHAT_SECRET", "give the AppSecret of %s, or leave WECHAT_APP empty", c.WeChatApp)
	}
	if c.WeChatForm == "" {
		bad("WECHAT_TEMPLATE", "give the id of the template message, or leave WECHAT_APP empty")
	}
	if _, ok := c.WeChatFields(); !ok {
		bad("WECHAT_FIELDS", "write for instance thing1=title,time2=time; a keyword can be filled with title, body or time")
	}
	if u, err := url.Parse(c.WeChatAPI); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		bad("WECHAT_API", "write https://api.weixin.qq.com or the address of your relay")
	}
}

// WeChatFields reads what goes into the keywords of the template; ok is false
// for what cannot be read.
func (c Config) WeChatFields() (fields map[string]string, ok bool) {
	fields = map[string]string{}
	for _, pair := range c.WeChatWords {
		keyword, part, found := strings.Cut(strings.TrimSpace(pair), "=")
		if !found || keyword == "" || !slices.Contains([]string{"title", "body", "time"}, part) {
			return nil, false
		}
		fields[keyword] = part
	}
	return fields, len(fields) > 0
}
