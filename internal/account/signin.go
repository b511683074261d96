package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

var (
	signInDef  = usecase.Define(usecase.Def{Name: "account.sign_in", Allow: access.Roles})
	signOutDef = usecase.Define(usecase.Def{Name: "account.sign_out", Allow: access.Roles})
)

// SignInCommand signs in by password. Whoever has set up one-time codes adds
// the code, either at once or, in the same browser within five minutes, alone.
type SignInCommand struct {
	Login    string `json:"login,omitempty" validate:"max=64,plain"`
	Password string `json:"password,omitempty" validate:"max=128"`
	Code     string `json:"code,omitempty" validate:"max=24,plain" doc:"Six digits, or one of the recovery codes."`
}

// proof is how far an attempt got before the transaction.
type proof struct {
	account  *record
	key      string
	step     int64  // of the one-time code
	recovery string // hash of the recovery code
	second   bool   // the password was right a moment ago, this is the code
	err      error  // why it is refused
}

// SignIn checks name, password and one-time code and begins a session.
// [fault.SecondFactor] asks for the code; [fault.BadCredentials] is the answer
// to everything that is wrong, also to a name that does not exist, and
// [fault.Locked] follows on too many of them for any name.
func (s *Service) SignIn(ctx context.Context, cmd SignInCommand) (SessionView, error) {
	p := s.prove(ctx, cmd)
	v, err := usecase.Do(ctx, s.rt, signInDef, cmd, func(ctx context.Context, c *usecase.Call) (SessionView, error) {
		if p.account != nil {
			c.About(string(p.account.ID), p.account.Scope)
		}
		if p.err != nil {
			return SessionView{}, p.err
		}
		if p.recovery != "" {
			if ok, err := useRecoveryCode(ctx, c.Tx, p.account.ID, p.recovery, c.Now); err != nil || !ok {
				return SessionView{}, p.wrong(err)
			}
			c.Note("recovery_code", true)
		}
		if ok, err := signedIn(ctx, c.Tx, p.account.ID, p.step, c.Now); err != nil || !ok {
			return SessionView{}, p.wrong(err)
		}
		if err := forgive(ctx, c.Tx, p.key); err != nil {
			return SessionView{}, err
		}
		return s.sessionView(ctx, c.Tx, s.principal(p.account, c.Now))
	})
	switch {
	case fault.Is(err, fault.SecondFactor) && p.account != nil:
		if oweErr := s.owe(ctx, p.account.ID); oweErr != nil {
			return SessionView{}, oweErr
		}
		return SessionView{}, err
	case err != nil:
		return SessionView{}, err
	}
	return v, s.begin(ctx, p.account)
}

// wrong refuses what was typed; after a right password it can only be the code.
func (p proof) wrong(err error) error {
	if err == nil && p.second {
		return fault.New(fault.BadCredentials, "second_code")
	}
	return orBad(err)
}

func orBad(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.BadCredentials, "")
}

// prove does what takes long, outside the transaction.
func (s *Service) prove(ctx context.Context, cmd SignInCommand) proof {
	bad := fault.New(fault.BadCredentials, "")
	if utf8.RuneCountInString(cmd.Password) > s.profile.Max || len(cmd.Login) > 256 || len(cmd.Code) > 100 {
		return proof{err: bad} // the use-case names the field
	}
	now := s.rt.Now()
	var p proof
	second := cmd.Password == "" && cmd.Code != ""
	if second {
		id := s.owing(ctx)
		if id == "" {
			return proof{err: fault.New(fault.BadCredentials, "second_step_over")}
		}
		r, err := byID(ctx, s.rt.DB.R, id)
		if err != nil {
			return proof{err: err}
		}
		p = proof{account: r, key: attemptKey(r.Login), second: true}
	} else {
		login := normalLogin(cmd.Login)
		r, err := byLogin(ctx, s.rt.DB.R, login)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return proof{err: err}
		}
		p.key = attemptKey(login)
		if err == nil && r.Active {
			p.account = r
		}
	}
	claimed, err := claim(ctx, s.rt.DB.W, p.key, now)
	if err != nil {
		p.err = err
		return p
	}
	if !claimed {
		p.err = fault.New(fault.Locked, "locked_minutes", int(lockFor.Minutes()))
		return p
	}
	if !second {
		hash := ""
		if p.account != nil {
			hash = p.account.PasswordHash
		}
		ok, err := matches(ctx, cmd.Password, hash)
		if err != nil || !ok {
			p.err = orBad(err)
			return p
		}
	}
	if !p.account.Active {
		p.err = bad
		return p
	}
	if p.account.TotpSecret == "" {
		return p
	}
	if cmd.Code == "" {
		p.err = fault.New(fault.SecondFactor, "")
		if err := unclaim(ctx, s.rt.DB.W, p.key); err != nil {
			p.err = err
		}
		return p
	}
	if p.recovery = recoveryHash(p.account.ID, cmd.Code); p.recovery == "" {
		if p.step = totpStep(p.account.TotpSecret, cmd.Code, now); p.step <= p.account.TotpStep {
			p.err = p.wrong(nil)
		}
	}
	return p
}

// attemptKey hides what was typed: people type passwords into the wrong field.
func attemptKey(login string) string { return digest("sign-in\x00" + login) }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// reprove asks the holder of a session for the password once more before
// something that a thief of the session must not do.
func (s *Service) reprove(ctx context.Context, by access.Principal, password string) error {
	if err := own(by); err != nil {
		return err
	}
	r, err := byID(ctx, s.rt.DB.R, by.Account)
	if err != nil {
		return err
	}
	if r.PasswordHash == "" {
		return fault.New(fault.Conflict, "no_password")
	}
	if utf8.RuneCountInString(password) > s.profile.Max {
		return fault.New(fault.BadCredentials, "")
	}
	key := attemptKey(r.Login)
	claimed, err := claim(ctx, s.rt.DB.W, key, s.rt.Now())
	if err != nil {
		return err
	}
	if !claimed {
		return fault.New(fault.Locked, "locked_minutes", int(lockFor.Minutes()))
	}
	ok, err := matches(ctx, password, r.PasswordHash)
	if err != nil || !ok {
		return orBad(err)
	}
	return unclaim(ctx, s.rt.DB.W, key)
}

// SignOut ends the session of this browser.
func (s *Service) SignOut(ctx context.Context) error {
	_, err := usecase.Do(ctx, s.rt, signOutDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		if err := own(c.By); err != nil {
			return struct{}{}, err
		}
		c.About(string(c.By.Account), string(c.By.Scope))
		return struct{}{}, nil
	})
	if err != nil {
		return err
	}
	return s.end(ctx)
}
