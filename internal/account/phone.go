package account

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/clientip"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/sms"
	"fangxin/internal/usecase"
)

var (
	requestCodeDef = usecase.Define(usecase.Def{Name: "account.request_code", Allow: access.Roles})
	verifyCodeDef  = usecase.Define(usecase.Def{Name: "account.verify_code", Allow: access.Roles})
)

// RequestCodeCommand asks for a code to prove a mobile number.
type RequestCodeCommand struct {
	Phone string `json:"phone" validate:"required,max=24,mobile" doc:"Mainland mobile number."`
}

// CodeView says that a code is on its way. It is the same for numbers with and
// without an account.
type CodeView struct {
	Phone       string `json:"phone" doc:"With the middle hidden."`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds."`
	ResendAfter int    `json:"resend_after" doc:"Seconds until another may be asked for."`
	DemoCode    string `json:"demo_code,omitempty" doc:"The code itself; in the demo only."`
}

// sendJob carries a message to the sender. The code in it is worthless after
// ten minutes.
type sendJob struct {
	sms.Message
	Until time.Time `json:"until"` // later it is of no use and not sent
}

// Kind names the job.
func (sendJob) Kind() string { return "sms.send" }

// sweepKind deletes what has run out.
const sweepKind = "account.sweep"

// Workers are the background jobs of the slice.
func (s *Service) Workers() map[string]jobs.Work {
	return map[string]jobs.Work{
		sendJob{}.Kind(): func(ctx context.Context, data json.RawMessage) error {
			var j sendJob
			if err := json.Unmarshal(data, &j); err != nil {
				return err
			}
			if s.rt.Now().After(j.Until) {
				return nil
			}
			return s.opt.Sender.Send(ctx, j.Message)
		},
		sweepKind: func(ctx context.Context, _ json.RawMessage) error { return s.Sweep(ctx) },
	}
}

// Periodic is the work that comes back by itself.
func (s *Service) Periodic() []jobs.Periodic {
	return []jobs.Periodic{{Kind: sweepKind, Every: time.Hour}}
}

// Sweep deletes sessions, codes and attempts that have run out.
func (s *Service) Sweep(ctx context.Context) error { return sweep(ctx, s.rt.DB.W, s.rt.Now()) }

// RequestCode sends a code. How often a number and an address may ask is
// limited; more is [fault.RateLimited].
func (s *Service) RequestCode(ctx context.Context, cmd RequestCodeCommand) (CodeView, error) {
	return usecase.Do(ctx, s.rt, requestCodeDef, cmd, func(ctx context.Context, c *usecase.Call) (CodeView, error) {
		phone, remote := ident.NormalPhone(cmd.Phone), clientip.From(ctx)
		if err := s.mayAsk(ctx, c, "phone", phone, perPhone); err != nil {
			return CodeView{}, err
		}
		if remote != "" {
			if err := s.mayAsk(ctx, c, "remote", remote, perRemote); err != nil {
				return CodeView{}, err
			}
		}
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			return CodeView{}, err
		}
		code := fmt.Sprintf("%06d", n.Int64())
		row := &codeRow{ID: string(ident.New[ident.TokenID]()), Phone: phone, Remote: remote, CreatedAt: c.Now, ExpiresAt: c.Now.Add(codeLifetime)}
		row.Hash = codeHash(row.ID, code)
		if err := insertCode(ctx, c.Tx, row); err != nil {
			return CodeView{}, err
		}
		text := s.opt.Texts.T("zh", "sms.code", code, int(codeLifetime.Minutes()))
		if err := c.Later(ctx, sendJob{Message: sms.Message{Phone: phone, Text: text}, Until: row.ExpiresAt}); err != nil {
			return CodeView{}, err
		}
		v := CodeView{Phone: ident.MaskPhone(phone), ExpiresIn: int(codeLifetime / time.Second), ResendAfter: int(resendAfter / time.Second)}
		if s.opt.ShowCodes {
			v.DemoCode = code
		}
		return v, nil
	})
}

func (s *Service) mayAsk(ctx context.Context, c *usecase.Call, column, value string, limits []codeLimit) error {
	for _, l := range limits {
		n, err := countCodes(ctx, c.Tx, column, value, c.Now.Add(-l.within))
		if err != nil {
			return err
		}
		if n >= l.n {
			return fault.New(fault.RateLimited, "code_too_often", max(1, int(l.within.Minutes())))
		}
	}
	return nil
}

func codeHash(id, code string) string { return digest("code\x00" + id + "\x00" + code) }

// VerifyCodeCommand proves a number with the code that was sent to it.
type VerifyCodeCommand struct {
	Phone string      `json:"phone" validate:"required,max=24,mobile"`
	Code  string      `json:"code" validate:"required,max=12,plain" doc:"Six digits."`
	Name  string      `json:"name,omitempty" validate:"max=40,oneline,plain" doc:"How to address the holder; used when the account is new."`
	As    access.Role `json:"as,omitempty" validate:"omitempty,oneof=merchant organiser" doc:"merchant when left out; an account may be both."`
}

// VerifyCode signs in whoever proves a number, and makes the account when the
// number is new. A wrong code is [fault.BadCredentials]; after five tries only
// a new code helps.
func (s *Service) VerifyCode(ctx context.Context, cmd VerifyCodeCommand) (SessionView, error) {
	phone := ident.NormalPhone(cmd.Phone)
	row, tryErr := tryCode(ctx, s.rt.DB.W, phone, s.rt.Now())
	var account *record
	v, err := usecase.Do(ctx, s.rt, verifyCodeDef, cmd, func(ctx context.Context, c *usecase.Call) (SessionView, error) {
		bad := fault.New(fault.BadCredentials, "code_wrong", codeTries)
		if tryErr != nil {
			return SessionView{}, tryErr
		}
		if row == nil || row.Hash != codeHash(row.ID, ident.NormalPhone(cmd.Code)) {
			return SessionView{}, bad
		}
		if err := spendCode(ctx, c.Tx, row.ID, c.Now); err != nil {
			return SessionView{}, err
		}
		var err error
		if account, err = s.ofPhone(ctx, c, phone, cmd); err != nil {
			return SessionView{}, err
		}
		if !account.Active {
			return SessionView{}, bad
		}
		if _, err := signedIn(ctx, c.Tx, account.ID, 0, c.Now); err != nil {
			return SessionView{}, err
		}
		return s.sessionView(ctx, c.Tx, s.principal(account, c.Now))
	})
	if err != nil {
		return SessionView{}, err
	}
	return v, s.begin(ctx, account)
}

// ofPhone finds or makes the account of a proven number, with the role asked
// for. Both roles are for anybody, so proving the number is enough.
func (s *Service) ofPhone(ctx context.Context, c *usecase.Call, phone string, cmd VerifyCodeCommand) (*record, error) {
	role := cmd.As
	if role == "" {
		role = access.Merchant
	}
	r, err := byPhone(ctx, c.Tx, phone)
	switch {
	case fault.Is(err, fault.NotFound):
		r = &record{
			ID: ident.New[ident.AccountID](), Phone: phone, Name: cmd.Name, Roles: []access.Role{role}, Active: true,
			Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if r.Name == "" {
			r.Name = ident.MaskPhone(phone)
		}
		c.Note("new", true)
		c.About(string(r.ID), "")
		return r, insertAccount(ctx, c.Tx, r)
	case err != nil:
		return nil, err
	}
	c.About(string(r.ID), "")
	if cmd.As != "" && !slices.Contains(r.Roles, role) {
		r.Roles = append(r.Roles, role)
		return r, save(ctx, c.Tx, r, c.Now, "roles")
	}
	return r, nil
}
