package account

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// signedInRoles are everybody who has an account.
var signedInRoles = slices.DeleteFunc(slices.Clone(access.Roles), func(r access.Role) bool {
	return r == access.Public || r == access.System
})

var (
	createTokenDef = usecase.Define(usecase.Def{Name: "account.create_token", Allow: signedInRoles})
	revokeTokenDef = usecase.Define(usecase.Def{Name: "account.revoke_token", Allow: signedInRoles})
	listTokensDef  = usecase.Define(usecase.Def{Name: "account.list_tokens", Allow: signedInRoles})
)

// tokenPrefix lets people and scanners of leaked secrets know what they see.
const tokenPrefix = "fx_"

// TokenView is an API token as its holder sees it.
type TokenView struct {
	ID         ident.TokenID `json:"id" format:"uuid"`
	Name       string        `json:"name"`
	Scopes     []string      `json:"scopes" doc:"Names of use-cases, or noun.* for all of a noun."`
	Secret     string        `json:"secret,omitempty" doc:"The token itself; in the answer to its creation only."`
	CreatedAt  time.Time     `json:"created_at"`
	ExpiresAt  time.Time     `json:"expires_at"`
	LastUsedAt *time.Time    `json:"last_used_at,omitempty"`
	RevokedAt  *time.Time    `json:"revoked_at,omitempty"`
}

func (r *tokenRow) view() TokenView {
	v := TokenView{ID: r.ID, Name: r.Name, Scopes: r.Scopes, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt}
	if !r.LastUsedAt.IsZero() {
		v.LastUsedAt = &r.LastUsedAt
	}
	if !r.RevokedAt.IsZero() {
		v.RevokedAt = &r.RevokedAt
	}
	return v
}

// CreateTokenCommand makes a token for a program.
type CreateTokenCommand struct {
	Name   string   `json:"name" validate:"required,max=60,notblank,oneline,plain" doc:"What it is for."`
	Scopes []string `json:"scopes" validate:"required,min=1,max=50,unique,dive,max=60"`
	Days   int      `json:"days" validate:"min=1,max=366" doc:"How long it is good."`
}

// CreateToken makes a token that speaks for the caller within its scopes. Each
// scope must name something that the caller may do now; what the caller may
// no longer do later, the token may not either.
func (s *Service) CreateToken(ctx context.Context, cmd CreateTokenCommand) (TokenView, error) {
	return usecase.Do(ctx, s.rt, createTokenDef, cmd, func(ctx context.Context, c *usecase.Call) (TokenView, error) {
		if err := own(c.By); err != nil {
			return TokenView{}, err
		}
		c.About(string(c.By.Account), string(c.By.Scope))
		for _, scope := range cmd.Scopes {
			if !grantable(c.By, scope) {
				return TokenView{}, fault.OnField("/scopes", "token_scope", "")
			}
		}
		life := min(time.Duration(cmd.Days)*24*time.Hour, tokenMaxLifetime)
		secret := tokenPrefix + rand.Text() + rand.Text()
		row := &tokenRow{
			ID: ident.New[ident.TokenID](), Account: c.By.Account, Name: cmd.Name, Hash: digest(secret), Scopes: cmd.Scopes,
			CreatedAt: c.Now, ExpiresAt: c.Now.Add(life),
		}
		if err := insertToken(ctx, c.Tx, row); err != nil {
			return TokenView{}, err
		}
		c.Note("token", row.ID)
		v := row.view()
		v.Secret = secret
		return v, nil
	})
}

// grantable reports a scope under which the caller may do something.
func grantable(by access.Principal, scope string) bool {
	noun, wild := strings.CutSuffix(scope, ".*")
	for _, d := range usecase.Defs() {
		if (d.Name == scope || wild && strings.HasPrefix(d.Name, noun+".")) && by.Has(d.Allow...) {
			return true
		}
	}
	return false
}

// Scopes lists the nouns for which the caller can make tokens, as "noun.*".
func Scopes(by access.Principal) []string {
	var out []string
	for _, d := range usecase.Defs() {
		noun, _, _ := strings.Cut(d.Name, ".")
		if scope := noun + ".*"; d.NoAPI == "" && by.Has(d.Allow...) && !slices.Contains(out, scope) {
			out = append(out, scope)
		}
	}
	return out
}

// RevokeTokenCommand names a token of the caller.
type RevokeTokenCommand struct {
	ID ident.TokenID `json:"-" validate:"required,uuid7"`
}

// RevokeToken ends a token of the caller at once.
func (s *Service) RevokeToken(ctx context.Context, cmd RevokeTokenCommand) error {
	_, err := usecase.Do(ctx, s.rt, revokeTokenDef, cmd, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(string(c.By.Account), string(c.By.Scope))
		c.Note("token", cmd.ID)
		return struct{}{}, revokeToken(ctx, c.Tx, c.By.Account, cmd.ID, c.Now)
	})
	return err
}

// Tokens lists the caller's tokens, newest first, also those that ended.
func (s *Service) Tokens(ctx context.Context) ([]TokenView, error) {
	return usecase.Read(ctx, s.rt, listTokensDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]TokenView, error) {
		rows, err := tokensOf(ctx, idb, by.Account)
		views := make([]TokenView, len(rows))
		for i := range rows {
			views[i] = rows[i].view()
		}
		return views, err
	})
}
