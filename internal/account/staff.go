package account

import (
	"context"
	"regexp"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// admins look after the accounts of staff inside their scope; the registry
// itself does from the command line.
var admins = []access.Role{access.Administrator, access.System}

var (
	createStaffDef = usecase.Define(usecase.Def{Name: "account.create_staff", Allow: admins})
	updateStaffDef = usecase.Define(usecase.Def{Name: "account.update_staff", Allow: admins})
	deactivateDef  = usecase.Define(usecase.Def{Name: "account.deactivate", Allow: admins})
	activateDef    = usecase.Define(usecase.Def{Name: "account.activate", Allow: admins})
	unlockDef      = usecase.Define(usecase.Def{Name: "account.unlock", Allow: admins})
	resetDef       = usecase.Define(usecase.Def{Name: "account.reset", Allow: admins})
)

// StaffData is what an administrator says about a colleague.
type StaffData struct {
	Name      string            `json:"name" validate:"required,max=40,notblank,oneline,plain"`
	Phone     string            `json:"phone,omitempty" validate:"omitempty,max=24,phone" doc:"For colleagues; it signs in nobody. Left out, it stays as it is."`
	Roles     []access.Role     `json:"roles" validate:"required,min=1,max=7,unique,dive,oneof=inspector county_officer city_officer province_officer publisher supervisor administrator"`
	Authority ident.AuthorityID `json:"authority" validate:"required,uuid7"`
}

// CreateStaffCommand makes an account for a colleague.
type CreateStaffCommand struct {
	Login string `json:"login" validate:"required,min=3,max=32,plain" doc:"Letters, digits, dot, hyphen, underscore; begins with a letter."`
	StaffData
}

// Created is a new or reset account with its first password, shown once.
type Created struct {
	View
	InitialPassword string `json:"initial_password" doc:"To be handed to the holder, who must change it at the first sign-in."`
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)

// CreateStaff makes an account with a first password. Authority and roles must
// lie within what the caller may give.
func (s *Service) CreateStaff(ctx context.Context, cmd CreateStaffCommand) (Created, error) {
	password, hash, hashErr := s.firstPassword(ctx, createStaffDef)
	return usecase.Do(ctx, s.rt, createStaffDef, cmd, func(ctx context.Context, c *usecase.Call) (Created, error) {
		if hashErr != nil {
			return Created{}, hashErr
		}
		r := &record{
			ID: ident.New[ident.AccountID](), Login: normalLogin(cmd.Login), PasswordHash: hash, PasswordSetAt: c.Now,
			MustChange: true, Active: true, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if !loginForm.MatchString(r.Login) {
			return Created{}, fault.OnField("/login", "login_form", "")
		}
		if err := s.describe(ctx, c, r, cmd.StaffData); err != nil {
			return Created{}, err
		}
		if err := insertAccount(ctx, c.Tx, r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return Created{}, fault.OnField("/login", "login_taken", "")
			}
			return Created{}, err
		}
		return Created{View: r.view(), InitialPassword: password}, nil
	})
}

// firstPassword makes and hashes a password for those who may set one: hashing
// is dear, and the refusal of others follows anyhow.
func (s *Service) firstPassword(ctx context.Context, d *usecase.Def) (password, hash string, err error) {
	if d.Authorise(access.From(ctx)) != nil {
		return "", "", nil
	}
	if password, err = initialPassword(); err != nil {
		return "", "", err
	}
	hash, err = hashPassword(ctx, password)
	return password, hash, err
}

// describe writes what an administrator says into the record, if the caller
// may say it: the authority lies in the caller's scope, and the roles fit the
// level of the authority, so that a county cannot make officers of the city.
func (s *Service) describe(ctx context.Context, c *usecase.Call, r *record, d StaffData) error {
	a, err := s.authorities.Find(ctx, c.Tx, d.Authority)
	if fault.Is(err, fault.NotFound) || err == nil && (!c.By.Scope.Contains(a.Path) || !a.Active) {
		return fault.OnField("/authority", "authority_outside", "")
	}
	if err != nil {
		return err
	}
	may := rolesOf(a.Level)
	for _, role := range d.Roles {
		if !slices.Contains(may, role) {
			return fault.OnField("/roles", "role_level", "")
		}
	}
	r.Name, r.Roles, r.Authority, r.Scope = d.Name, d.Roles, a.ID, a.Path
	if d.Phone != "" {
		r.Phone = ident.NormalPhone(d.Phone)
	}
	c.About(string(r.ID), r.Scope)
	c.Note("roles", d.Roles)
	return nil
}

// UpdateStaffCommand changes what is said about a colleague.
type UpdateStaffCommand struct {
	ID ident.AccountID `json:"-" validate:"required,uuid7"`
	StaffData
}

// UpdateStaff changes name, phone, roles and authority. It works at the next
// request of the colleague. Nobody changes their own roles.
func (s *Service) UpdateStaff(ctx context.Context, cmd UpdateStaffCommand) (View, error) {
	return usecase.Do(ctx, s.rt, updateStaffDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.colleague(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if !r.staff() {
			return View{}, fault.New(fault.NotFound, "")
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		phone := r.Phone
		if err := s.describe(ctx, c, r, cmd.StaffData); err != nil {
			return View{}, err
		}
		if err := save(ctx, c.Tx, r, c.Now, "name", "phone", "roles", "authority", "scope"); err != nil {
			return View{}, err
		}
		if phone != r.Phone && phone != "" {
			if err := s.secured(ctx, c, r, PhoneChanged, phone); err != nil {
				return View{}, err
			}
		}
		return r.view(), nil
	})
}

// colleague reads an account of staff inside the caller's scope that is not
// the caller's own.
func (s *Service) colleague(ctx context.Context, c *usecase.Call, id ident.AccountID) (*record, error) {
	r, err := staffIn(ctx, c.Tx, c.By.Scope, id)
	if err != nil {
		return nil, err
	}
	c.About(string(r.ID), r.Scope)
	if r.ID == c.By.Account {
		return nil, fault.New(fault.FourEyes, "own_account")
	}
	return r, nil
}

// AccountCommand names an account of staff.
type AccountCommand struct {
	ID ident.AccountID `json:"-" validate:"required,uuid7"`
}

// Deactivate ends an account: its sessions and tokens stop at once. What the
// person did stays on record.
func (s *Service) Deactivate(ctx context.Context, cmd AccountCommand) (View, error) {
	return s.change(ctx, deactivateDef, cmd, func(ctx context.Context, c *usecase.Call, r *record) error {
		r.Active = false
		if err := deleteSessionsOf(ctx, c.Tx, r.ID); err != nil {
			return err
		}
		if err := revokeTokensOf(ctx, c.Tx, r.ID, c.Now); err != nil {
			return err
		}
		return save(ctx, c.Tx, r, c.Now, "active")
	})
}

// Activate lets a deactivated account sign in again.
func (s *Service) Activate(ctx context.Context, cmd AccountCommand) (View, error) {
	return s.change(ctx, activateDef, cmd, func(ctx context.Context, c *usecase.Call, r *record) error {
		if r.staff() {
			a, err := s.authorities.Find(ctx, c.Tx, r.Authority)
			if err != nil {
				return err
			}
			if !a.Active {
				return fault.New(fault.Conflict, "authority_closed", a.NameZh)
			}
		}
		r.Active = true
		return save(ctx, c.Tx, r, c.Now, "active")
	})
}

// Unlock forgives wrong attempts before the time is over.
func (s *Service) Unlock(ctx context.Context, cmd AccountCommand) (View, error) {
	return s.change(ctx, unlockDef, cmd, func(ctx context.Context, c *usecase.Call, r *record) error {
		if err := forgive(ctx, c.Tx, attemptKey("totp\x00"+string(r.ID))); err != nil {
			return err
		}
		return forgive(ctx, c.Tx, attemptKey(r.Login))
	})
}

func (s *Service) change(ctx context.Context, d *usecase.Def, cmd AccountCommand, fn func(context.Context, *usecase.Call, *record) error) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.colleague(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		if err := fn(ctx, c, r); err != nil {
			return View{}, err
		}
		return r.view(), nil
	})
}

// Reset gives a colleague who lost password or device a new first password and
// takes the one-time codes away; both are set up again at the next sign-in.
func (s *Service) Reset(ctx context.Context, cmd AccountCommand) (Created, error) {
	password, hash, hashErr := s.firstPassword(ctx, resetDef)
	return usecase.Do(ctx, s.rt, resetDef, cmd, func(ctx context.Context, c *usecase.Call) (Created, error) {
		if hashErr != nil {
			return Created{}, hashErr
		}
		r, err := s.colleague(ctx, c, cmd.ID)
		if err != nil {
			return Created{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return Created{}, err
		}
		if r.Login == "" {
			return Created{}, fault.New(fault.Conflict, "no_password")
		}
		r.PasswordHash, r.PasswordSetAt, r.MustChange = hash, c.Now, true
		r.TotpSecret, r.TotpPending = "", ""
		if err := replaceRecoveryCodes(ctx, c.Tx, r.ID, nil); err != nil {
			return Created{}, err
		}
		if err := deleteSessionsOf(ctx, c.Tx, r.ID); err != nil {
			return Created{}, err
		}
		if err := forgive(ctx, c.Tx, attemptKey(r.Login)); err != nil {
			return Created{}, err
		}
		if err := save(ctx, c.Tx, r, c.Now, "password_hash", "password_set_at", "must_change", "totp_secret", "totp_pending"); err != nil {
			return Created{}, err
		}
		if err := s.secured(ctx, c, r, WasReset, ""); err != nil {
			return Created{}, err
		}
		return Created{View: r.view(), InitialPassword: password}, nil
	})
}
