package badge

import (
	"context"
	"database/sql"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badgecode"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Service runs the badge use-cases and answers scans.
type Service struct {
	rt    *usecase.Runtime
	ring  *badgecode.Ring
	base  string // address that the QR code opens, without a slash at the end
	cache *Cache

	stmtMu sync.Mutex
	stmt   *sql.Stmt
	latest atomic.Int64 // the latest time seen, in Unix microseconds

	// Print is told of new prints, so that the certificate slice writes their
	// faces in the same transaction.
	OnPrint func(ctx context.Context, c *usecase.Call, certificate ident.CertificateID) error
	// Holder checks that the caller may print for the certificate and tells
	// whether it is live, with its scope.
	Holder func(ctx context.Context, c *usecase.Call, certificate ident.CertificateID) (scope string, live bool, err error)
	// OpenTask opens the work item that a shopper's report becomes.
	OpenTask OpenTask
	// Root is the scope of the province, which looks after codes of nobody.
	Root string
}

// New makes the service. base is the configured base URL.
func New(rt *usecase.Runtime, ring *badgecode.Ring, base string) *Service {
	return &Service{rt: rt, ring: ring, base: strings.TrimRight(base, "/"), cache: NewCache()}
}

// Cache gives the edge the finished answers.
func (s *Service) Cache() *Cache { return s.cache }

// Parse reads a code as typed; err tells malformed from forged.
func (s *Service) Parse(typed string) (badgecode.Serial, error) { return s.ring.Parse(typed) }

// Resolve reads a code like [Service.Parse] and gives it in canonical form.
func (s *Service) Resolve(typed string) (badgecode.Serial, badgecode.Code, error) {
	return s.ring.Resolve(typed)
}

// Encode gives the canonical code of a serial.
func (s *Service) Encode(serial badgecode.Serial) badgecode.Code { return s.ring.Encode(serial) }

// URL is the address in the QR code of a print.
func (s *Service) URL(code badgecode.Code) string { return badgecode.URL(s.base, code) }

// Host is what a shopper compares with the address bar.
func (s *Service) Host() string {
	u, err := url.Parse(s.base)
	if err != nil {
		return s.base
	}
	return u.Host
}

// Kind is the form of a print.
type Kind string

// The forms.
const (
	PosterPrint  Kind = "poster"  // A4 sheet for the wall
	StickerPrint Kind = "sticker" // small one for the door
)

// Values lists the codes for the API's enum.
func (Kind) Values() []string { return []string{string(PosterPrint), string(StickerPrint)} }

// View is a printed badge as its holder and the officers see it.
type View struct {
	ID          ident.StickerID     `json:"id" format:"uuid"`
	Certificate ident.CertificateID `json:"certificate" format:"uuid"`
	Code        badgecode.Code      `json:"code" doc:"What the QR code carries, 16 characters."`
	URL         string              `json:"url"`
	PrintNo     int64               `json:"print_no" doc:"Running number of this certificate's prints."`
	Kind        Kind                `json:"kind"`
	State       lifecycle.State     `json:"state"`
	Version     int64               `json:"version"`
	PrintedAt   time.Time           `json:"printed_at"`
}

// Serial is the print's number as it stands on the paper: year and running
// number of this certificate's prints.
func (v View) Serial() string {
	return v.PrintedAt.Format("06") + "-" + strconv.FormatInt(v.PrintNo, 10)
}

func (s *Service) view(r record) View {
	code := s.ring.Encode(r.Serial)
	return View{
		ID: r.ID, Certificate: r.Certificate, Code: code, URL: s.URL(code),
		PrintNo: r.PrintNo, Kind: r.Kind, State: r.State, Version: r.Version, PrintedAt: r.CreatedAt,
	}
}

// Issue adds prints to a certificate inside another use-case's transaction.
func (s *Service) Issue(ctx context.Context, c *usecase.Call, certificate ident.CertificateID, scope string, kind Kind, n int, state lifecycle.State) ([]View, error) {
	last, err := lastPrint(ctx, c.Tx, certificate)
	if err != nil {
		return nil, err
	}
	rows := make([]record, n)
	views := make([]View, n)
	for i := range rows {
		serial, err := badgecode.NewSerial()
		if err != nil {
			return nil, err
		}
		rows[i] = record{
			ID: ident.New[ident.StickerID](), Serial: serial, Certificate: certificate, PrintNo: last + int64(i) + 1,
			Kind: kind, State: lifecycle.Sticker.Start, Version: 1, Scope: scope, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
	}
	if err := insert(ctx, c.Tx, rows); err != nil {
		return nil, err
	}
	for i := range rows {
		inner := c.AsSystem()
		if err := inner.Begin(ctx, lifecycle.Sticker, string(rows[i].ID), scope); err != nil {
			return nil, err
		}
		if state == lifecycle.StickerActive {
			to, err := inner.Step(ctx, lifecycle.Sticker, subject(rows[i]), lifecycle.Activate, "", "")
			if err != nil {
				return nil, err
			}
			rows[i].State, rows[i].Version = to, rows[i].Version+1
		}
		views[i] = s.view(rows[i])
	}
	return views, nil
}

func subject(r record) usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}

var (
	holders  = []access.Role{access.Merchant, access.Organiser, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer}
	printDef = usecase.Define(usecase.Def{Name: "badge.print", Allow: holders})
	activate = usecase.Define(usecase.Def{Name: "badge.activate", Allow: lifecycle.Sticker.Roles(lifecycle.Activate)})
	voidDef  = usecase.Define(usecase.Def{Name: "badge.void", Allow: lifecycle.Sticker.Roles(lifecycle.Void)})
	listDef  = usecase.Define(usecase.Def{Name: "badge.list", Allow: append(holders, access.Supervisor, access.Inspector, access.Administrator, access.Publisher)})
	// ScanDef is the public look-up; the edge answers it without the framework.
	ScanDef = usecase.Define(usecase.Def{Name: "badge.scan", Allow: access.Roles})
)

// PrintCommand orders more prints of a live certificate's badge.
type PrintCommand struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
	Kind        Kind                `json:"kind" validate:"required,oneof=poster sticker"`
	Copies      int                 `json:"copies" validate:"min=1,max=50" doc:"How many, each with a serial of its own."`
}

// Print makes new prints; they become active when they are put up.
func (s *Service) Print(ctx context.Context, cmd PrintCommand) ([]View, error) {
	return usecase.Do(ctx, s.rt, printDef, cmd, func(ctx context.Context, c *usecase.Call) ([]View, error) {
		scope, live, err := s.Holder(ctx, c, cmd.Certificate)
		if err != nil {
			return nil, err
		}
		c.About(string(cmd.Certificate), scope)
		if !live {
			return nil, fault.New(fault.NotReady, "badge_not_live")
		}
		views, err := s.Issue(ctx, c, cmd.Certificate, scope, cmd.Kind, cmd.Copies, lifecycle.Printed)
		if err != nil {
			return nil, err
		}
		c.Note("copies", cmd.Copies)
		return views, s.OnPrint(ctx, c, cmd.Certificate)
	})
}

// StepCommand moves one print.
type StepCommand struct {
	ID     ident.StickerID `json:"-" validate:"required,uuid7"`
	Reason string          `json:"reason" validate:"max=200,plain" doc:"Why: lost, damaged, copied …; required for voiding."`
}

// Activate marks a print as put up.
func (s *Service) Activate(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, activate, cmd, lifecycle.Activate)
}

// Void takes one print out of use; scans of it find nothing.
func (s *Service) Void(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, voidDef, cmd, lifecycle.Void)
}

func (s *Service) step(ctx context.Context, d *usecase.Def, cmd StepCommand, a lifecycle.Action) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		to, err := c.Step(ctx, lifecycle.Sticker, subject(r), a, "", cmd.Reason)
		if err != nil {
			return View{}, err
		}
		r.State, r.Version = to, r.Version+1
		return s.view(r), s.OnPrint(ctx, c, r.Certificate)
	})
}

// ListQuery asks for the prints of a certificate.
type ListQuery struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
}

// List shows the prints of a certificate to its holder and the officers.
func (s *Service) List(ctx context.Context, q ListQuery) ([]View, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]View, error) {
		rows, err := visible(ctx, idb, q.Certificate, by)
		views := make([]View, len(rows))
		for i, r := range rows {
			views[i] = s.view(r)
		}
		return views, err
	})
}

var getDef = usecase.Define(usecase.Def{Name: "badge.get", Allow: listDef.Allow})

// Get reads one print for its holder and the officers.
func (s *Service) Get(ctx context.Context, id ident.StickerID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		return s.view(r), err
	})
}

// DropAfter forgets cached answers once the use-case has committed.
func (s *Service) DropAfter(c *usecase.Call, serials []badgecode.Serial) {
	c.AfterCommit(func() { s.cache.Drop(serials...) })
}
