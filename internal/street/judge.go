package street

import (
	"context"
	"reflect"
	"slices"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// event is something that bears on a street's title.
type event struct {
	Kind     string
	Premises ident.PremisesID
	Name     string // of the shop, or of the body
	Note     string
	// Undo drops stretches that an event shows to have never been.
	Undo func(quorum.Turn) bool
}

// rulesFor are the rules under which a street stands: those of the version of
// the title that it holds, or those in force for one without a title.
func rulesFor(ctx context.Context, idb usecase.Reader, titles []certificate.StreetTitle) (scheme.Scheme, error) {
	if len(titles) == 0 {
		return scheme.StreetRules(ctx, idb, "", "")
	}
	return scheme.StreetRules(ctx, idb, titles[0].Scheme, titles[0].SchemeVersion)
}

// judged has the facts judged as they stand after an event, foresees what
// dates will make of the title, and keeps the trail. It runs in the event's
// transaction.
func (s *Service) judged(ctx context.Context, c *usecase.Call, r record, e event) error {
	today := calendar.DateOf(c.Now)
	titles, err := s.src.Certificates.StreetTitles(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	under, err := rulesFor(ctx, c.Tx, titles)
	if err != nil {
		return err
	}
	rules := *under.Street
	f, _, err := s.facts(ctx, c.Tx, r, rules)
	if err != nil {
		return err
	}
	row := eventRow{
		ID: ident.New[ident.EventID](), Street: r.ID, Kind: e.Kind, Premises: e.Premises, Name: e.Name, Note: e.Note,
		Role: c.By.Roles[0], Actor: c.By.Name, Was: quorum.Sound, Standing: quorum.Sound, Judgement: rules.Judge(f, today), At: c.Now,
	}
	var changed []Turned
	for i, t := range titles {
		x, err := s.follow(ctx, c, r, t, today, e.Undo)
		if err != nil {
			return err
		}
		x.Event = row.ID
		if i == 0 {
			row.Was, row.Standing = x.Was, x.Is
		}
		if x.Was != x.Is {
			changed = append(changed, x)
		}
	}
	if err := insertEvent(ctx, c.Tx, &row); err != nil {
		return err
	}
	for _, x := range changed {
		if err := s.turned(ctx, c, x); err != nil {
			return err
		}
	}
	return nil
}

// follow foresees what becomes of one title under its own rules, and stores it.
func (s *Service) follow(ctx context.Context, c *usecase.Call, r record, t certificate.StreetTitle, today calendar.Date, undo func(quorum.Turn) bool) (Turned, error) {
	under, err := scheme.StreetRules(ctx, c.Tx, t.Scheme, t.SchemeVersion)
	if err != nil {
		return Turned{}, err
	}
	rules := *under.Street
	f, _, err := s.facts(ctx, c.Tx, r, rules)
	if err != nil {
		return Turned{}, err
	}
	past := t.Turns
	if undo != nil {
		past = slices.DeleteFunc(slices.Clone(past), undo)
	}
	after := rules.Follow(past, f, today, t.ExpiresOn, s.calendar)
	if !reflect.DeepEqual(after, t.Turns) {
		if err := s.src.Certificates.SetTurns(ctx, c, t.ID, after); err != nil {
			return Turned{}, err
		}
	}
	x := Turned{Street: r.view(), Title: t.View, Operator: r.Operator}
	x.Was, _ = quorum.On(t.Turns, today)
	x.Is, x.Turn = quorum.On(after, today)
	return x, nil
}

// facts gathers what a street is judged by, and the members behind it.
func (s *Service) facts(ctx context.Context, idb usecase.Reader, r record, rules quorum.Rules) (quorum.Facts, []shop, error) {
	f := quorum.Facts{Station: r.Station != "", Failed: r.Findings.Failed}
	shops, err := membersNow(ctx, idb, r.ID)
	if err != nil {
		return f, nil, err
	}
	ids := make([]ident.PremisesID, len(shops))
	for i, m := range shops {
		ids[i] = m.Premises
	}
	titles, err := s.src.Certificates.ShopTitles(ctx, idb, ids)
	if err != nil {
		return f, nil, err
	}
	for i, m := range shops {
		q := quorum.Shop{ID: string(m.Premises), Eligible: m.Eligible, CanReturn: rules.CanReturn(m.Sectors)}
		for _, t := range titles[m.Premises] {
			q.Titles = append(q.Titles, quorum.Title{Scheme: t.Scheme, From: t.IssuedOn, Until: t.ExpiresOn})
		}
		shops[i].titles, shops[i].fact = titles[m.Premises], q
		f.Shops = append(f.Shops, q)
	}
	outside, err := outsidersNow(ctx, idb, r.ID)
	if err != nil {
		return f, nil, err
	}
	for _, o := range outside {
		f.Shops = append(f.Shops, quorum.Shop{ID: string(o.ID), Eligible: o.Eligible, CanReturn: o.Returns})
	}
	f.Incidents, err = incidentDays(ctx, idb, r.ID)
	return f, shops, err
}

// ShopChanged has every street judged anew of which a shop is a member. Slices
// that own what a shop has promised or been awarded call it in their
// transaction.
func (s *Service) ShopChanged(ctx context.Context, c *usecase.Call, premises ident.PremisesID, kind, note string) error {
	if premises == "" {
		return nil
	}
	rows, name, err := streetsOf(ctx, c.Tx, premises)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.judged(ctx, c, r, event{Kind: kind, Premises: premises, Name: name, Note: note}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) titleMoved(ctx context.Context, c *usecase.Call, id ident.StreetID, kind string) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	return s.judged(ctx, c, r, event{Kind: kind})
}

func (s *Service) shopClosed(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
	rows, _, err := streetsOf(ctx, c.Tx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := leave(ctx, c.Tx, r.ID, p.ID, calendar.DateOf(c.Now).String(), "closed"); err != nil {
			return err
		}
		if err := s.judged(ctx, c, r, event{Kind: "closed", Premises: p.ID, Name: p.Name}); err != nil {
			return err
		}
	}
	return nil
}

// shop is a member with what is known of it.
type shop struct {
	memberRow
	Name     string
	Address  string
	Sectors  []string
	Division string
	Operator ident.OperatorID
	titles   []certificate.ShopTitle
	fact     quorum.Shop
}
