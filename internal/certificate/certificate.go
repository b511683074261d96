// Package certificate owns the titles (称号): what was awarded to which
// premises or street, by whom and until when; their suspension, restoration,
// rectification, revocation and withdrawal; and the public register of them.
//
// It does not decide who deserves a title (application does) and does not
// print badges (badge does), but it writes what they show, in the transaction
// of each decision.
//
// Invariants: one live title of a scheme for one premises or street; a title
// is bound to its operator and place and cannot be passed on; "expired" is
// never stored; what gives a title back is decided by a second officer.
package certificate

import (
	"context"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// Standing is the state of a title as the public reads it: the stored state,
// or expired when its last day is over.
type Standing string

// Values lists the codes for the API's enum.
func (Standing) Values() []string {
	return append(lifecycle.Certificate.Values(), string(badge.Expired))
}

// StandingOf computes the standing on a day.
func StandingOf(state lifecycle.State, expiresOn, today calendar.Date) Standing {
	live := state == lifecycle.Active || state == lifecycle.Rectifying
	if live && expiresOn.Before(today) {
		return Standing(badge.Expired)
	}
	return Standing(state)
}

// View is a title as officers and its holder see it, and, without the
// private part, the public.
type View struct {
	ID            ident.CertificateID `json:"id" format:"uuid"`
	Number        string              `json:"number" doc:"Certificate number with its check character."`
	Scheme        string              `json:"scheme"`
	SchemeVersion string              `json:"scheme_version"`
	TitleZh       string              `json:"title_zh"`
	TitleEn       string              `json:"title_en"`
	LabelZh       string              `json:"label_zh,omitempty" doc:"Words beside the title, where the scheme has some."`
	LabelEn       string              `json:"label_en,omitempty"`
	Holder        string              `json:"holder" doc:"Name on the sign, or of the street."`
	Address       string              `json:"address"`
	Division      string              `json:"division" doc:"GB/T 2260 code of the county."`
	Sectors       []string            `json:"sectors"`
	Premises      ident.PremisesID    `json:"premises,omitempty" format:"uuid"`
	Street        ident.StreetID      `json:"street,omitempty" format:"uuid"`
	Photo         string              `json:"photo,omitempty"`
	Phone         string              `json:"phone,omitempty"`
	Issuer        string              `json:"issuer"`
	Approval      string              `json:"approval"`
	IssuedOn      calendar.Date       `json:"issued_on"`
	ExpiresOn     calendar.Date       `json:"expires_on"`
	InspectedOn   string              `json:"inspected_on,omitempty"`
	Grade         string              `json:"grade,omitempty"`
	PromisesZh    []string            `json:"promises_zh"`
	PromisesEn    []string            `json:"promises_en"`
	Standing      Standing            `json:"standing"`
	State         lifecycle.State     `json:"state"`
	Reason        string              `json:"reason,omitempty" doc:"Public reason of the present state."`
	Since         time.Time           `json:"since"`
	ExcludedUntil string              `json:"excluded_until,omitempty" doc:"Last day on which no new application is taken."`
	// GradeHeldUntil is absent where no grade fell or the scheme sets no time.
	GradeHeldUntil string `json:"grade_held_until,omitempty" doc:"Last day on which a grade that fell is not raised; absent when it is over."`

	Version int64        `json:"version"`
	Scope   string       `json:"-"`
	Turn    *quorum.Turn `json:"turn,omitempty" doc:"Of a street: why its title is at risk or has lapsed today."`
	// Actions are the steps the reader may take now.
	Actions []lifecycle.Action `json:"actions,omitempty"`
}

// SchemeTexts gives the words of a scheme; the scheme slice provides them.
type SchemeTexts func(code, version string) (titleZh, titleEn, abbreviation string, exclusionYears, rectificationDays int, ok bool)

// Service runs the use-cases of titles.
type Service struct {
	rt       *usecase.Runtime
	badges   *badge.Service
	schemes  SchemeTexts
	calendar *calendar.Calendar

	// Halted refuses while no titles of a scheme are issued in an area; nil
	// where nothing halts them.
	Halted func(ctx context.Context, idb usecase.Reader, scheme, scope string) error
	// Label gives the words that a scheme puts beside its title; nil for none.
	Label func(code, version string) scheme.Text

	// OnMoved hooks run in the transaction of each step; the composition root
	// sets them before the first request.
	OnMoved []func(ctx context.Context, c *usecase.Call, m Moved) error
	// OnReplaced hooks run in the transaction that puts a certificate in the
	// place of another one, once the new one is there.
	OnReplaced []func(ctx context.Context, c *usecase.Call, old ident.CertificateID, m Moved) error
	// Led are the schemes whose titles follow another record, which takes the
	// steps: nobody is offered them on the title itself.
	Led []string
	// OnIssued hooks run in the transaction that awards or imports a title.
	OnIssued []func(ctx context.Context, c *usecase.Call, m Moved) error
	// Rechecks gives the months between two re-checks for each version of a
	// scheme; the scheme slice stands behind it.
	Rechecks func(ctx context.Context, idb usecase.Reader) ([]scheme.Recheck, error)
	// Heard lists the replies of its holder that were published about a title;
	// the slice that keeps them sets it.
	Heard func(ctx context.Context, idb usecase.Reader, id ident.CertificateID) ([]Heard, error)
	// Unproven refuses to propose that a title comes back while an order to
	// rectify is open; the slice that keeps the orders sets it.
	Unproven func(ctx context.Context, c *usecase.Call, id ident.CertificateID) error
	// Plaque says what became of the plaque of a title that ended; nil for
	// nothing to say. The slice that takes plaques in sets it.
	Plaque func(ctx context.Context, idb usecase.Reader, id ident.CertificateID) (*Plaque, error)
}

// Moved tells other slices about a step of a title.
type Moved struct {
	View
	Operator ident.OperatorID // of a shop's title
	Action   lifecycle.Action
	// KeepsPlaque says that the plaque on the wall stays right: the title goes
	// on under the same name.
	KeepsPlaque bool
}

// Plaque is what the public may know of the plaque of a title that ended.
type Plaque struct {
	State lifecycle.State `json:"state" enum:"wanted,recovered,destroyed,missing"`
	On    string          `json:"on,omitempty" format:"date" doc:"Day on which it was taken in, destroyed, or found missing."`
	DueOn string          `json:"due_on" format:"date" doc:"Until when it had to be handed in."`
}

// New makes the service and ties the badge slice's hooks to it.
func New(rt *usecase.Runtime, badges *badge.Service, schemes SchemeTexts, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, badges: badges, schemes: schemes, calendar: cal}
	badges.OnPrint = func(ctx context.Context, c *usecase.Call, id ident.CertificateID) error {
		r, err := byID(ctx, c.Tx, id)
		if err != nil {
			return err
		}
		return s.refresh(ctx, c, r)
	}
	badges.Holder = func(ctx context.Context, c *usecase.Call, id ident.CertificateID) (string, bool, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return "", false, err
		}
		standing := r.standing(calendar.DateOf(c.Now))
		return r.Scope, standing == Standing(lifecycle.Active) || standing == Standing(lifecycle.Rectifying), nil
	}
	return s
}

// view words a record for a reader.
func (s *Service) view(r record, by access.Principal, now time.Time) View {
	zh, en, _, _, _, _ := s.schemes(r.Scheme, r.SchemeVersion)
	v := View{
		ID: r.ID, Number: r.Number, Scheme: r.Scheme, SchemeVersion: r.SchemeVersion, TitleZh: zh, TitleEn: en,
		Holder: r.Holder, Address: r.Address, Division: r.Division, Sectors: r.Sectors, Premises: r.Premises,
		Street: r.Street, Photo: r.Photo, Phone: r.Phone, Issuer: r.Issuer, Approval: r.Approval,
		IssuedOn: r.IssuedOn, ExpiresOn: r.ExpiresOn, InspectedOn: r.InspectedOn, Grade: r.Grade,
		PromisesZh: r.Promises.Zh, PromisesEn: r.Promises.En,
		Standing: r.standing(calendar.DateOf(now)), State: r.State, Reason: r.Reason,
		Since: r.StateSince, ExcludedUntil: r.ExcludedUntil, GradeHeldUntil: r.heldOn(calendar.DateOf(now)), Version: r.Version, Scope: r.Scope,
	}
	label := s.label(r)
	v.LabelZh, v.LabelEn = label.Zh, label.En
	v.explain(r, calendar.DateOf(now))
	for _, st := range lifecycle.Certificate.Open(by, r.State) {
		if slices.Contains(s.Led, r.Scheme) {
			break
		}
		v.Actions = append(v.Actions, st.Action)
	}
	return v
}

func (s *Service) label(r record) scheme.Text {
	if s.Label == nil {
		return scheme.Text{}
	}
	return s.Label(r.Scheme, r.SchemeVersion)
}

// face is what scans of this title show.
func (s *Service) face(r record) badge.Face {
	zh, en, _, _, _, _ := s.schemes(r.Scheme, r.SchemeVersion)
	label := s.label(r)
	return badge.Face{
		LabelZh: label.Zh, LabelEn: label.En,
		Certificate: r.ID, Number: r.Number, State: r.State, Scheme: r.Scheme, TitleZh: zh, TitleEn: en,
		Holder: r.Holder, Address: r.Address, Division: r.Division, Sectors: r.Sectors, Photo: r.Photo, Phone: r.Phone,
		Issuer: r.Issuer, Approval: r.Approval, IssuedOn: r.IssuedOn, ExpiresOn: r.ExpiresOn,
		InspectedOn: r.InspectedOn, Grade: r.Grade, PromisesZh: r.Promises.Zh, PromisesEn: r.Promises.En,
		Reason: r.Reason, Since: r.StateSince, BarredUntil: r.ExcludedUntil, Street: r.Street != "", Board: string(r.Street), Turns: faceTurns(r.Turns),
	}
}

// refresh writes what scans show, and drops cached answers after the commit.
func (s *Service) refresh(ctx context.Context, c *usecase.Call, r record) error {
	f := s.face(r)
	heir, err := heirOf(ctx, c.Tx, r, r.standing(calendar.DateOf(c.Now)) == Standing(badge.Expired))
	if err != nil {
		return err
	}
	f.Heir = string(heir)
	if f.Replies, err = s.beside(ctx, c.Tx, r); err != nil {
		return err
	}
	if s.Plaque != nil {
		p, err := s.Plaque(ctx, c.Tx, r.ID)
		if err != nil {
			return err
		}
		if p != nil && (p.State == lifecycle.Wanted || p.State == lifecycle.Missing) {
			f.Plaque = p.State
		}
	}
	serials, err := badge.Refresh(ctx, c.Tx, f, c.Now)
	if err != nil {
		return err
	}
	s.badges.DropAfter(c, serials)
	return nil
}
