// Package post follows notices through a real browser and the real queue: what
// a page says beforehand, what arrives on the servers of others, and what
// pages say afterwards.
package post

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/tools/browser"
)

// EnvPictures names a folder for pictures of each page.
const EnvPictures = "FANGXIN_POST_PICTURES"

// site serves the demonstration with every channel set up, its queue at work.
func site(t *testing.T, s *servers) string {
	t.Helper()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.Demo, c.Listen = t.TempDir(), true, "127.0.0.1:0"
	c.SMSGateway, c.HookNets = s.http.URL+"/sms", []string{"127.0.0.0/8"}
	c.MailServer, c.MailFrom = "smtp://"+s.smtp.Addr().String()+"?starttls=no", "放心消费 <no-reply@fx.example.gov.cn>"
	if c, err = c.Finish(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	a, err := app.New(ctx, c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Seed(ctx, a, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	address, over := make(chan string, 1), make(chan error, 1)
	go func() { over <- a.Run(ctx, func(at string) { address <- at }) }()
	t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
		a.Close()
	})
	select {
	case at := <-address:
		return "http://" + at
	case err := <-over:
		over <- nil
		t.Fatal(err)
	}
	return ""
}

type person struct {
	*browser.Page
	t *testing.T
}

func signIn(t *testing.T, b *browser.Browser, base, login string, o browser.Options) *person {
	t.Helper()
	o.Base = base
	p := &person{b.NewPage(t, o), t}
	p.AllowConsole("status of 422") // a slip of the pen
	p.Goto("/sign-in")
	p.Fill("[name=login]", login)
	p.Fill("[name=password]", demo.Password)
	if status := p.Follow("main form button[type=submit]"); status != 200 {
		t.Fatalf("%s signs in: %d", login, status)
	}
	return p
}

// look checks the page on three screens, and takes pictures when asked.
func (p *person) look(name string) {
	p.t.Helper()
	p.CheckAxe()
	for _, v := range browser.Screens {
		p.Resize(v)
		p.CheckOverflow()
		if dir := os.Getenv(EnvPictures); dir != "" {
			time.Sleep(50 * time.Millisecond)
			p.ScreenshotFull(filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, v.Name)))
		}
	}
	p.Resize(browser.Desktop)
}

// says waits until the page, loaded again and again, says all of it.
func (p *person) says(texts ...string) {
	p.t.Helper()
	missing := ""
	for range 40 {
		missing = ""
		body := p.Text("body")
		for _, text := range texts {
			if !strings.Contains(body, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		time.Sleep(250 * time.Millisecond)
		p.Reload()
	}
	p.t.Errorf("%s does not say %q:\n%s", p.URL(), missing, p.Text("main"))
}

func TestPost(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	s := serve(t)
	base := site(t, s)
	b := browser.Open(t)

	merchant := signIn(t, b, base, "merchant", browser.Options{Viewport: browser.Phone})
	merchant.Goto("/account/notifications")
	merchant.Click("details summary")
	merchant.Fill("[name=email]", "shop@example.cn")
	merchant.Follow("form[action='/account/notifications/email'] button")
	merchant.says("shop@example.cn")
	merchant.Fill("[name=code]", "000000x")
	merchant.Follow("form[action='/account/notifications/email/confirm'] button")
	merchant.look("settings-error")
	merchant.Fill("[name=code]", s.code(t))
	merchant.Follow("form[action='/account/notifications/email/confirm'] button")
	merchant.says("通知邮箱已确认", "shop@example.cn")
	merchant.Check("[value='case.received/sms']", false)
	merchant.Follow("form[action='/account/notifications'] button[type=submit]")
	merchant.says("通知设置已保存")
	if merchant.Attr("[value='case.received/sms']", "checked") != "" {
		t.Error("the choice was not kept")
	}
	merchant.look("settings")

	// What is shown before the decision arrives, and is shown after it.
	s.refuse(true)
	county := signIn(t, b, base, "county", browser.Options{})
	county.Goto("/desk/queue")
	county.Follow("td a")
	county.Click("details.act summary")
	county.WaitFor(".tells")
	if text := county.Text(".tells"); !strings.Contains(text, "涂金莲（站内信、邮件）") {
		t.Errorf("beforehand it says %q", text)
	}
	county.look("case-before")
	href := county.URL()
	county.Follow("details.act[open] button[type=submit]")
	county.Goto(href)
	county.says("通知情况", "邮件 · 未能送达")
	county.look("case-after")
	merchant.Goto("/inbox")
	unread := merchant.Text(".bell b")
	merchant.look("inbox")
	merchant.Follow(".letters a")
	merchant.look("notice")
	if now := merchant.Text(".bell b"); now == unread {
		t.Errorf("%s unread notices stayed %s", unread, now)
	}
	bare := signIn(t, b, base, "merchant", browser.Options{Viewport: browser.Phone, NoScript: true})
	bare.Goto("/inbox")
	bare.Follow("form[action='/inbox/read'] button")
	if bare.Has(".bell b") || !bare.Has(".note.ok") {
		t.Error("without scripts something stayed unread")
	}

	admin := signIn(t, b, base, "admin", browser.Options{})
	admin.Goto("/desk/outbox?tab=dead")
	admin.says("收件地址被拒绝", "550", "s***@example.cn")
	admin.look("outbox-dead")
	s.refuse(false)
	admin.Follow("form button.sm")
	admin.Goto("/desk/outbox?tab=sent")
	admin.says("s***@example.cn")
	admin.look("outbox-sent")
	admin.Goto("/desk/outbox?tab=dead")
	admin.says("没有未能送达的通知")

	hooks(t, s, admin)
	exports(t, county)
}

func hooks(t *testing.T, s *servers, admin *person) {
	admin.Goto("/desk/webhooks")
	admin.look("webhooks")
	admin.Fill("[name=name]", "政务数据平台")
	admin.Fill("[name=url]", "https://169.254.169.254/latest")
	admin.Follow("main form button[type=submit]")
	admin.says("不能推送到内部网络或本机地址")
	admin.look("webhooks-error")
	admin.Fill("[name=url]", s.http.URL+"/hook")
	admin.Follow("main form button[type=submit]")
	secret := admin.Text(".secret")
	admin.look("webhook-secret")
	admin.Follow("form[action$='/test'] button")
	if admin.Has(".secret") {
		t.Error("the secret is shown twice")
	}
	s.await(t, "a delivery", func() bool { return len(s.hooks) == 1 })
	s.signed(t, secret)
	admin.says("测试推送", "200")
	admin.Follow("form[action$='/rotate'] button")
	fresh := admin.Text(".secret")
	admin.Follow("form[action$='/test'] button")
	s.await(t, "a second delivery", func() bool { return len(s.hooks) == 2 })
	s.signed(t, fresh, secret)
	admin.look("webhook")
}

func exports(t *testing.T, county *person) {
	county.Goto("/desk/exports")
	county.look("exports-empty")
	county.Follow("main form button[type=submit]")
	county.says("下载", "已完成")
	county.look("exports")
	county.Check("input[name=what][value=answers]", true)
	county.Follow("main form button[type=submit]")
	county.says("核查作答", "已完成")
	county.Goto("/inbox")
	county.says("导出：已完成")
}
