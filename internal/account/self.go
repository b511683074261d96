package account

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

var (
	sessionDef        = usecase.Define(usecase.Def{Name: "account.session", Allow: access.Roles})
	changePasswordDef = usecase.Define(usecase.Def{Name: "account.change_password", Allow: access.Roles})
	renameDef         = usecase.Define(usecase.Def{Name: "account.rename", Allow: signedInRoles})
	listSessionsDef   = usecase.Define(usecase.Def{Name: "account.list_sessions", Allow: signedInRoles})
	endSessionDef     = usecase.Define(usecase.Def{Name: "account.end_session", Allow: signedInRoles})
)

// SessionView says who is signed in and what they must do first.
type SessionView struct {
	Account   View   `json:"account"`
	Authority string `json:"authority,omitempty" doc:"Name of the authority, of staff."`
	Pending   string `json:"pending,omitempty" doc:"What must be done before anything else: change_password_first or set_up_totp_first."`
}

func (s *Service) sessionView(ctx context.Context, idb usecase.Reader, p access.Principal) (SessionView, error) {
	r, err := byID(ctx, idb, p.Account)
	if err != nil {
		return SessionView{}, err
	}
	v := SessionView{Account: r.view(), Pending: p.Pending}
	if r.staff() {
		a, err := s.authorities.Find(ctx, idb, r.Authority)
		if err != nil {
			return SessionView{}, err
		}
		v.Authority = a.NameZh
	}
	return v, nil
}

// Session reads who is signed in; the public is [fault.Unauthenticated].
func (s *Service) Session(ctx context.Context) (SessionView, error) {
	return usecase.Read(ctx, s.rt, sessionDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (SessionView, error) {
		if !by.SignedIn() {
			return SessionView{}, fault.New(fault.Unauthenticated, "")
		}
		return s.sessionView(ctx, idb, by)
	})
}

// ChangePasswordCommand replaces the caller's password.
type ChangePasswordCommand struct {
	Current string `json:"current" validate:"required,max=128"`
	New     string `json:"new" validate:"required,max=128"`
}

// ChangePassword replaces the password and ends all other sessions.
func (s *Service) ChangePassword(ctx context.Context, cmd ChangePasswordCommand) error {
	by := access.From(ctx)
	hash := ""
	refused := s.reprove(ctx, by, cmd.Current)
	if refused == nil {
		hash, refused = s.newHash(ctx, by, cmd)
	}
	var account *record
	_, err := usecase.Do(ctx, s.rt, changePasswordDef, cmd, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		if refused != nil {
			return struct{}{}, refused
		}
		r, err := s.me(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		account = r
		r.PasswordHash, r.PasswordSetAt, r.MustChange = hash, c.Now, false
		if err := save(ctx, c.Tx, r, c.Now, "password_hash", "password_set_at", "must_change"); err != nil {
			return struct{}{}, err
		}
		if err := deleteSessionsOf(ctx, c.Tx, r.ID); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.secured(ctx, c, r, PasswordChanged, "")
	})
	if err != nil {
		return err
	}
	return s.begin(ctx, account)
}

func (s *Service) newHash(ctx context.Context, by access.Principal, cmd ChangePasswordCommand) (string, error) {
	if cmd.New == cmd.Current {
		return "", fault.OnField("/new", "password_same", "")
	}
	r, err := byID(ctx, s.rt.DB.R, by.Account)
	if err != nil {
		return "", err
	}
	if err := s.profile.Check("/new", cmd.New, r.Login, r.Name); err != nil {
		return "", err
	}
	return hashPassword(ctx, cmd.New)
}

// RenameCommand changes how the caller is addressed.
type RenameCommand struct {
	Name string `json:"name" validate:"required,max=40,notblank,oneline,plain"`
}

// Rename changes the caller's name. Records of what was done keep the name of
// their time.
func (s *Service) Rename(ctx context.Context, cmd RenameCommand) (View, error) {
	return usecase.Do(ctx, s.rt, renameDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.me(ctx, c)
		if err != nil {
			return View{}, err
		}
		if r.staff() {
			// Colleagues know each other by the name in the personnel file.
			return View{}, fault.New(fault.Forbidden, "name_by_admin")
		}
		r.Name = cmd.Name
		return r.view(), save(ctx, c.Tx, r, c.Now, "name")
	})
}

// SessionEntry is one browser in which an account is signed in.
type SessionEntry struct {
	ID        string    `json:"id" format:"uuid"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at" doc:"Last use, to the minute."`
	ExpiresAt time.Time `json:"expires_at"`
}

// Sessions lists where the caller is signed in, last used first.
func (s *Service) Sessions(ctx context.Context) ([]SessionEntry, error) {
	return usecase.Read(ctx, s.rt, listSessionsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]SessionEntry, error) {
		rows, err := sessionsOf(ctx, idb, by.Account, s.rt.Now())
		out := make([]SessionEntry, len(rows))
		for i, r := range rows {
			out[i] = SessionEntry{ID: r.ID, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, ExpiresAt: r.ExpiresAt}
		}
		return out, err
	})
}

// EndSessionCommand names one of the caller's sessions.
type EndSessionCommand struct {
	ID string `json:"-" validate:"required,uuid7"`
}

// EndSession signs the caller out in one browser.
func (s *Service) EndSession(ctx context.Context, cmd EndSessionCommand) error {
	_, err := usecase.Do(ctx, s.rt, endSessionDef, cmd, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		if err := own(c.By); err != nil {
			return struct{}{}, err
		}
		c.About(string(c.By.Account), string(c.By.Scope))
		return struct{}{}, deleteSessionByID(ctx, c.Tx, c.By.Account, cmd.ID)
	})
	return err
}
