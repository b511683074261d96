package street

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/quorum"
	"fangxin/internal/usecase"
)

// Member is a shop that belongs to a street, as everybody sees it.
type Member struct {
	Premises  ident.PremisesID `json:"premises" format:"uuid"`
	Name      string           `json:"name"`
	Address   string           `json:"address"`
	Sectors   []string         `json:"sectors"`
	JoinedOn  string           `json:"joined_on" format:"date"`
	Certified bool             `json:"certified" doc:"Holds a title that is in force today."`
	Titles    []Held           `json:"titles" doc:"Titles in force today."`
}

// Held is a title of a member.
type Held struct {
	Number    string `json:"number"`
	Scheme    string `json:"scheme"`
	ExpiresOn string `json:"expires_on" format:"date"`
}

// Keeping is a member as its organiser and officers see it.
type Keeping struct {
	Member
	Source    Source `json:"source"`
	Eligible  bool   `json:"eligible" doc:"Counts for the shares."`
	Why       string `json:"why,omitempty" doc:"Why it does not."`
	CanReturn bool   `json:"can_return" doc:"Sells what can be taken back."`
	Takes     bool   `json:"takes_part" doc:"Holds a title that counts."`
	Promises  bool   `json:"promises_returns"`
	EndsOn    string `json:"ends_on,omitempty" format:"date" doc:"Last day of the title that holds longest."`
	DaysLeft  *int   `json:"days_left,omitempty" doc:"Natural days to that day."`
	Findings  int    `json:"findings" doc:"Inspections that wait for rectification."`
	LeftOn    string `json:"left_on,omitempty" format:"date"`
	LeftWhy   string `json:"left_why,omitempty"`
}

// soonDays is how near the end of a title is worth a word.
const soonDays = 60

// Left is how many days the title that holds longest still has; zero without one.
func (k Keeping) Left() int {
	if k.DaysLeft == nil {
		return 0
	}
	return *k.DaysLeft
}

// Soon reports a shop whose last title ends soon.
func (k Keeping) Soon() bool { return k.Certified && k.Left() <= soonDays }

// Outsider is a shop in the street that the register does not know.
type Outsider struct {
	ID       ident.OutsiderID `json:"id" format:"uuid"`
	Name     string           `json:"name"`
	Address  string           `json:"address,omitempty"`
	Returns  bool             `json:"returns"`
	Eligible bool             `json:"eligible"`
	Why      string           `json:"why,omitempty"`
	ListedOn string           `json:"listed_on" format:"date"`
}

// Status is what a street's title rests on today.
type Status struct {
	Title     *certificate.View  `json:"title,omitempty" doc:"Absent while none is held."`
	Others    []certificate.View `json:"others,omitempty" doc:"Further titles, of local programmes."`
	Standing  quorum.Standing    `json:"standing"`
	Turn      *quorum.Turn       `json:"turn,omitempty" doc:"Why it is at risk or has lapsed, and until when."`
	Ahead     *quorum.Turn       `json:"ahead,omitempty" doc:"What dates alone will bring next."`
	Judgement quorum.Judgement   `json:"judgement"`
	Rules     quorum.Rules       `json:"rules"`
	RulesOf   Pin                `json:"rules_of" doc:"Version of the title whose rules these are; where none is held, the one in force."`
}

// Pin names a version of a title.
type Pin struct {
	Scheme  string `json:"scheme"`
	Version string `json:"version"`
}

// Moment is one line of the trail.
type Moment struct {
	At       time.Time       `json:"at"`
	Kind     string          `json:"kind"`
	Name     string          `json:"name,omitempty"`
	Note     string          `json:"note,omitempty"`
	Role     access.Role     `json:"role"`
	Actor    string          `json:"actor,omitempty" doc:"Shown to colleagues only."`
	Was      quorum.Standing `json:"was"`
	Standing quorum.Standing `json:"standing"`
	Met      bool            `json:"met" doc:"Every rule was met after it."`
	Broken   []quorum.Point  `json:"broken" doc:"Those that were not."`
}

// Desk is everything about a street for its organiser and its officers.
type Desk struct {
	View
	Status
	Members   []Keeping  `json:"members"`
	Past      []Keeping  `json:"past"`
	Outsiders []Outsider `json:"outsiders"`
	Incidents []Incident `json:"incidents"`
	Findings  Findings   `json:"findings"`
	Sample    *Sample    `json:"sample,omitempty"`
	Trail     []Moment   `json:"trail" doc:"Newest first."`
}

// ListQuery filters streets.
type ListQuery struct {
	Division string `json:"division" validate:"omitempty,county"`
	Limit    int    `json:"limit" validate:"min=0,max=200"`
	After    string `json:"after" validate:"max=400"`
}

// Row is a street in a list.
type Row struct {
	View
	Status
	Members int `json:"members"`
}

// Page is one page of streets.
type Page struct {
	Items []Row
	Next  string // cursor; "" on the last page
}

// Board is a street with the shops that hold a title today, for its board and
// for everybody.
type Board struct {
	View
	Status
	Shops []Member  `json:"shops" doc:"Members whose title is in force today."`
	At    time.Time `json:"at"`
}

var (
	membersDef = usecase.Define(usecase.Def{Name: "street.members", Allow: access.Roles})
	getDef     = usecase.Define(usecase.Def{Name: "street.get", Allow: access.Roles})
	boardDef   = usecase.Define(usecase.Def{Name: "street.board", Allow: access.Roles})
	listDef    = usecase.Define(usecase.Def{Name: "street.list", Allow: deskers})
	deskDef    = usecase.Define(usecase.Def{Name: "street.desk", Allow: deskers})
)

// mostTrail is how much of the trail a page shows, mostPast how many past
// memberships.
const (
	mostTrail = 60
	mostPast  = 200
)

// Get reads one street.
func (s *Service) Get(ctx context.Context, id ident.StreetID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (View, error) {
		r, err := byID(ctx, idb, id)
		return r.view(), err
	})
}

// Members lists the shops of a street today, by name.
func (s *Service) Members(ctx context.Context, id ident.StreetID) ([]Member, error) {
	return usecase.Read(ctx, s.rt, membersDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]Member, error) {
		r, err := byID(ctx, idb, id)
		if err != nil {
			return nil, err
		}
		st, kept, err := s.standing(ctx, idb, r)
		out := []Member{}
		for _, k := range kept {
			out = append(out, st.keeping(k).Member)
		}
		return out, err
	})
}

// Board lists the shops of a street that hold a title today.
func (s *Service) Board(ctx context.Context, id ident.StreetID) (Board, error) {
	return usecase.Read(ctx, s.rt, boardDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Board, error) {
		return s.board(ctx, idb, id)
	})
}

func (s *Service) board(ctx context.Context, idb usecase.Reader, id ident.StreetID) (Board, error) {
	r, err := byID(ctx, idb, id)
	if err != nil {
		return Board{}, err
	}
	st, kept, err := s.standing(ctx, idb, r)
	if err != nil {
		return Board{}, err
	}
	b := Board{View: r.view(), Status: st, Shops: []Member{}, At: s.rt.Now()}
	if b.Title != nil { // what the public reads
		v := *b.Title
		v.Actions = nil
		b.Title = &v
	}
	for _, k := range kept {
		if m := st.keeping(k).Member; m.Certified {
			b.Shops = append(b.Shops, m)
		}
	}
	return b, nil
}

// standing computes what a street's title rests on, with the members behind it.
func (s *Service) standing(ctx context.Context, idb usecase.Reader, r record) (Status, []shop, error) {
	today := calendar.DateOf(s.rt.Now())
	titles, err := s.src.Certificates.StreetTitles(ctx, idb, r.ID)
	if err != nil {
		return Status{}, nil, err
	}
	under, err := rulesFor(ctx, idb, titles)
	if err != nil {
		return Status{}, nil, err
	}
	st := Status{Standing: quorum.Sound, Rules: *under.Street, RulesOf: Pin{under.Code, under.Version}}
	for _, more := range titles[min(1, len(titles)):] {
		st.Others = append(st.Others, more.View)
	}
	if len(titles) > 0 {
		title, turns := titles[0].View, titles[0].Turns
		st.Title = &title
		st.Standing, st.Turn = quorum.On(turns, today)
		for i, t := range turns {
			if t.From.After(today) && !t.From.After(title.ExpiresOn) {
				st.Ahead = &turns[i]
				break
			}
		}
	}
	f, shops, err := s.facts(ctx, idb, r, st.Rules)
	st.Judgement = st.Rules.Judge(f, today)
	return st, shops, err
}

func (st Status) keeping(m shop) Keeping {
	today := st.Judgement.Day
	k := Keeping{
		Member: Member{Premises: m.Premises, Name: m.Name, Address: m.Address, Sectors: m.Sectors, JoinedOn: m.JoinedOn, Titles: []Held{}},
		Source: m.Source, Eligible: m.Eligible, Why: m.Why, CanReturn: m.fact.CanReturn,
		Takes: st.Rules.Participates(m.fact, today), Promises: st.Rules.Promises(m.fact, today), LeftOn: m.LeftOn, LeftWhy: m.LeftWhy,
	}
	var last calendar.Date
	for _, t := range m.titles {
		if t.ExpiresOn.After(last) {
			last = t.ExpiresOn
		}
		if !t.ExpiresOn.Before(today) && !today.Before(t.IssuedOn) {
			k.Certified = true
			k.Titles = append(k.Titles, Held{Number: t.Number, Scheme: t.Scheme, ExpiresOn: t.ExpiresOn.String()})
		}
	}
	if !last.IsZero() {
		left := today.DaysUntil(last)
		k.EndsOn, k.DaysLeft = last.String(), &left
	}
	return k
}

// List lists the streets that the reader looks after or manages.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := list(ctx, idb, q, by)
		p := Page{Items: []Row{}, Next: next}
		for _, r := range rows {
			st, kept, err := s.standing(ctx, idb, r)
			if err != nil {
				return Page{}, err
			}
			p.Items = append(p.Items, Row{View: r.view(), Status: st, Members: len(kept)})
		}
		return p, err
	})
}

// Desk reads everything about one street.
func (s *Service) Desk(ctx context.Context, id ident.StreetID) (Desk, error) {
	return usecase.Read(ctx, s.rt, deskDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Desk, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return Desk{}, err
		}
		return s.desk(ctx, idb, r, by)
	})
}

func (s *Service) desk(ctx context.Context, idb usecase.Reader, r record, by access.Principal) (Desk, error) {
	st, kept, err := s.standing(ctx, idb, r)
	if err != nil {
		return Desk{}, err
	}
	d := Desk{View: r.view(), Status: st, Members: []Keeping{}, Past: []Keeping{}, Outsiders: []Outsider{}, Incidents: []Incident{}, Findings: r.Findings, Trail: []Moment{}}
	ids := make([]ident.PremisesID, len(kept))
	for i, k := range kept {
		ids[i] = k.Premises
	}
	findings, err := openFindings(ctx, idb, ids)
	if err != nil {
		return Desk{}, err
	}
	for _, k := range kept {
		m := st.keeping(k)
		m.Findings = findings[k.Premises]
		d.Members = append(d.Members, m)
	}
	past, err := membersBefore(ctx, idb, r.ID, mostPast)
	if err != nil {
		return Desk{}, err
	}
	for _, k := range past {
		d.Past = append(d.Past, st.keeping(k))
	}
	outside, err := outsidersNow(ctx, idb, r.ID)
	if err != nil {
		return Desk{}, err
	}
	for _, o := range outside {
		d.Outsiders = append(d.Outsiders, Outsider{ID: o.ID, Name: o.Name, Address: o.Address, Returns: o.Returns, Eligible: o.Eligible, Why: o.Why, ListedOn: o.ListedOn})
	}
	if err := s.history(ctx, idb, r, by, &d); err != nil {
		return Desk{}, err
	}
	d.Sample, err = s.sampleOf(ctx, idb, r)
	return d, err
}

func (s *Service) history(ctx context.Context, idb usecase.Reader, r record, by access.Principal, d *Desk) error {
	rows, err := incidents(ctx, idb, r.ID)
	if err != nil {
		return err
	}
	for _, x := range rows {
		in := Incident{
			ID: x.ID, HappenedOn: x.HappenedOn.String(), Summary: x.Summary, Source: x.Source, RecordedAt: x.At.UTC(),
			Struck: x.Striker != "", StruckWhy: x.StruckWhy, Mine: x.Recorder == by.Account,
		}
		if by.Staff() {
			in.RecordedBy = x.RecordedBy
		}
		d.Incidents = append(d.Incidents, in)
	}
	trail, err := events(ctx, idb, r.ID, mostTrail)
	for _, e := range trail {
		m := Moment{At: e.At.UTC(), Kind: e.Kind, Name: e.Name, Note: e.Note, Role: e.Role, Was: e.Was, Standing: e.Standing, Met: e.Judgement.Met, Broken: e.Judgement.Broken()}
		if m.Broken == nil {
			m.Broken = []quorum.Point{}
		}
		if by.Staff() {
			m.Actor = e.Actor
		}
		d.Trail = append(d.Trail, m)
	}
	return err
}

// Near is a shop of the street's county that may be added.
type Near struct {
	ID      ident.PremisesID `json:"id" format:"uuid"`
	Name    string           `json:"name"`
	Address string           `json:"address"`
	Point   *merchant.Point  `json:"point,omitempty" doc:"In the datum of the street's boundary, or GCJ-02."`
	Member  bool             `json:"member"`
	Inside  bool             `json:"inside" doc:"Lies inside the boundary."`
}
