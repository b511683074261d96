package tablet

import (
	"context"
	"encoding/json"
	"math"
	"sync"
	"time"

	"fangxin/assets"
	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// PlaceRules say from when on a location is worth a second look. They stand in
// assets/tablet/places.json.
type PlaceRules struct {
	Accuracy int64 `json:"accuracy_m"` // metres that the device itself says to be off by
	Distance int64 `json:"distance_m"` // metres from the registered premises, beyond the accuracy
	Age      int64 `json:"age_s"`      // seconds between finding the place and using it
}

// RulesOfPlaces are the rules in force.
var RulesOfPlaces = sync.OnceValue(func() (r PlaceRules) {
	b, err := assets.FS.ReadFile("tablet/places.json")
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil || r.Accuracy <= 0 || r.Distance <= 0 || r.Age <= 0 {
		panic("assets/tablet/places.json holds no rules")
	}
	return r
})

// A DoubtCode says what is notable about the place where a visit was begun.
type DoubtCode string

// The doubts. None of them proves anything, and a place without one proves
// nothing either: browsers do not say whether a location was made up.
const (
	NoPlace   DoubtCode = "none"    // the device gave no place
	Inexact   DoubtCode = "inexact" // its accuracy is worse than the rule
	FarAway   DoubtCode = "far"     // further from the premises than rule and accuracy allow
	SamePlace DoubtCode = "same"    // to the last digit that of another visit, elsewhere
	OldPlace  DoubtCode = "old"     // found long before it was used
)

// Values lists the codes for the API's enum.
func (DoubtCode) Values() []string {
	return []string{string(NoPlace), string(Inexact), string(FarAway), string(SamePlace), string(OldPlace)}
}

// Doubt is a fact about a place, for whoever judges the visit.
type Doubt struct {
	Code   DoubtCode            `json:"code"`
	Value  int64                `json:"value,omitempty" doc:"What was found: metres, or seconds of age."`
	Limit  int64                `json:"limit,omitempty" doc:"From where on it is said."`
	Visits []ident.InspectionID `json:"visits,omitempty" doc:"Other visits with the very same place."`
}

// Doubts lists what is notable. age is how long before its use the place was
// found, zero when the device did not say; shop is nil when the premises have
// no point on the map.
func (r PlaceRules) Doubts(place *checklist.Place, age time.Duration, shop *Position, same []ident.InspectionID) []Doubt {
	if place == nil {
		return []Doubt{{Code: NoPlace}}
	}
	out := []Doubt{}
	if a := int64(place.Accuracy); a > r.Accuracy {
		out = append(out, Doubt{Code: Inexact, Value: a, Limit: r.Accuracy})
	}
	if shop != nil {
		if far := metres(place, shop); far > r.Distance+int64(place.Accuracy) {
			out = append(out, Doubt{Code: FarAway, Value: far, Limit: r.Distance})
		}
	}
	if len(same) > 0 {
		out = append(out, Doubt{Code: SamePlace, Visits: same})
	}
	if s := int64(age / time.Second); s > r.Age {
		out = append(out, Doubt{Code: OldPlace, Value: s, Limit: r.Age})
	}
	return out
}

// wgs84 brings a position to the datum of satellite receivers.
func (p *Position) wgs84() *Position {
	if p == nil {
		return nil
	}
	at := geo.Convert(geo.Point{p.Lng, p.Lat}, p.Datum, "wgs84")
	return &Position{Lat: at[1], Lng: at[0], Datum: "wgs84"}
}

// metres is the distance on the ground, both brought to one datum; below a
// county's width the plane is exact to a metre.
func metres(place *checklist.Place, shop *Position) int64 {
	a := geo.Convert(geo.Point{float64(place.LngE7) / 1e7, float64(place.LatE7) / 1e7}, place.Datum, "wgs84")
	to := shop.wgs84()
	b := geo.Point{to.Lng, to.Lat}
	const rad, earth = math.Pi / 180, 6371000
	x, y := (b[0]-a[0])*rad*math.Cos((a[1]+b[1])/2*rad), (b[1]-a[1])*rad
	return int64(math.Round(math.Hypot(x, y) * earth))
}

// placeOf gives where a visit was begun and what is notable about it; nothing
// before it was begun, or when it was begun on a page, which asks for no place.
func (s *Service) placeOf(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.InspectionID) (*checklist.Place, []Doubt, error) {
	stand, err := s.inspections.Stand(ctx, idb, id, by)
	if err != nil || stand.Started.Server.IsZero() || stand.Started.Device == "" {
		return nil, nil, err
	}
	shop, err := s.hooks.Position(ctx, idb, stand.Premises)
	if err != nil {
		return nil, nil, err
	}
	var age time.Duration
	if at := stand.Started.At; at != nil && stand.Started.FixedAt != nil {
		age = at.Sub(*stand.Started.FixedAt)
	}
	return stand.Started.Place, RulesOfPlaces().Doubts(stand.Started.Place, age, shop, stand.Same), nil
}
