// Package importer owns the import (导入) of lists that bureaus keep: merchants,
// premises, facts about operators and titles in CSV or XLSX, checked as a whole first and then written
// in small transactions through the use-cases of their slices.
//
// It does not decide what a merchant or a title is: a row that those slices
// refuse is refused here, with its number, its column and a way out. It never
// changes what the registry holds already; what differs is reported.
//
// Invariants: importing a file twice changes nothing; a run that was
// interrupted goes on after its last committed row; one bad row never keeps
// the others out; nobody imports beyond the area of their authority.
package importer

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/certificate"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/usecase"
)

// Kind is what the rows of a file are.
type Kind string

// The kinds.
const (
	Merchants    Kind = "merchants"    // 经营主体
	Premises     Kind = "premises"     // 门店
	Facts        Kind = "facts"        // 信用信息
	Certificates Kind = "certificates" // 称号
)

// Kinds lists them in the order in which a bureau imports them.
var Kinds = []Kind{Merchants, Premises, Facts, Certificates}

// Values lists the codes for the API's enum.
func (Kind) Values() []string {
	return []string{string(Merchants), string(Premises), string(Facts), string(Certificates)}
}

// State is how far a run has come.
type State string

// The states of a run.
const (
	Checked State = "checked" // the whole file was looked at, nothing was written
	Running State = "running"
	Done    State = "done"
)

// Values lists the codes for the API's enum.
func (State) Values() []string { return []string{string(Checked), string(Running), string(Done)} }

// MaxBytes is the largest file that is taken.
const MaxBytes = 20 << 20

// batchRows is how many rows share one transaction: large enough to be quick,
// small enough that nobody else waits long.
const batchRows = 200

// shownProblems is how many problems a view carries; the file has them all.
const shownProblems = 50

// Counts tells what happens, or would happen, to the rows of a file.
type Counts struct {
	Rows     int `json:"rows" doc:"Rows of data."`
	New      int `json:"new" doc:"Rows that were not in the registry."`
	Same     int `json:"same" doc:"Rows that are in the registry already."`
	Differs  int `json:"differs" doc:"Rows that are in the registry with other particulars; they stay as they are."`
	Repeated int `json:"repeated" doc:"Rows that repeat an earlier row of the file."`
	Refused  int `json:"refused" doc:"Rows that cannot be taken."`
	Repaired int `json:"repaired" doc:"Credit codes in which letters were read as digits."`
	Problems int `json:"problems" doc:"Things to look at, hints included."`
	// Skipped counts rows that are no data: title, blank, signature.
	Skipped map[string]int `json:"skipped" doc:"Rows that are no data, by reason: title, blank, signature."`
	Unknown []string       `json:"unknown" doc:"Columns that nothing was read from."`
}

// Problem is one thing to look at in one row.
type Problem struct {
	Row     int       `json:"row" doc:"As the spreadsheet shows it, from 1."`
	Column  string    `json:"column" doc:"Header of the column."`
	Problem i18n.Text `json:"problem"`
	WayOut  i18n.Text `json:"way_out"`
	Refused bool      `json:"refused" doc:"The row is not taken because of it; otherwise it is a hint."`
}

// View is one run.
type View struct {
	ID         ident.ImportID `json:"id" format:"uuid"`
	Kind       Kind           `json:"kind"`
	Name       string         `json:"name" doc:"Name of the file."`
	SHA256     string         `json:"sha256"`
	State      State          `json:"state"`
	Planned    Counts         `json:"planned" doc:"What the check found."`
	Counts     Counts         `json:"counts" doc:"What was done so far."`
	Problems   []Problem      `json:"problems" doc:"The first fifty; empty in lists of imports."`
	More       int            `json:"more" doc:"Problems beyond those."`
	LastRow    int            `json:"last_row" doc:"Number of the last row of data."`
	DoneRow    int            `json:"done_row" doc:"Number of the last row that was dealt with."`
	By         string         `json:"by" doc:"Who checked the file."`
	CreatedAt  time.Time      `json:"created_at"`
	StartedAt  *time.Time     `json:"started_at,omitempty"`
	FinishedAt *time.Time     `json:"finished_at,omitempty"`
	Version    int64          `json:"version"`
}

// Dealt is how many rows were dealt with so far.
func (v View) Dealt() int {
	c := v.Counts
	return c.New + c.Same + c.Differs + c.Repeated + c.Refused
}

// Service runs the use-cases of imports.
type Service struct {
	rt           *usecase.Runtime
	merchants    *merchant.Service
	certificates *certificate.Service
	inCharge     merchant.InCharge
	texts        *i18n.Catalogue

	// OnFinished hooks run in the transaction that ends a run; by is who began it.
	OnFinished []func(ctx context.Context, c *usecase.Call, v View, by ident.AccountID, scope string) error
}

// New makes the service.
func New(rt *usecase.Runtime, merchants *merchant.Service, certificates *certificate.Service, inCharge merchant.InCharge) *Service {
	return &Service{rt: rt, merchants: merchants, certificates: certificates, inCharge: inCharge, texts: i18n.Shipped()}
}

var importers = []access.Role{access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Administrator, access.System}

// titleImporters may record titles; the rule is the one of certificate.import.
var titleImporters = []access.Role{access.CityOfficer, access.ProvinceOfficer, access.System}

// KindsFor lists what somebody may import, in the order of [Kinds]; nothing
// for whoever may not import at all.
func KindsFor(by access.Principal) []Kind {
	switch {
	case !by.Has(importers...):
		return nil
	case !by.Has(titleImporters...):
		return Kinds[:len(Kinds)-1] // titles are the last
	}
	return Kinds
}

var (
	startDef = usecase.Define(usecase.Def{Name: "import.start", Allow: importers})
	runDef   = usecase.Define(usecase.Def{Name: "import.run", Allow: importers})
	batchDef = usecase.Define(usecase.Def{
		Name: "import.batch", Allow: importers,
		NoAPI: "a step of import.run, taken in the background", NoPage: "a step of import.run, taken in the background",
	})
	listDef     = usecase.Define(usecase.Def{Name: "import.list", Allow: importers})
	getDef      = usecase.Define(usecase.Def{Name: "import.get", Allow: importers})
	templateDef = usecase.Define(usecase.Def{Name: "import.template", Allow: importers})
	errorsDef   = usecase.Define(usecase.Def{Name: "import.errors", Allow: importers})
)

// Job carries on a run in the background.
type Job struct {
	Run ident.ImportID `json:"run"`
}

// JobKind is its name in the queue.
const JobKind = "import.run"

// Kind names the job.
func (Job) Kind() string { return JobKind }

// actor is who checked and runs a file, kept for the background.
type actor struct {
	Account   ident.AccountID   `json:"account"`
	Name      string            `json:"name"`
	Roles     []access.Role     `json:"roles"`
	Authority ident.AuthorityID `json:"authority"`
	Scope     access.Scope      `json:"scope"`
	Lang      string            `json:"lang"` // of the list of errors
}

func actorOf(p access.Principal, lang string) actor {
	return actor{Account: p.Account, Name: p.Name, Roles: p.Roles, Authority: p.Authority, Scope: p.Scope, Lang: lang}
}

func (a actor) context(ctx context.Context) context.Context {
	return access.With(ctx, access.Principal{Account: a.Account, Name: a.Name, Roles: a.Roles, Authority: a.Authority, Scope: a.Scope})
}
