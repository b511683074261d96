// Package export owns exports (导出): the register of titles, or every answer of
// inspections, as a file that an officer asked for, written in the background
// and kept for a week.
//
// It does not decide what a title or an answer is or who sees it: rows come
// from their slices, with the scope of whoever asked. It holds no list of its
// own; what a file says was true while it was written.
//
// Invariants: a file holds what its reader may see when it was asked for, and
// only that reader gets it, while the right to see it lasts; no cell is taken
// for a formula; a file is there whole or not at all.
package export

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/certificate"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/usecase"
)

// Format is the kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Formats lists them in the order in which they are offered.
var Formats = []Format{XLSX, CSV}

// Values lists the codes for the API's enum.
func (Format) Values() []string { return []string{string(CSV), string(XLSX)} }

// What says of what a file is made.
type What string

// What there is to export.
const (
	Register What = "register" // titles
	Answers  What = "answers"  // every answer ever given at inspections
)

// Whats lists them in the order in which they are offered.
var Whats = []What{Register, Answers}

// Values lists the codes for the API's enum.
func (What) Values() []string { return []string{string(Register), string(Answers)} }

// State is how far an export has come.
type State string

// The states of an export.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// Values lists the codes for the API's enum.
func (State) Values() []string {
	return []string{string(Waiting), string(Running), string(Done), string(Failed)}
}

// KeepFor is how long a file is kept.
const KeepFor = 7 * 24 * time.Hour

// MostAtOnce is how many exports of one person may be under way.
const MostAtOnce = 2

// Filter narrows an export; empty fields take everything. Scheme and standing
// are of titles, and of no answer.
type Filter struct {
	Division string               `json:"division,omitempty" validate:"omitempty,division" doc:"GB/T 2260 code of a county, city or province."`
	Sector   string               `json:"sector,omitempty" validate:"omitempty,sector"`
	Scheme   string               `json:"scheme,omitempty" validate:"max=40"`
	Standing certificate.Standing `json:"standing,omitempty" validate:"omitempty,oneof=active rectifying suspended revoked withdrawn superseded expired"`
}

// View is one export as the person who asked for it sees it.
type View struct {
	ID         ident.ExportID `json:"id" format:"uuid"`
	What       What           `json:"what"`
	Format     Format         `json:"format"`
	Filter     Filter         `json:"filter"`
	State      State          `json:"state"`
	Rows       int            `json:"rows" doc:"Written so far."`
	All        int            `json:"all" doc:"To be written; counted when the work begins."`
	Bytes      int64          `json:"bytes,omitempty"`
	CreatedAt  time.Time      `json:"created_at"`
	FinishedAt *time.Time     `json:"finished_at,omitempty"`
	ExpiresAt  time.Time      `json:"expires_at" doc:"When the file is deleted."`
	Version    int64          `json:"version"`
}

// Filename is the name under which the file is saved.
func (v View) Filename() string {
	return "fangxin-" + string(v.What) + "-" + v.CreatedAt.In(ident.Beijing).Format("20060102-1504") + "." + string(v.Format)
}

// Service runs the use-cases of exports.
type Service struct {
	rt     *usecase.Runtime
	titles *certificate.Service
	visits *inspection.Service
	texts  *i18n.Catalogue
	dir    string

	// OnFinished hooks run in the transaction that ends an export.
	OnFinished []func(ctx context.Context, c *usecase.Call, v View, by ident.AccountID, scope string) error
}

// New makes the service; files are written below dir.
func New(rt *usecase.Runtime, titles *certificate.Service, visits *inspection.Service, dir string) *Service {
	return &Service{rt: rt, titles: titles, visits: visits, texts: i18n.Shipped(), dir: dir}
}

// actor is who asked, kept for the background.
type actor struct {
	Account   ident.AccountID   `json:"account"`
	Name      string            `json:"name"`
	Roles     []access.Role     `json:"roles"`
	Authority ident.AuthorityID `json:"authority"`
	Scope     access.Scope      `json:"scope"`
}

func actorOf(p access.Principal) actor {
	return actor{Account: p.Account, Name: p.Name, Roles: p.Roles, Authority: p.Authority, Scope: p.Scope}
}

func (a actor) principal() access.Principal {
	return access.Principal{Account: a.Account, Name: a.Name, Roles: a.Roles, Authority: a.Authority, Scope: a.Scope}
}
