package certificate

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/usecase"
)

// standing is the state of a title on a day as the public reads it. The title
// of a street also follows what its shops make of it: at risk it stands under
// rectification, lapsed it has expired. A suspension or worse comes first.
func (r record) standing(today calendar.Date) Standing {
	s := StandingOf(r.State, r.ExpiresOn, today)
	if s != Standing(lifecycle.Active) && s != Standing(lifecycle.Rectifying) {
		return s
	}
	switch on, _ := quorum.On(r.Turns, today); on {
	case quorum.AtRisk:
		return Standing(lifecycle.Rectifying)
	case quorum.Lapsed:
		return Standing(badge.Expired)
	}
	return s
}

// explain adds why a street's title is at risk or has lapsed.
func (v *View) explain(r record, today calendar.Date) {
	on, turn := quorum.On(r.Turns, today)
	if on == quorum.Sound || r.State != lifecycle.Active && r.State != lifecycle.Rectifying || r.ExpiresOn.Before(today) {
		return
	}
	v.Turn = turn
	if v.Reason == "" || on == quorum.Lapsed {
		v.Reason = turn.Explain("zh")
	}
	v.Since = turn.From.Start()
}

// faceTurns are the stretches as scans read them.
func faceTurns(turns []quorum.Turn) []badge.Turn {
	var out []badge.Turn
	for _, t := range turns {
		status := badge.Rectifying
		if t.Standing == quorum.Lapsed {
			status = badge.Expired
		}
		out = append(out, badge.Turn{Status: status, From: t.From, Until: t.Until, Zh: t.Explain("zh"), En: t.Explain("en")})
	}
	return out
}

// StreetTitle is a title of a street with what dates make of it.
type StreetTitle struct {
	View
	Turns []quorum.Turn
}

// StreetTitles lists the titles of a street that nobody has taken away, the
// oldest first: of each scheme the newest.
func (s *Service) StreetTitles(ctx context.Context, idb usecase.Reader, street ident.StreetID) ([]StreetTitle, error) {
	rows, err := ofStreet(ctx, idb, street)
	out := make([]StreetTitle, len(rows))
	for i, r := range rows {
		out[i] = StreetTitle{s.view(r, access.Anonymous(), s.rt.Now()), r.Turns}
	}
	return out, err
}

// replaceLapsed makes way for the new title of a shop or street where its last
// one of the scheme has lapsed or run out.
func (s *Service) replaceLapsed(ctx context.Context, c *usecase.Call, in IssueInput) error {
	rows, err := heldBy(ctx, c.Tx, in.Premises, in.Street)
	if err != nil {
		return err
	}
	edge := usecase.EdgeOf(ctx)
	edge.Version, edge.NeedVersion = 0, false // of the case, not of the title
	ctx = usecase.WithEdge(ctx, edge)
	for _, r := range rows {
		if r.Scheme != in.Scheme || r.standing(calendar.DateOf(c.Now)) != Standing(badge.Expired) {
			continue
		}
		if _, err := s.move(ctx, c.AsSystem(), r, lifecycle.Supersede, "重新认定", ""); err != nil {
			return err
		}
	}
	return nil
}

// SetTurns stores what dates will make of a street's title, and refreshes what
// scans show. It runs in the transaction of the event that it follows from.
func (s *Service) SetTurns(ctx context.Context, c *usecase.Call, id ident.CertificateID, turns []quorum.Turn) error {
	if err := keepTurns(ctx, c.Tx, id, turns); err != nil {
		return err
	}
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	return s.refresh(ctx, c, r)
}

// ShopTitles lists the titles of shops that nobody suspended, took away or
// gave up, for whoever judges a street by them.
func (s *Service) ShopTitles(ctx context.Context, idb usecase.Reader, shops []ident.PremisesID) (map[ident.PremisesID][]ShopTitle, error) {
	return shopTitles(ctx, idb, shops)
}

// ShopTitle is a title of a shop that stands unless its days are over.
type ShopTitle struct {
	Premises  ident.PremisesID
	ID        ident.CertificateID
	Number    string
	Scheme    string
	State     lifecycle.State
	IssuedOn  calendar.Date
	ExpiresOn calendar.Date
}
