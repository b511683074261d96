// Package plaque owns the plaques (牌匾) of titles that have ended: by when
// their holders hand them in, and what became of each.
//
// It does not end titles and hears of it from those that do; what it records
// changes no title.
//
// Invariants: one recovery at a time for a title; what was taken in or
// destroyed is proved by a day and a photo; that a plaque was not handed in is
// public, with the officer's words kept inside; a title that stands again has
// no plaque to recover.
package plaque

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// HandIn is how long a holder has to hand a plaque in. The programme's
// published rules say that it is taken back and name no time; ten working days
// are proposed.
var HandIn = calendar.Period{N: 10, Unit: calendar.Workdays}

// unplated are the schemes that give no plaque: what hangs in a shop with a
// pledge is its own print, which tells the truth when it is scanned.
var unplated = []string{scheme.ReturnPledge}

// Cause is why a title ended.
type Cause string

// The causes.
const (
	Revoked    Cause = "revoked"
	Withdrawn  Cause = "withdrawn"
	Superseded Cause = "superseded" // by one whose plaque says something else
	Expired    Cause = "expired"
	Lapsed     Cause = "lapsed" // of a street, whose shops no longer carry it
)

// Causes lists them for people and tests.
var Causes = []Cause{Revoked, Withdrawn, Superseded, Expired, Lapsed}

// Values lists the codes for the API's enum.
func (Cause) Values() []string {
	out := make([]string, len(Causes))
	for i, c := range Causes {
		out[i] = string(c)
	}
	return out
}

// View is one recovery.
type View struct {
	ID          ident.PlaqueID      `json:"id" format:"uuid"`
	Certificate ident.CertificateID `json:"certificate" format:"uuid"`
	CertNumber  string              `json:"certificate_number"`
	TitleZh     string              `json:"title_zh"`
	TitleEn     string              `json:"title_en"`
	Holder      string              `json:"holder" doc:"Name on the plaque."`
	Address     string              `json:"address"`
	Operator    ident.OperatorID    `json:"-"`
	Division    string              `json:"division"`
	State       lifecycle.State     `json:"state"`
	Cause       Cause               `json:"cause" doc:"Why the title ended."`
	EndedOn     string              `json:"ended_on" format:"date"`
	PlaceZh     string              `json:"place_zh" doc:"Office that takes it."`
	PlaceEn     string              `json:"place_en"`
	DueOn       string              `json:"due_on" format:"date"`
	DaysLeft    *int                `json:"days_left,omitempty" doc:"Working days left while it is wanted; negative when overdue."`
	Overdue     bool                `json:"overdue"`
	DoneOn      string              `json:"done_on,omitempty" format:"date" doc:"Day on which it was taken in, destroyed, or found missing."`
	Officer     string              `json:"officer,omitempty" doc:"Who recorded it; for staff."`
	HandedBy    string              `json:"handed_by,omitempty" doc:"Who handed it in, for those who take part."`
	Photo       string              `json:"photo,omitempty" doc:"SHA-256."`
	Note        string              `json:"note,omitempty"`
	OpenedAt    time.Time           `json:"opened_at"`
	Version     int64               `json:"version"`
	Scope       string              `json:"-"`
	Actions     []lifecycle.Action  `json:"actions,omitempty"`
}

// Title names the title in a language.
func (v View) Title(lang string) string { return either(lang, v.TitleZh, v.TitleEn) }

// Place names the office in a language.
func (v View) Place(lang string) string { return either(lang, v.PlaceZh, v.PlaceEn) }

func either(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// Service runs the use-cases.
type Service struct {
	rt       *usecase.Runtime
	titles   *certificate.Service
	files    *blob.Service
	tasks    *task.Service
	calendar *calendar.Calendar

	// Office names the authority in charge of a path, where plaques are taken.
	Office func(ctx context.Context, idb usecase.Reader, scope string) (zh, en string, err error)
	// OnMoved hooks run in the transaction of each step; "create", "due_soon"
	// and "overdue" are told through them too.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error
}

// New makes the service and hears of the ends of titles.
func New(rt *usecase.Runtime, titles *certificate.Service, files *blob.Service, tasks *task.Service, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, titles: titles, files: files, tasks: tasks, calendar: cal}
	titles.OnMoved = append(titles.OnMoved, s.follow)
	titles.Plaque = s.public
	return s
}

func (s *Service) view(r record, by access.Principal, now time.Time) View {
	v := View{
		ID: r.ID, Certificate: r.Certificate, CertNumber: r.CertNumber, TitleZh: r.TitleZh, TitleEn: r.TitleEn, Holder: r.Holder, Address: r.Address,
		Operator: r.Operator, Division: r.Division, State: r.State, Cause: r.Cause, EndedOn: r.EndedOn, PlaceZh: r.PlaceZh, PlaceEn: r.PlaceEn,
		DueOn: r.DueOn, DoneOn: r.DoneOn, HandedBy: r.HandedBy, Photo: r.Photo, Note: r.Note, OpenedAt: r.CreatedAt, Version: r.Version, Scope: r.Scope,
	}
	if by.Staff() {
		v.Officer = r.Officer
	}
	if due, err := calendar.ParseDate(r.DueOn); err == nil && r.State == lifecycle.Wanted {
		today := calendar.DateOf(now)
		left := s.calendar.WorkdaysBetween(today, due)
		v.DaysLeft, v.Overdue = &left, due.Before(today)
	}
	for _, st := range lifecycle.Plaques.Open(by, r.State) {
		v.Actions = append(v.Actions, st.Action)
	}
	return v
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}

// Today is the last day that a form may name, YYYY-MM-DD.
func (s *Service) Today() string { return calendar.DateOf(s.rt.Now()).String() }
