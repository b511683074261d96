package notify_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"fangxin/internal/application"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/sms"
)

// post is the servers of others on this machine: a gateway for text messages,
// a mail relay, WeChat, and the receivers of webhooks.
type post struct {
	mu     sync.Mutex
	status int // of the gateway and the receivers
	rcpt   string
	later  string // Retry-After of the gateway and the receivers
	says   string // what WeChat answers to messages
	hang   bool   // the gateway takes texts and says nothing
	texts  []sms.Message
	mails  []letter
	wechat []map[string]any
	hooks  []delivery
	http   *httptest.Server
	smtp   net.Listener
}

type letter struct{ to, subject, text string }

type delivery struct {
	header http.Header
	body   string
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{status: http.StatusOK, rcpt: "250 ok", says: `{"errcode":0}`}
	p.http = httptest.NewServer(p)
	t.Cleanup(p.http.Close)
	var err error
	if p.smtp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.smtp.Close() })
	go func() {
		for {
			conn, err := p.smtp.Accept()
			if err != nil {
				return
			}
			go p.talk(conn)
		}
	}()
	return p
}

func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	switch r.URL.Path {
	case "/sms":
		var m sms.Message
		json.Unmarshal(body, &m)
		p.texts = append(p.texts, m)
		if p.hang {
			p.mu.Unlock()
			<-r.Context().Done()
			p.mu.Lock()
			return
		}
		w.Header().Set("Retry-After", p.later)
		w.WriteHeader(p.status)
	case "/hook":
		p.hooks = append(p.hooks, delivery{r.Header.Clone(), string(body)})
		w.Header().Set("Retry-After", p.later)
		w.WriteHeader(p.status)
	case "/sns/oauth2/access_token":
		io.WriteString(w, `{"openid":"openid-of-owner"}`)
	case "/cgi-bin/stable_token":
		io.WriteString(w, `{"access_token":"t","expires_in":7200}`)
	case "/cgi-bin/message/template/send":
		var m map[string]any
		json.Unmarshal(body, &m)
		p.wechat = append(p.wechat, m)
		io.WriteString(w, p.says)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// talk speaks as much SMTP as a relay on the same machine needs.
func (p *post) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 relay")
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, rest, _ := strings.Cut(strings.TrimSpace(line), " "); strings.ToUpper(verb) {
		case "RCPT":
			to = strings.TrimSuffix(strings.TrimPrefix(rest, "TO:<"), ">")
			p.mu.Lock()
			say(p.rcpt)
			p.mu.Unlock()
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := in.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			if m, err := netmail.ReadMessage(strings.NewReader(b.String())); err == nil {
				subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
				text, _ := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
				p.mu.Lock()
				p.mails = append(p.mails, letter{to, subject, string(text)})
				p.mu.Unlock()
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// eachPosted runs fn on both databases with every channel set up.
func eachPosted(t *testing.T, fn func(t *testing.T, w *world, p *post)) {
	for name, database := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(t) }} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			fn(t, newWorld(t, database(), p.configure), p)
		})
	}
}

func (p *post) configure(c *config.Config) {
	c.SMSGateway = p.http.URL + "/sms"
	c.MailServer, c.MailFrom = "smtp://"+p.smtp.Addr().String()+"?starttls=no", "放心消费 <no-reply@fx.example.gov.cn>"
	c.WeChatApp, c.WeChatKey, c.WeChatForm, c.WeChatWords, c.WeChatAPI = "wx1", "geheim", "T1", []string{"thing1=title", "time2=time"}, p.http.URL
	c.HookNets = []string{"127.0.0.0/8"}
}

// outbox lists what leaves the house in a state, as the administrator sees it.
func (w *world) outbox(state notify.State) []notify.Copy {
	w.t.Helper()
	p, err := w.Notices.Outbox(w.as("admin"), notify.OutboxQuery{State: state, Limit: 200, Lang: "zh"})
	w.ok(err)
	return p.Items
}

// deliver does what the queue does with everything that waits.
func (w *world) deliver() {
	w.t.Helper()
	for _, c := range w.outbox(notify.Waiting) {
		w.ok(w.Notices.Deliver(context.Background(), c.ID))
	}
}

// sendCodes does what the queue does with the codes for mail addresses.
func (w *world) sendCodes() {
	w.t.Helper()
	var jobs []struct{ Args string }
	w.ok(w.DB.R.NewRaw("SELECT CAST(args AS TEXT) AS args FROM river_job ORDER BY id").Scan(context.Background(), &jobs))
	for _, j := range jobs {
		var e struct {
			Name string
			Data json.RawMessage
		}
		w.ok(json.Unmarshal([]byte(j.Args), &e))
		if e.Name == "notify.code" {
			w.ok(w.Notices.Workers()[e.Name](context.Background(), e.Data))
		}
	}
	w.exec("DELETE FROM river_job")
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	_, err := w.DB.W.NewRaw(query, args...).Exec(context.Background())
	w.ok(err)
}

// address gives somebody a mail address, by the way of the page.
func (w *world) address(p *post, login, address string) {
	w.t.Helper()
	_, err := w.Notices.SetEmail(w.as(login), notify.EmailCommand{Email: address})
	w.ok(err)
	w.sendCodes()
	_, err = w.Notices.ConfirmEmail(w.as(login), notify.CodeCommand{Code: p.code(w.t)})
	w.ok(err)
}

// code reads the code out of the last mail.
func (p *post) code(t *testing.T) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mails) == 0 {
		t.Fatal("no mail came")
	}
	last := p.mails[len(p.mails)-1]
	_, rest, ok := strings.Cut(last.text, "验证码 ")
	if !ok || len(rest) < 6 {
		t.Fatalf("no code in %q", last.text)
	}
	return rest[:6]
}

type smsMessage = sms.Message

func refusal(id ident.ApplicationID) application.RefuseCommand {
	return application.RefuseCommand{ID: id, Reason: "不符合条件"}
}
