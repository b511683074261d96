package account

import (
	"context"
	"net/http"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Authenticate finds out who makes a request and puts the principal into its
// context: the holder of a Bearer token, of a session cookie, or the public.
// A visitor who only reads and brings neither costs no query and gets no
// cookie.
func (s *Service) Authenticate(next http.Handler) http.Handler {
	withSession := s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), sessionKey{}, true)
		p, err := s.session(ctx)
		if err != nil {
			s.sessions.ErrorFunc(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(access.With(ctx, p)))
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if secret, ok := bearer(r); ok {
			read := s.token
			if s.Ticket != nil && strings.HasPrefix(secret, s.TicketPrefix) {
				read = s.Ticket
			}
			p, err := read(r.Context(), secret)
			if err != nil {
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
				httpapi.Write(w, r, s.opt.Texts, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(access.With(r.Context(), p)))
			return
		}
		if _, err := r.Cookie(CookieName); err != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			next.ServeHTTP(w, r)
			return
		}
		withSession.ServeHTTP(w, r)
	})
}

func bearer(r *http.Request) (string, bool) {
	scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), ok && strings.EqualFold(scheme, "Bearer")
}

// Principal gives who an account is now, for those who act in its name later;
// an account that was closed may not act.
func (s *Service) Principal(ctx context.Context, idb usecase.Reader, id ident.AccountID) (access.Principal, error) {
	r, err := byID(ctx, idb, id)
	if fault.Is(err, fault.NotFound) || err == nil && !r.Active {
		return access.Principal{}, fault.New(fault.Unauthenticated, "token_invalid")
	}
	if err != nil {
		return access.Principal{}, err
	}
	return s.principal(r, s.rt.Now()), nil
}

// token reads for whom a token speaks.
func (s *Service) token(ctx context.Context, secret string) (access.Principal, error) {
	bad := fault.New(fault.Unauthenticated, "token_invalid")
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > 100 {
		return access.Principal{}, bad
	}
	now := s.rt.Now()
	t, err := tokenByHash(ctx, s.rt.DB.R, digest(secret), now)
	if fault.Is(err, fault.NotFound) {
		return access.Principal{}, bad
	}
	if err != nil {
		return access.Principal{}, err
	}
	r, err := byID(ctx, s.rt.DB.R, t.Account)
	if err != nil {
		return access.Principal{}, err
	}
	if !r.Active {
		return access.Principal{}, bad
	}
	if now.Sub(t.LastUsedAt) >= touchEvery {
		if err := touchToken(ctx, s.rt.DB.W, t.ID, now); err != nil {
			return access.Principal{}, err
		}
	}
	p := s.principal(r, now)
	p.Token, p.Scopes = t.ID, t.Scopes
	return p, nil
}
