package tablet

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// TicketPrefix lets people and scanners of leaked secrets know what they see.
const TicketPrefix = "fxt_"

// The use-cases that a ticket covers.
var ticketScopes = []string{"tablet.push", "tablet.park", "tablet.upload", "tablet.upload_state"}

// EnrolCommand makes a tablet known for the signed-in inspector.
type EnrolCommand struct {
	ID   string `json:"id" validate:"required,uuid7" doc:"UUIDv7 made on the device; one for each tablet."`
	Name string `json:"name" validate:"required,notblank,max=40,oneline,plain" doc:"What colleagues call it."`
}

// Enrolled is the answer to an enrolment.
type Enrolled struct {
	ID        string     `json:"id"`
	Ticket    string     `json:"ticket" doc:"Lets the device send items and photos when nobody is signed in; shown this once."`
	ExpiresAt time.Time  `json:"expires_at"`
	Keys      PublicKeys `json:"keys"`
	Time      time.Time  `json:"time"`
}

// DeviceView is a tablet in a list.
type DeviceView struct {
	ID        string          `json:"id"`
	Account   ident.AccountID `json:"account" format:"uuid"`
	User      string          `json:"user" doc:"Name of its user."`
	Name      string          `json:"name"`
	Receipts  int64           `json:"receipts" doc:"Items received from it."`
	CreatedAt time.Time       `json:"created_at"`
	ExpiresAt time.Time       `json:"expires_at"`
	SeenAt    *time.Time      `json:"seen_at,omitempty"`
	RevokedAt *time.Time      `json:"revoked_at,omitempty"`
}

// RevokeCommand takes the ticket of one user of a tablet away.
type RevokeCommand struct {
	ID      string          `json:"-" validate:"required,uuid7"`
	Account ident.AccountID `json:"account" validate:"omitempty,uuid7" format:"uuid" doc:"Whose; your own when left out."`
}

var (
	keysDef    = usecase.Define(usecase.Def{Name: "tablet.keys", Allow: inspectors, NoPage: "read by the tablet's program"})
	enrolDef   = usecase.Define(usecase.Def{Name: "tablet.enrol", Allow: inspectors, NoPage: "done by the tablet's program"})
	devicesDef = usecase.Define(usecase.Def{Name: "tablet.devices", Allow: []access.Role{access.Inspector, access.Administrator}})
	revokeDef  = usecase.Define(usecase.Def{Name: "tablet.revoke", Allow: []access.Role{access.Inspector, access.Administrator}})
)

// KeysView are the keys with the server's time.
type KeysView struct {
	PublicKeys
	Time time.Time `json:"time"`
}

// PublicKeys gives the keys that a device needs before it can seal.
func (s *Service) PublicKeys(ctx context.Context) (KeysView, error) {
	return usecase.Read(ctx, s.rt, keysDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (KeysView, error) {
		keys, err := s.renewed(ctx, idb)
		if err != nil {
			return KeysView{}, err
		}
		return KeysView{keys.Public(), s.rt.Now()}, nil
	})
}

// Enrol makes a tablet known and gives it a ticket; the one before is void.
func (s *Service) Enrol(ctx context.Context, cmd EnrolCommand) (Enrolled, error) {
	return usecase.Do(ctx, s.rt, enrolDef, cmd, func(ctx context.Context, c *usecase.Call) (Enrolled, error) {
		if c.By.Token != "" {
			return Enrolled{}, fault.New(fault.Forbidden, "not_by_token")
		}
		c.About(cmd.ID, string(c.By.Scope))
		keys, err := s.renewed(ctx, c.Tx)
		if err != nil {
			return Enrolled{}, err
		}
		ticket := TicketPrefix + rand.Text() + rand.Text()
		row := &deviceRow{
			ID: cmd.ID, Account: c.By.Account, Name: cmd.Name, Scope: string(c.By.Scope), Ticket: hashOf([]byte(ticket)),
			CreatedAt: c.Now, ExpiresAt: c.Now.Add(TicketLife),
		}
		return Enrolled{cmd.ID, ticket, row.ExpiresAt, keys.Public(), c.Now}, putDevice(ctx, c.Tx, row)
	})
}

// Devices lists the caller's own tablets and, for an administrator, those of
// the area.
func (s *Service) Devices(ctx context.Context) ([]DeviceView, error) {
	return usecase.Read(ctx, s.rt, devicesDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]DeviceView, error) {
		rows, err := devicesOf(ctx, idb, by)
		out := make([]DeviceView, len(rows))
		for i, r := range rows {
			out[i] = r.view()
		}
		return out, err
	})
}

// Revoke takes a ticket away at once. What the tablet still holds is not lost:
// its user can sign in, or export it.
func (s *Service) Revoke(ctx context.Context, cmd RevokeCommand) error {
	_, err := usecase.Do(ctx, s.rt, revokeDef, cmd, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(cmd.ID, string(c.By.Scope))
		if cmd.Account == "" {
			cmd.Account = c.By.Account
		}
		row, err := deviceSeenBy(ctx, c.Tx, cmd.ID, cmd.Account, c.By)
		if err != nil {
			return struct{}{}, err
		}
		c.About(cmd.ID, row.Scope)
		return struct{}{}, revokeDevice(ctx, c.Tx, cmd.ID, cmd.Account, c.Now)
	})
	return err
}

// Ticket reads for whom a ticket speaks: its user, within what a ticket
// covers. It works when that user's session has ended.
func (s *Service) Ticket(ctx context.Context, secret string) (access.Principal, error) {
	bad := fault.New(fault.Unauthenticated, "ticket_invalid")
	if !strings.HasPrefix(secret, TicketPrefix) || len(secret) > 100 {
		return access.Principal{}, bad
	}
	d, err := deviceByTicket(ctx, s.rt.DB.R, hashOf([]byte(secret)), s.rt.Now())
	if fault.Is(err, fault.NotFound) {
		return access.Principal{}, bad
	}
	if err != nil {
		return access.Principal{}, err
	}
	p, err := s.hooks.Principal(ctx, s.rt.DB.R, d.Account)
	if err != nil {
		return access.Principal{}, err
	}
	// What its user still has to do before signing in does not keep answers
	// back that were given already.
	p.Pending, p.Token, p.Scopes = "", ident.TokenID(d.ID), ticketScopes
	return p, nil
}
