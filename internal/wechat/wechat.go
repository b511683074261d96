// Package wechat owns what an official account (公众号) of WeChat does for the
// registry: template messages (模板消息) to people who bound their account, and
// finding out who somebody is when they bind it.
//
// It decides neither who is told nor what. Errors hold WeChat's code and never
// a token, an address or a text.
package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fangxin/internal/ident"
	"fangxin/internal/retryafter"
)

// Message is one template message.
type Message struct {
	To    string // openid
	Title string
	Body  string
	URL   string // where a tap leads
	At    time.Time
}

// Options are what an installation configures.
type Options struct {
	App, Secret string // AppID and AppSecret
	Template    string // id of the template that the account was granted
	// Fields says what goes into the template's keywords: keyword → title, body
	// or time. Keywords named thing… take 20 characters, others 200.
	Fields map[string]string
	API    string // https://api.weixin.qq.com unless told otherwise
	Clock  ident.Clock
}

// API is WeChat's own address.
const API = "https://api.weixin.qq.com"

// Parts are what a keyword can be filled with.
var Parts = []string{"title", "body", "time"}

// Error is what WeChat answered.
type Error struct {
	Code int // errcode, or the HTTP status when there was none
	wait time.Duration
}

func (e *Error) Error() string { return fmt.Sprintf("wechat_%d", e.Code) }

// The codes after which another try with the same recipient is no use: an
// unknown openid, somebody who left, somebody who refuses messages.
var hopeless = []int{40003, 43004, 43019, 43101}

// The codes that mean a token has run out or was replaced.
var stale = []int{40001, 40014, 42001}

// Permanent reports that WeChat will refuse this recipient again.
func (e *Error) Permanent() bool { return slices.Contains(hopeless, e.Code) }

// RetryAfter is how long WeChat asked to be left alone; 0 when it did not.
func (e *Error) RetryAfter() time.Duration { return e.wait }

// Client speaks to WeChat.
type Client struct {
	opt  Options
	http *http.Client

	// asking has one place: who holds it reads or renews the token. Others wait
	// for it no longer than their context lasts.
	asking chan struct{}
	token  string
	until  time.Time
}

// New makes a client.
func New(opt Options) *Client {
	if opt.API == "" {
		opt.API = API
	}
	opt.API = strings.TrimRight(opt.API, "/")
	return &Client{opt: opt, asking: make(chan struct{}, 1), http: &http.Client{
		Timeout: 15 * time.Second,
		// A redirect would carry the token to an address nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// App is the public id of the official account.
func (c *Client) App() string { return c.opt.App }

// Send delivers a template message. A token that ran out is replaced once.
func (c *Client) Send(ctx context.Context, m Message) error {
	refused := ""
	for try := 0; ; try++ {
		token, err := c.accessToken(ctx, refused)
		if err != nil {
			return err
		}
		var answer struct {
			ErrCode int `json:"errcode"`
		}
		err = c.call(ctx, http.MethodPost, "/cgi-bin/message/template/send?access_token="+url.QueryEscape(token), c.envelope(m), &answer)
		if err != nil {
			return err
		}
		if answer.ErrCode == 0 {
			return nil
		}
		if try > 0 || !slices.Contains(stale, answer.ErrCode) {
			return &Error{Code: answer.ErrCode}
		}
		refused = token
	}
}

func (c *Client) envelope(m Message) any {
	type value struct {
		Value string `json:"value"`
	}
	data := map[string]value{}
	for keyword, part := range c.opt.Fields {
		text := map[string]string{"title": m.Title, "body": m.Body, "time": m.At.In(ident.Beijing).Format("2006-01-02 15:04")}[part]
		most := 200
		if strings.HasPrefix(keyword, "thing") {
			most = 20
		}
		data[keyword] = value{clip(text, most)}
	}
	return map[string]any{"touser": m.To, "template_id": c.opt.Template, "url": m.URL, "data": data}
}

// clip shortens a text to what a keyword takes; WeChat refuses longer ones.
func clip(s string, most int) string {
	runes := []rune(strings.ReplaceAll(s, "\n", " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}

// spare is how long before its end a token counts as run out.
const spare = 5 * time.Minute

// accessToken gives the token of the account, from memory while it is good and
// is not the one that was refused just now: of many messages that met the same
// stale token one renews it, because WeChat grants few forced renewals a day.
// It asks for the stable kind, which does not end one that another program holds.
func (c *Client) accessToken(ctx context.Context, refused string) (string, error) {
	select {
	case c.asking <- struct{}{}:
	case <-ctx.Done():
		return "", errSlow
	}
	defer func() { <-c.asking }()
	now := c.opt.Clock.Now()
	if c.token != "" && c.token != refused && now.Before(c.until) {
		return c.token, nil
	}
	var answer struct {
		Token   string `json:"access_token"`
		Expires int    `json:"expires_in"`
		ErrCode int    `json:"errcode"`
	}
	err := c.call(ctx, http.MethodPost, "/cgi-bin/stable_token", map[string]any{
		"grant_type": "client_credential", "appid": c.opt.App, "secret": c.opt.Secret, "force_refresh": refused != "",
	}, &answer)
	if err != nil {
		return "", err
	}
	if answer.ErrCode != 0 || answer.Token == "" {
		return "", &Error{Code: answer.ErrCode}
	}
	c.token, c.until = answer.Token, now.Add(time.Duration(answer.Expires)*time.Second-spare)
	return c.token, nil
}

// SignInURL is where WeChat asks its user whether we may know them.
func (c *Client) SignInURL(back, state string) string {
	q := url.Values{"appid": {c.opt.App}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"snsapi_base"}, "state": {state}}
	return "https://open.weixin.qq.com/connect/oauth2/authorize?" + q.Encode() + "#wechat_redirect"
}

// OpenID exchanges the code with which WeChat sent somebody back.
func (c *Client) OpenID(ctx context.Context, code string) (string, error) {
	q := url.Values{"appid": {c.opt.App}, "secret": {c.opt.Secret}, "code": {code}, "grant_type": {"authorization_code"}}
	var answer struct {
		OpenID  string `json:"openid"`
		ErrCode int    `json:"errcode"`
	}
	if err := c.call(ctx, http.MethodGet, "/sns/oauth2/access_token?"+q.Encode(), nil, &answer); err != nil {
		return "", err
	}
	if answer.ErrCode != 0 || answer.OpenID == "" {
		return "", &Error{Code: answer.ErrCode}
	}
	return answer.OpenID, nil
}

// What goes wrong before WeChat has answered, or instead.
var (
	errTransport = errors.New("wechat_connect")
	errSlow      = errors.New("wechat_timeout")
	errGarbled   = errors.New("wechat_answer")
)

func broken(err, otherwise error) error {
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() {
		return errSlow
	}
	return otherwise
}

// Within sets how long one request may take; 15 seconds unless told otherwise.
func (c *Client) Within(d time.Duration) { c.http.Timeout = d }

// call asks WeChat. What goes wrong on the way is worded without the address,
// which holds a token.
func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.opt.API+path, content)
	if err != nil {
		return errTransport
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return broken(err, errTransport)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return &Error{Code: res.StatusCode, wait: retryafter.Of(res)}
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(answer); err != nil {
		return broken(err, errGarbled)
	}
	return nil
}
