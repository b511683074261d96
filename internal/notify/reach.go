package notify

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/usecase"
)

var (
	setEmailDef     = usecase.Define(usecase.Def{Name: "channel.set_email", Allow: everybody})
	confirmEmailDef = usecase.Define(usecase.Def{Name: "channel.confirm_email", Allow: everybody})
	removeEmailDef  = usecase.Define(usecase.Def{Name: "channel.remove_email", Allow: everybody})
	bindDef         = usecase.Define(usecase.Def{
		Name: "channel.bind_wechat", Allow: everybody, NoAPI: "the way leads through WeChat's own pages",
	})
	unbindDef = usecase.Define(usecase.Def{Name: "channel.unbind_wechat", Allow: everybody})
)

// A code for an address is good for half an hour and five tries; another may be
// asked for after a minute.
const (
	codeLife  = 30 * time.Minute
	codeAgain = time.Minute
	codeTries = 5
)

// codeJob carries a code to the address that it proves. It is worthless after
// half an hour.
type codeJob struct {
	ID    ident.CopyID `json:"id"`
	To    string       `json:"to"`
	Lang  string       `json:"lang"`
	Code  string       `json:"code"`
	Until time.Time    `json:"until"`
	At    time.Time    `json:"at"`
}

const codeKind = "notify.code"

func (codeJob) Kind() string { return codeKind }

// Lane keeps slow mail servers away from the work in the house.
func (codeJob) Lane() string { return jobs.Post }

func (s *Service) sendCode(ctx context.Context, data json.RawMessage) error {
	var j codeJob
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	sender := s.opt.Senders[Email]
	if sender == nil || s.rt.Now().After(j.Until) {
		return nil
	}
	return sender.Send(ctx, Letter{
		ID: j.ID, To: j.To, Lang: j.Lang, Title: s.texts.T(j.Lang, "notify.code_title"),
		Body: s.texts.T(j.Lang, "notify.code_body", j.Code, int(codeLife.Minutes())), At: j.At,
	})
}

func codeHash(account ident.AccountID, address, code string) string {
	sum := sha256.Sum256([]byte("email\x00" + string(account) + "\x00" + address + "\x00" + code))
	return hex.EncodeToString(sum[:])
}

// personal refuses programs: where somebody is reached is proved by a person.
func personal(by access.Principal) error {
	if by.Token != "" {
		return fault.New(fault.Forbidden, "not_by_token")
	}
	return nil
}

// EmailCommand names the address at which the caller wants to be reached.
type EmailCommand struct {
	Email string `json:"email" validate:"required,max=120,email" doc:"Mail address."`
}

// EmailView says that a code is on its way.
type EmailView struct {
	Email       string `json:"email"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds."`
	ResendAfter int    `json:"resend_after" doc:"Seconds until another code may be asked for."`
	DemoCode    string `json:"demo_code,omitempty" doc:"The code itself; in the demo without a mail server only."`
}

// SetEmail sends a code to an address. The address counts once the code was
// typed; the one before stays until then.
func (s *Service) SetEmail(ctx context.Context, cmd EmailCommand) (EmailView, error) {
	return usecase.Do(ctx, s.rt, setEmailDef, cmd, func(ctx context.Context, c *usecase.Call) (EmailView, error) {
		if err := personal(c.By); err != nil {
			return EmailView{}, err
		}
		c.About(string(c.By.Account), string(c.By.Scope))
		if s.opt.Senders[Email] == nil {
			return EmailView{}, fault.New(fault.NotReady, "no_mail_server")
		}
		k, err := contactOf(ctx, c.Tx, c.By.Account)
		if err != nil {
			return EmailView{}, err
		}
		if c.Now.Before(k.CodeSentAt.Add(codeAgain)) {
			return EmailView{}, fault.New(fault.RateLimited, "code_too_often", 1)
		}
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			return EmailView{}, err
		}
		code, address := fmt.Sprintf("%06d", n.Int64()), strings.TrimSpace(cmd.Email)
		k.PendingEmail, k.CodeHash, k.CodeTries = address, codeHash(c.By.Account, address, code), 0
		k.CodeUntil, k.CodeSentAt = c.Now.Add(codeLife), c.Now
		if err := saveContact(ctx, c.Tx, &k, c.Now); err != nil {
			return EmailView{}, err
		}
		v := EmailView{Email: address, ExpiresIn: int(codeLife / time.Second), ResendAfter: int(codeAgain / time.Second)}
		if s.opt.Shown {
			v.DemoCode = code
		}
		return v, c.Later(ctx, codeJob{ID: ident.New[ident.CopyID](), To: address, Lang: k.lang(), Code: code, Until: k.CodeUntil, At: c.Now})
	})
}

// CodeCommand carries the code that came by mail.
type CodeCommand struct {
	Code string `json:"code" validate:"required,max=12,plain" doc:"Six digits."`
}

// ConfirmEmail makes a pending address count.
func (s *Service) ConfirmEmail(ctx context.Context, cmd CodeCommand) (Settings, error) {
	by := access.From(ctx)
	counted, tryErr := false, error(nil)
	if by.SignedIn() {
		counted, tryErr = tryCode(ctx, s.rt.DB.W, by.Account, s.rt.Now())
	}
	return usecase.Do(ctx, s.rt, confirmEmailDef, cmd, func(ctx context.Context, c *usecase.Call) (Settings, error) {
		if err := personal(c.By); err != nil {
			return Settings{}, err
		}
		if tryErr != nil {
			return Settings{}, tryErr
		}
		c.About(string(c.By.Account), string(c.By.Scope))
		k, err := contactOf(ctx, c.Tx, c.By.Account)
		if err != nil {
			return Settings{}, err
		}
		if !counted || k.CodeHash != codeHash(c.By.Account, k.PendingEmail, ident.NormalPhone(cmd.Code)) {
			return Settings{}, fault.OnField("/code", "email_code", "")
		}
		k.Email, k.PendingEmail, k.CodeHash = k.PendingEmail, "", ""
		if err := saveContact(ctx, c.Tx, &k, c.Now); err != nil {
			return Settings{}, err
		}
		return s.settings(ctx, c.Tx, c.By)
	})
}

// RemoveEmail forgets the caller's address and one that waits for its code.
func (s *Service) RemoveEmail(ctx context.Context) (Settings, error) {
	return s.change(ctx, removeEmailDef, func(k *contactRow) { k.Email, k.PendingEmail, k.CodeHash = "", "", "" })
}

// UnbindWeChat forgets the caller's WeChat account.
func (s *Service) UnbindWeChat(ctx context.Context) (Settings, error) {
	return s.change(ctx, unbindDef, func(k *contactRow) { k.Wechat = "" })
}

func (s *Service) change(ctx context.Context, d *usecase.Def, fn func(k *contactRow)) (Settings, error) {
	return usecase.Do(ctx, s.rt, d, struct{}{}, func(ctx context.Context, c *usecase.Call) (Settings, error) {
		c.About(string(c.By.Account), string(c.By.Scope))
		k, err := contactOf(ctx, c.Tx, c.By.Account)
		if err != nil {
			return Settings{}, err
		}
		fn(&k)
		if err := saveContact(ctx, c.Tx, &k, c.Now); err != nil {
			return Settings{}, err
		}
		return s.settings(ctx, c.Tx, c.By)
	})
}

// BindCommand carries the code with which WeChat sent somebody back.
type BindCommand struct {
	Code string `json:"code" validate:"required,max=200,plain"`
}

// BindWeChat ties the caller to the WeChat account that the code stands for.
func (s *Service) BindWeChat(ctx context.Context, cmd BindCommand) (Settings, error) {
	openID, refused := "", error(nil)
	if s.opt.WeChat == nil {
		refused = fault.New(fault.NotReady, "no_wechat")
	} else if bindDef.Authorise(access.From(ctx)) == nil {
		// Asked before the transaction: nothing slow happens inside one.
		if id, err := s.opt.WeChat.OpenID(ctx, cmd.Code); err != nil {
			refused = fault.Wrap(fault.Conflict, err, "wechat_code")
		} else {
			openID = id
		}
	}
	return usecase.Do(ctx, s.rt, bindDef, cmd, func(ctx context.Context, c *usecase.Call) (Settings, error) {
		if refused != nil {
			return Settings{}, refused
		}
		c.About(string(c.By.Account), string(c.By.Scope))
		k, err := contactOf(ctx, c.Tx, c.By.Account)
		if err != nil {
			return Settings{}, err
		}
		k.Wechat = openID
		if err := saveContact(ctx, c.Tx, &k, c.Now); err != nil {
			return Settings{}, err
		}
		return s.settings(ctx, c.Tx, c.By)
	})
}

// WeChatURL is where WeChat asks its user; "" without an official account.
func (s *Service) WeChatURL(back, state string) string {
	if s.opt.WeChat == nil {
		return ""
	}
	return s.opt.WeChat.SignInURL(s.opt.Base+back, state)
}
