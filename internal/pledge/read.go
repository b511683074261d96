package pledge

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// ListQuery filters pledges.
type ListQuery struct {
	Division string           `json:"division" validate:"omitempty,division" doc:"GB/T 2260 code of a county, city or province."`
	Sector   string           `json:"sector" validate:"omitempty,sector"`
	Goods    string           `json:"goods" validate:"max=40,oneline,plain" doc:"Category of goods that is covered."`
	Days     int              `json:"days" validate:"min=0,max=365" doc:"At least so many days."`
	Name     string           `json:"name" validate:"max=60,plain" doc:"Part of the shop's name, two characters or more."`
	Standing Standing         `json:"standing" validate:"omitempty,oneof=draft published held active yellow_card red_card removed refused objection_upheld withdrawn superseded expired"`
	Work     string           `json:"work" validate:"omitempty,oneof=objections cards overdue" doc:"What waits for an officer: open objections, open cards, cards past their day."`
	Premises ident.PremisesID `json:"premises" validate:"omitempty,uuid7"`
	Limit    int              `json:"limit" validate:"min=0,max=200"`
	After    string           `json:"after" validate:"max=400"`
}

// Page is one page of pledges.
type Page struct {
	Items []View
	Next  string
}

// Card is a card as the public reads it; what the shop did is for the shop and
// officers.
type Card struct {
	ID       ident.CardID  `json:"id" format:"uuid"`
	Colour   Colour        `json:"colour"`
	Cause    string        `json:"cause" enum:"officer,test_refused,not_fixed"`
	Reason   string        `json:"reason"`
	IssuedOn calendar.Date `json:"issued_on"`
	DueOn    calendar.Date `json:"due_on"`
	Outcome  string        `json:"outcome" enum:"cleared,escalated,removed,annulled,left" doc:"Empty while it is open."`
	ClosedOn calendar.Date `json:"closed_on,omitzero"`
	FixedOn  calendar.Date `json:"fixed_on,omitzero" doc:"Day on which the shop reported it put right."`
	Fix      string        `json:"fix,omitempty"`
	Evidence []string      `json:"evidence,omitempty" doc:"SHA-256 of photos."`
	Mine     bool          `json:"mine" doc:"The reader gave it and cannot clear it."`
}

// Detail is a pledge with its terms and what became of it.
type Detail struct {
	View
	Terms      Terms         `json:"terms" doc:"Those in force today, else the first ones; of a draft what is filled in."`
	Missing    []fault.Field `json:"missing,omitempty" doc:"What keeps a draft from being signed."`
	Step       string        `json:"step,omitempty" doc:"Page of the draft that was filled last."`
	Versions   []Version     `json:"versions"`
	Cards      []Card        `json:"cards"`
	Objections []Objection   `json:"objections,omitempty" doc:"For officers."`
	Ledger     *Totals       `json:"ledger,omitempty" doc:"When the shop publishes it."`
	Former     []Former      `json:"former,omitempty" doc:"What the shop was called before, the oldest first."`
	Earlier    []View        `json:"earlier" doc:"Other pledges of the shop, newest first."`
	Timeline   []audit.Event `json:"timeline,omitempty" doc:"For the shop and staff."`
	// Of the scheme, for whoever is about to sign.
	NoticeWorkdays int         `json:"notice_workdays,omitempty" doc:"Of a draft: working days of the notice."`
	NoticeDays     int         `json:"notice_days,omitempty" doc:"Of a draft: calendar days of the notice, where it is counted in these."`
	ValidityYears  int         `json:"validity_years,omitempty" doc:"Of a draft: years in which it will hold."`
	Declaration    scheme.Text `json:"declaration,omitzero" doc:"Of a draft: what is signed."`
	SchemeVersion  string      `json:"scheme_version" doc:"Version of the scheme under which it was begun."`
}

var (
	staff     = append([]access.Role{access.System}, access.StaffRoles...)
	listDef   = usecase.Define(usecase.Def{Name: "pledge.list", Allow: access.Roles})
	getDef    = usecase.Define(usecase.Def{Name: "pledge.get", Allow: access.Roles})
	ownDef    = usecase.Define(usecase.Def{Name: "pledge.list_own", Allow: append(append([]access.Role{}, shopkeepers...), staff...)})
	detailDef = usecase.Define(usecase.Def{Name: "pledge.get_own", Allow: append(append([]access.Role{}, shopkeepers...), staff...)})
	rulesDef  = usecase.Define(usecase.Def{Name: "pledge.rules", Allow: access.Roles, NoPage: "the pages of the wizard show them"})
	titleDef  = usecase.Define(usecase.Def{Name: "pledge.of_title", Allow: access.Roles})
)

// Rules gives the rules under which pledges are made today, or those of an
// earlier version.
func (s *Service) Rules(ctx context.Context, version string) (Rules, error) {
	return usecase.Read(ctx, s.rt, rulesDef, struct{}{}, func(context.Context, usecase.Reader, access.Principal) (Rules, error) {
		r := RulesOf(version)
		if version != "" && r.Version != version {
			return Rules{}, fault.New(fault.NotFound, "")
		}
		return r, nil
	})
}

// List lists pledges to everybody, with every standing.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		if q.Work != "" || q.Standing == Standing(lifecycle.Draft) {
			return Page{}, fault.New(fault.Forbidden, "")
		}
		return s.page(ctx, idb, q, access.Anonymous(), seenByAll)
	})
}

// ListOwn lists the pledges of the reader's area or shops, drafts included.
func (s *Service) ListOwn(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, ownDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		return s.page(ctx, idb, q, by, onlySeenBy(by))
	})
}

func (s *Service) page(ctx context.Context, idb usecase.Reader, q ListQuery, by access.Principal, narrow narrowing) (Page, error) {
	p := Page{Items: []View{}}
	var shops []string
	if q.Name != "" {
		found, err := search.Find(ctx, idb, "premises", q.Name, search.Most)
		if err != nil || len(found) == 0 {
			return p, err
		}
		shops = found
	}
	rows, next, err := list(ctx, idb, q, shops, narrow, calendar.DateOf(s.rt.Now()).String())
	for _, r := range rows {
		p.Items = append(p.Items, s.view(r, by, s.rt.Now()))
	}
	p.Next = next
	return p, err
}

// Get reads a pledge for everybody.
func (s *Service) Get(ctx context.Context, id ident.PledgeID) (Detail, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Detail, error) {
		r, err := getPublic(ctx, idb, id)
		if err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, idb, r, access.Anonymous())
	})
}

// GetOwn reads a pledge for its shop and for officers.
func (s *Service) GetOwn(ctx context.Context, id ident.PledgeID) (Detail, error) {
	return usecase.Read(ctx, s.rt, detailDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Detail, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, idb, r, by)
	})
}

// OfTitle finds the pledge behind a title, for the page that a scan leads to.
func (s *Service) OfTitle(ctx context.Context, id ident.CertificateID) (View, error) {
	return usecase.Read(ctx, s.rt, titleDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (View, error) {
		r, err := byCertificate(ctx, idb, id)
		return s.view(r, access.Anonymous(), s.rt.Now()), err
	})
}

func (s *Service) detail(ctx context.Context, idb usecase.Reader, r record, by access.Principal) (Detail, error) {
	now := s.rt.Now()
	d := Detail{View: s.view(r, by, now), Versions: []Version{}, Cards: []Card{}, Earlier: []View{}, Step: r.Step, SchemeVersion: r.SchemeVersion}
	if r.State == lifecycle.Draft {
		sch, err := scheme.Pinned(ctx, idb, r.Scheme, r.SchemeVersion)
		d.Terms, d.Missing = r.Draft.filled(), r.Draft.Against(sch)
		d.NoticeWorkdays, d.NoticeDays, d.ValidityYears = sch.NoticeWorkdays.Value, sch.NoticeDays.Value, sch.ValidityYears.Value
		d.Declaration = sch.Declaration
		return d, err
	}
	former, err := formerOf(ctx, idb, r.ID)
	if err != nil {
		return d, err
	}
	d.Former = former
	versions, err := termsOf(ctx, idb, r.ID)
	if err != nil {
		return d, err
	}
	d.Versions = cut(spanOf(r, versions[r.ID]))
	if len(d.Versions) == 0 {
		d.Versions = versions[r.ID] // it never was in force
	}
	if len(d.Versions) == 0 {
		return d, nil // a discarded draft
	}
	d.Terms = d.Versions[0].Terms
	for _, v := range d.Versions {
		if !calendar.DateOf(now).Before(v.From) {
			d.Terms = v.Terms
		}
	}
	cards, err := cardsOf(ctx, idb, r.Premises)
	if err != nil {
		return d, err
	}
	for _, k := range cards {
		d.Cards = append(d.Cards, k.view(by))
	}
	if by.Has(lifecycle.Pledge.Roles(lifecycle.UpholdObjection)...) || by.Staff() {
		if err := d.readObjections(ctx, idb, r, by); err != nil {
			return d, err
		}
	}
	if r.PublishLedger {
		t, err := totals(ctx, idb, r.Premises, "", "")
		if err != nil {
			return d, err
		}
		d.Ledger = &t
	}
	all, err := ofPremises(ctx, idb, r.Premises)
	if err != nil {
		return d, err
	}
	for _, o := range slices.Backward(all) {
		if o.ID != r.ID {
			d.Earlier = append(d.Earlier, s.view(o, access.Anonymous(), now))
		}
	}
	if by.SignedIn() {
		d.Timeline, err = audit.Timeline(ctx, idb, lifecycle.Pledge.Noun, string(r.ID))
	}
	return d, err
}

func (d *Detail) readObjections(ctx context.Context, idb usecase.Reader, r record, by access.Principal) error {
	rows, err := objectionsOf(ctx, idb, r.ID)
	for _, o := range rows {
		v := Objection{ID: o.ID, Number: o.Number, Body: o.Body, State: o.State, Reason: o.Reason, CreatedAt: o.CreatedAt}
		if by.Has(lifecycle.Pledge.Roles(lifecycle.UpholdObjection)...) {
			v.Name, v.Contact = o.Name, o.Contact
		}
		d.Objections = append(d.Objections, v)
	}
	return err
}

func (k cardRow) view(by access.Principal) Card {
	v := Card{
		ID: k.ID, Colour: k.Colour, Cause: k.Cause, Reason: k.Reason, IssuedOn: k.IssuedOn, DueOn: k.DueOn, Outcome: k.Outcome,
		ClosedOn: k.ClosedOn, FixedOn: k.FixedOn, Mine: by.SignedIn() && k.IssuedBy == by.Account,
	}
	if by.SignedIn() {
		v.Fix, v.Evidence = k.Fix, k.Evidence
	}
	return v
}

// spanOf is the time in which a pledge bound; it is empty for one that never
// did, or does not yet.
func spanOf(r record, versions []Version) span {
	s := span{from: r.EffectiveOn, to: r.ExpiresOn, versions: versions}
	if !r.EndedOn.IsZero() && r.EndedOn.Before(s.to) {
		s.to = r.EndedOn
	}
	return s
}

// bound reports a pledge that ever bound, or will from a day that is set.
func bound(r record) bool {
	switch r.State {
	case lifecycle.Draft, lifecycle.Refused, lifecycle.ObjectionUpheld, lifecycle.Held:
		return false
	case lifecycle.Published:
		return r.OpenObjections == 0
	}
	return !r.EffectiveOn.IsZero()
}
