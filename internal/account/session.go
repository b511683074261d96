package account

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// CookieName is the only cookie of the registry; visitors who do not sign in
// never get it.
const CookieName = "fx_session"

// Keys of what a session holds.
const (
	keyAccount = "account"
	keyIdle    = "idle"    // seconds
	keyPending = "pending" // account that gave its password and owes a one-time code
	keyUntil   = "until"   // Unix seconds until when it may
)

func (s *Service) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store, m.HashTokenInStore = s.store, true
	m.Lifetime = merchantLifetime
	m.Cookie.Name, m.Cookie.Path = CookieName, "/"
	m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Secure = true, http.SameSiteLaxMode, s.opt.Secure
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.rt.Log.ErrorContext(r.Context(), "session", "request", usecase.RequestID(r.Context()), "error", err)
		httpapi.Write(w, r, s.opt.Texts, fault.New(fault.Unavailable, ""))
	}
	return m
}

// sessionStore keeps sessions in the database. It decides by the runtime's
// clock, and ends sessions that nobody used for their idle time.
type sessionStore struct{ rt *usecase.Runtime }

var _ scs.CtxStore = (*sessionStore)(nil)

// The library prefers the functions with a context; these satisfy its type.

func (st *sessionStore) Delete(token string) error {
	return st.DeleteCtx(context.Background(), token)
}
func (st *sessionStore) Find(token string) ([]byte, bool, error) {
	return st.FindCtx(context.Background(), token)
}
func (st *sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return st.CommitCtx(context.Background(), token, b, expiry)
}

// DeleteCtx ends a session.
func (st *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return deleteSession(ctx, st.rt.DB.W, token)
}

// FindCtx reads a session that is still good, and notes once in a while that
// it was used.
func (st *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	r, err := findSession(ctx, st.rt.DB.R, token)
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	now := st.rt.Now()
	unused := now.Sub(r.SeenAt)
	if !now.Before(r.ExpiresAt) || r.Idle > 0 && unused > time.Duration(r.Idle)*time.Second {
		return nil, false, nil
	}
	if unused >= touchEvery {
		if err := touchSession(ctx, st.rt.DB.W, token, now); err != nil {
			return nil, false, err
		}
	}
	return r.Data, true, nil
}

// CommitCtx stores a session.
func (st *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	_, values, err := scs.GobCodec{}.Decode(b)
	if err != nil {
		return err
	}
	now := st.rt.Now()
	account, _ := values[keyAccount].(string)
	idle, _ := values[keyIdle].(int64)
	return putSession(ctx, st.rt.DB.W, &sessionRow{
		Token: token, ID: string(ident.New[ident.TokenID]()), Account: ident.AccountID(account), Data: b, Idle: idle,
		CreatedAt: now, SeenAt: now, ExpiresAt: expiry.UTC(),
	})
}

type sessionKey struct{}

// inSession reports that a session may be read and written in this request:
// programs and the command line have none.
func inSession(ctx context.Context) bool { return ctx.Value(sessionKey{}) != nil }

// begin signs the account in for this browser, under a new token.
func (s *Service) begin(ctx context.Context, r *record) error {
	if !inSession(ctx) {
		return nil
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	lifetime, idle := merchantLifetime, time.Duration(0)
	if r.staff() {
		lifetime, idle = staffLifetime, staffIdle
	}
	s.sessions.Remove(ctx, keyPending)
	s.sessions.Remove(ctx, keyUntil)
	s.sessions.Put(ctx, keyAccount, string(r.ID))
	s.sessions.Put(ctx, keyIdle, int64(idle/time.Second))
	s.sessions.SetDeadline(ctx, s.rt.Now().Add(lifetime))
	return nil
}

// owe remembers for a few minutes that the password was right.
func (s *Service) owe(ctx context.Context, id ident.AccountID) error {
	if !inSession(ctx) {
		return nil
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	until := s.rt.Now().Add(secondStepFor)
	s.sessions.Remove(ctx, keyAccount)
	s.sessions.Put(ctx, keyPending, string(id))
	s.sessions.Put(ctx, keyUntil, until.Unix())
	s.sessions.SetDeadline(ctx, until)
	return nil
}

// owing is the account that gave its password in this browser just now.
func (s *Service) owing(ctx context.Context) ident.AccountID {
	if !inSession(ctx) || s.rt.Now().Unix() > s.sessions.GetInt64(ctx, keyUntil) {
		return ""
	}
	return ident.AccountID(s.sessions.GetString(ctx, keyPending))
}

// end forgets the session of this browser.
func (s *Service) end(ctx context.Context) error {
	if !inSession(ctx) {
		return nil
	}
	return s.sessions.Destroy(ctx)
}

// session reads whose session this is, with all that may have changed since
// it began.
func (s *Service) session(ctx context.Context) (access.Principal, error) {
	id := ident.AccountID(s.sessions.GetString(ctx, keyAccount))
	if id == "" {
		return access.Anonymous(), nil
	}
	r, err := byID(ctx, s.rt.DB.R, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return access.Anonymous(), err
	}
	if err != nil || !r.Active {
		return access.Anonymous(), s.sessions.Destroy(ctx)
	}
	return s.principal(r, s.rt.Now()), nil
}
