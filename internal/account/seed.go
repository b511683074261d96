package account

import (
	"context"
	"sync"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var seedDef = usecase.Define(usecase.Def{
	Name: "account.seed", Allow: []access.Role{access.System},
	NoAPI: "makes the accounts of the demo", NoPage: "makes the accounts of the demo",
})

// SeedCommand makes one account of the demo, with a password that everybody
// may know. Staff have an authority; merchants and organisers have a phone,
// and here a login too.
type SeedCommand struct {
	Login     string            `validate:"required,min=3,max=32"`
	Password  string            `validate:"required,max=128"`
	Name      string            `validate:"required,max=40"`
	Phone     string            `validate:"omitempty,mobile"`
	Roles     []access.Role     `validate:"required,min=1"`
	Authority ident.AuthorityID `validate:"omitempty,uuid7"`
}

// demoHashes are the hashes of the demo's passwords. Its accounts share one
// that everybody may read; salts of their own would protect nothing, and cost
// most of the time that their making takes.
var demoHashes sync.Map

func demoHash(ctx context.Context, password string) (string, error) {
	if hash, ok := demoHashes.Load(password); ok {
		return hash.(string), nil
	}
	hash, err := hashPassword(ctx, password)
	if err == nil {
		demoHashes.Store(password, hash)
	}
	return hash, err
}

// Seed makes an account of the demo. It owes neither a new password nor
// one-time codes; no other way makes such an account. ctx must act as the
// system ([usecase.System]).
func (s *Service) Seed(ctx context.Context, cmd SeedCommand) (View, error) {
	hash, hashErr := demoHash(ctx, cmd.Password)
	return usecase.Do(ctx, s.rt, seedDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if hashErr != nil {
			return View{}, hashErr
		}
		r := &record{
			ID: ident.New[ident.AccountID](), Login: normalLogin(cmd.Login), PasswordHash: hash, PasswordSetAt: c.Now,
			TotpExempt: true, Active: true, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if cmd.Authority != "" {
			if err := s.describe(ctx, c, r, StaffData{Name: cmd.Name, Phone: cmd.Phone, Roles: cmd.Roles, Authority: cmd.Authority}); err != nil {
				return View{}, err
			}
		} else {
			r.Name, r.Phone, r.Roles = cmd.Name, ident.NormalPhone(cmd.Phone), cmd.Roles
			c.About(string(r.ID), "")
		}
		return r.view(), insertAccount(ctx, c.Tx, r)
	})
}
