package certificate

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// RegisterQuery filters a list of titles.
type RegisterQuery struct {
	Division string   `json:"division" validate:"omitempty,division" doc:"GB/T 2260 code of a county, city or province."`
	Sector   string   `json:"sector" validate:"omitempty,sector"`
	Scheme   string   `json:"scheme" validate:"max=40"`
	Standing Standing `json:"standing" validate:"omitempty,oneof=active rectifying suspended revoked withdrawn superseded expired"`
	Name     string   `json:"name" validate:"max=60,plain" doc:"Part of the shop's name, two characters or more."`
	Limit    int      `json:"limit" validate:"min=0,max=200"`
	After    string   `json:"after" validate:"max=400"`
}

// Page is one page of titles.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var staff = append([]access.Role{access.System}, access.StaffRoles...)

var (
	registerDef = usecase.Define(usecase.Def{Name: "certificate.register", Allow: access.Roles})
	detailDef   = usecase.Define(usecase.Def{Name: "certificate.detail", Allow: access.Roles})
	deskListDef = usecase.Define(usecase.Def{Name: "certificate.list", Allow: append([]access.Role{access.Merchant, access.Organiser}, staff...)})
	deskGetDef  = usecase.Define(usecase.Def{Name: "certificate.get", Allow: append([]access.Role{access.Merchant, access.Organiser}, staff...)})
)

// Register lists titles to everybody, with every standing: a register that
// hides the bad ones is no register.
func (s *Service) Register(ctx context.Context, q RegisterQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, registerDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		return s.page(ctx, idb, q, access.Anonymous(), everything)
	})
}

// List lists the titles in the reader's area, or of the reader's operators.
func (s *Service) List(ctx context.Context, q RegisterQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, deskListDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		return s.page(ctx, idb, q, by, onlySeenBy(by))
	})
}

func (s *Service) page(ctx context.Context, idb usecase.Reader, q RegisterQuery, by access.Principal, narrow narrowing) (Page, error) {
	var ids []string
	if q.Name != "" {
		found, err := search.Find(ctx, idb, searchKind, q.Name, search.Most)
		if err != nil {
			return Page{}, err
		}
		if len(found) == 0 {
			return Page{Items: []View{}}, nil
		}
		ids = found
	}
	now := s.rt.Now()
	rows, next, err := list(ctx, idb, q, ids, narrow, calendar.DateOf(now).String())
	if err != nil {
		return Page{}, err
	}
	p := Page{Items: make([]View, len(rows)), Next: next}
	for i, r := range rows {
		p.Items[i] = s.view(r, by, now)
	}
	return p, nil
}

// Detail is what the register says of one title, with its history.
type Detail struct {
	View
	History []Moment `json:"history" doc:"Every change of state, oldest first."`
	// Successor is where the old number leads.
	Successor string `json:"successor,omitempty" doc:"Number of the certificate that took this one's place."`
	// Plaque is what became of the plaque after the title ended.
	Plaque *Plaque `json:"plaque,omitempty"`
	// Heir is the shop by which another operator goes on.
	Heir ident.PremisesID `json:"taken_over_by,omitempty" format:"uuid" doc:"Shop by which another operator goes on at the place; /shops/{id}."`
	// Replies stand beside what they answer.
	Replies []Heard `json:"replies" doc:"What the holder says beside results, in the holder's words."`
}

// ReplyTo finds the reply to a step in the history, or to the inspection of a
// day; nil when there is none.
func (d Detail) ReplyTo(ref string) *Heard {
	for i := range d.Replies {
		if d.Replies[i].Ref == ref {
			return &d.Replies[i]
		}
	}
	return nil
}

// Moment is one change in the life of a title, in words fit for the public.
type Moment struct {
	ID     string    `json:"id" format:"uuid"`
	At     time.Time `json:"at"`
	Action string    `json:"action"`
	To     string    `json:"to"`
	Reason string    `json:"reason,omitempty"`
}

// Detail looks a title up by its number as typed.
func (s *Service) Detail(ctx context.Context, typed string) (Detail, error) {
	return usecase.Read(ctx, s.rt, detailDef, typed, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Detail, error) {
		no, err := badgecode.ParseCertNo(typed)
		if err != nil {
			return Detail{}, fault.Wrap(fault.NotFound, err, "bad_number")
		}
		r, err := byNumber(ctx, idb, no.String())
		if err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, idb, r, access.Anonymous())
	})
}

// Get reads one title for officers and its holder, with the open proposal.
func (s *Service) Get(ctx context.Context, id ident.CertificateID) (Detail, *Proposal, error) {
	type both struct {
		d Detail
		p *Proposal
	}
	b, err := usecase.Read(ctx, s.rt, deskGetDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (both, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return both{}, err
		}
		d, err := s.detail(ctx, idb, r, by)
		if err != nil {
			return both{}, err
		}
		p, err := openProposal(ctx, idb, id)
		if fault.Is(err, fault.NotFound) {
			return both{d, nil}, nil
		}
		view := p.view(by)
		return both{d, &view}, err
	})
	return b.d, b.p, err
}

func (s *Service) detail(ctx context.Context, idb usecase.Reader, r record, by access.Principal) (Detail, error) {
	d := Detail{View: s.view(r, by, s.rt.Now()), History: []Moment{}}
	heir, err := heirOf(ctx, idb, r, d.Standing == Standing(badge.Expired))
	if err != nil {
		return Detail{}, err
	}
	d.Heir = heir
	if r.Successor != "" {
		next, err := byID(ctx, idb, r.Successor)
		if err != nil {
			return Detail{}, err
		}
		d.Successor = next.Number
	}
	if s.Plaque != nil {
		var err error
		if d.Plaque, err = s.Plaque(ctx, idb, r.ID); err != nil {
			return Detail{}, err
		}
	}
	events, err := audit.Timeline(ctx, idb, "certificate", string(r.ID))
	if err != nil {
		return Detail{}, err
	}
	for _, e := range events {
		d.History = append(d.History, Moment{ID: string(e.ID), At: e.At, Action: e.Action, To: e.ToState, Reason: e.Reason})
	}
	heard, err := s.heard(ctx, idb, r.ID)
	d.Replies = append([]Heard{}, heard...)
	return d, err
}

const searchKind = "certificate"

var countsDef = usecase.Define(usecase.Def{Name: "certificate.counts", Allow: access.Roles, NoAPI: "the open data files carry the figures"})

// Counts tells how many titles of each scheme are in force today.
func (s *Service) Counts(ctx context.Context) (map[string]int64, error) {
	return usecase.Read(ctx, s.rt, countsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (map[string]int64, error) {
		return counts(ctx, idb, calendar.DateOf(s.rt.Now()).String())
	})
}
