package notify

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/quorum"
	"fangxin/internal/street"
	"fangxin/internal/usecase"
)

// The events of streets.
const (
	StreetAtRisk    Code = "street.at_risk"
	StreetRecovered Code = "street.recovered"
	StreetLapsed    Code = "street.lapsed"
	StreetNudge     Code = "street.nudge"
	StreetTrouble   Code = "street.trouble"
)

const myStreet, deskStreet = "/my/streets/{subject}", "/desk/streets/{subject}"

// streetEvents are part of the [Catalogue].
var streetEvents = []Event{
	{StreetAtRisk, "title", Holder, allWays, true, true, true, myStreet},
	{StreetLapsed, "title", Holder, allWays, true, true, true, myStreet},
	{StreetRecovered, "title", Holder, allWays, false, false, true, myStreet},
	{StreetNudge, "title", Holder, allWays, false, false, false, "/s/{subject}"},
	{StreetTrouble, "desk", Officers, mailOnly, false, true, false, deskStreet},
}

// OfNudge is what a reminder of an organiser tells a shop.
func OfNudge(n street.Nudge) Occurrence {
	return Occurrence{
		Event: StreetNudge, Key: string(n.ID) + "/" + string(n.Premises), Noun: "street", Subject: string(n.Street.ID), Scope: n.Street.Scope, Operator: n.Operator,
		Data: map[string]string{"shop": n.Shop, "street": n.Street.Name, "organiser": n.Street.Organiser, "words": n.Words},
	}
}

// ofTurn says what a change of a street's standing tells: its organiser and
// the county in charge. A stretch is told once, whether an event began it or
// a date.
func ofTurn(t street.Turned) []Occurrence {
	o := Occurrence{
		Noun: "street", Subject: string(t.Street.ID), Scope: t.Street.Scope, Operator: t.Operator,
		Data: map[string]string{"street": t.Street.Name, "title": t.Title.TitleZh, "title_en": t.Title.TitleEn, "number": t.Title.Number},
	}
	key := string(t.Title.ID)
	if t.Is == quorum.Sound {
		o.Event, o.Key = StreetRecovered, key+"/"+string(t.Event)
		return []Occurrence{o}
	}
	o.Event, o.Key = StreetAtRisk, key+"/"+string(t.Is)+"/"+t.Turn.From.String()
	if t.Is == quorum.Lapsed {
		o.Event = StreetLapsed
	}
	o.Data["why"], o.Data["why_en"] = t.Turn.Explain("zh"), t.Turn.Explain("en")
	officers := o
	officers.Event, officers.Role, officers.Operator = StreetTrouble, access.CountyOfficer, ""
	return []Occurrence{o, officers}
}

func (s *Service) listenToStreets(src *street.Service) {
	src.OnTurned = append(src.OnTurned, func(ctx context.Context, c *usecase.Call, t street.Turned) error {
		list := ofTurn(t)
		if t.Event == "" || len(list) == 0 {
			return s.Tell(ctx, c, list...)
		}
		// A second fall on the day of the first begins the same stretch, and is
		// news all the same: an event tells of a change only.
		fresh, err := untold(ctx, c.Tx, list)
		if err != nil {
			return err
		}
		if len(fresh) < len(list) {
			for i := range list {
				list[i].Key += "/" + string(t.Event)
			}
		}
		return s.Tell(ctx, c, list...)
	})
	src.OnNudged = append(src.OnNudged, func(ctx context.Context, c *usecase.Call, n street.Nudge) error {
		return s.Tell(ctx, c, OfNudge(n))
	})
}

// Would lists who would be told of occurrences, for a page that says so
// beforehand.
func (s *Service) Would(ctx context.Context, idb usecase.Reader, by access.Principal, lang string, occurrences ...Occurrence) ([]Told, error) {
	out := []Told{}
	for _, o := range occurrences {
		recipients, err := s.plan(ctx, idb, o, by.Account)
		if err != nil {
			return nil, err
		}
		t := Told{Event: o.Event, Title: s.title(lang, o.Event, o.Data), Copies: []Copy{}}
		ev, _ := Lookup(o.Event)
		t.Chosen = ev.Audience == Named && len(o.Accounts) == 0
		for _, r := range recipients {
			t.Copies = append(t.Copies, Copy{
				Event: o.Event, Noun: o.Noun, Subject: o.Subject, Channel: r.channel, Name: r.name, Address: mask(r.channel, r.address), State: Waiting,
			})
		}
		out = append(out, t)
	}
	return out, nil
}
