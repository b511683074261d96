package quorum

import (
	"slices"

	"fangxin/internal/calendar"
)

// Title is a title of a shop that nobody suspended or took away; it counts
// from its first day to its last.
type Title struct {
	Scheme      string
	From, Until calendar.Date
}

func (t Title) on(day calendar.Date) bool { return !day.Before(t.From) && !t.Until.Before(day) }

// Shop is one shop inside the street's boundary.
type Shop struct {
	ID        string
	Eligible  bool // counts for the shares
	CanReturn bool // sells what can be taken back
	Titles    []Title
}

// Facts are what the rules are held against. Between two events they do not
// change; days do the rest.
type Facts struct {
	Shops     []Shop
	Station   bool            // a consumer rights station is open
	Incidents []calendar.Date // days of major incidents
	Failed    []string        // points of the street's sheet that the last inspection did not find met
}

// The rules by which a street is judged.
const (
	Members       = "members"
	Participation = "participation"
	Returns       = "returns"
	InEveryShop   = "hundred"
	Station       = "station"
	Incident      = "incident"
)

// Point is one rule with what it was held against.
type Point struct {
	Rule     string `json:"rule" doc:"members, participation, returns, hundred, station or incident."`
	Item     string `json:"item,omitempty" doc:"Of the street's sheet."`
	Met      bool   `json:"met"`
	Veto     bool   `json:"veto,omitempty" doc:"Cannot be mended in time: the title lapses at once."`
	Have     int    `json:"have" doc:"Shops, or incidents."`
	Of       int    `json:"of" doc:"Shops the share is taken of."`
	Need     int    `json:"need" doc:"Percent, or shops."`
	Short    int    `json:"short,omitempty" doc:"Shops that are missing to the least share."`
	Until    string `json:"until,omitempty" doc:"Last day on which an incident counts."`
	Proposed bool   `json:"proposed,omitempty"`
}

// Judgement is the whole of the rules on one day.
type Judgement struct {
	Day    calendar.Date `json:"day"`
	Met    bool          `json:"met"`
	Points []Point       `json:"points"`
}

// Broken lists the points that are not met.
func (j Judgement) Broken() []Point {
	var out []Point
	for _, p := range j.Points {
		if !p.Met {
			out = append(out, p)
		}
	}
	return out
}

func (j Judgement) vetoed() bool {
	return slices.ContainsFunc(j.Points, func(p Point) bool { return !p.Met && p.Veto })
}

// Judge holds the facts of a day against the rules. Every point is listed,
// met or not, so that nothing has to be believed.
func (r Rules) Judge(f Facts, day calendar.Date) Judgement {
	var eligible, part, able, promise int
	for _, s := range f.Shops {
		if !s.Eligible {
			continue
		}
		eligible++
		if s.holds(day, r.ParticipatesWith) {
			part++
		}
		if s.CanReturn {
			able++
			if len(r.ReturnsWith) > 0 && s.holds(day, r.ReturnsWith) {
				promise++
			}
		}
	}
	j := Judgement{Day: day, Met: true}
	add := func(p Point) {
		j.Met = j.Met && p.Met
		j.Points = append(j.Points, p)
	}
	add(Point{Rule: Members, Have: eligible, Of: eligible, Need: r.MinMembers.Value, Met: eligible >= r.MinMembers.Value,
		Short: max(0, r.MinMembers.Value-eligible), Proposed: r.MinMembers.Proposed})
	add(r.Participation.point(Participation, part, eligible, false))
	add(r.Returns.point(Returns, promise, able, true))
	for _, h := range r.Hundred {
		add(Point{Rule: InEveryShop, Item: h.Item, Need: 100, Met: !slices.Contains(f.Failed, h.Item), Veto: h.Veto, Proposed: h.Proposed})
	}
	if r.Station {
		add(Point{Rule: Station, Met: f.Station, Need: 1})
	}
	p := Point{Rule: Incident, Met: true, Veto: true, Proposed: r.IncidentYears.Proposed, Need: r.IncidentYears.Value}
	for _, on := range f.Incidents {
		over := on.AddYears(r.IncidentYears.Value)
		if !on.After(day) && day.Before(over) {
			p.Met = false
			p.Have++
			if last := over.AddDays(-1).String(); last > p.Until {
				p.Until = last
			}
		}
	}
	add(p)
	return j
}

// point holds a share. emptyMet says whether it is met when it is taken of
// nothing.
func (s Share) point(rule string, have, of int, emptyMet bool) Point {
	p := Point{Rule: rule, Have: have, Of: of, Need: s.Percent.Value, Proposed: s.Percent.Proposed}
	p.Met = have*100 >= of*s.Percent.Value && (of > 0 || emptyMet)
	if least := (of*s.Percent.Value + 99) / 100; have < least {
		p.Short = least - have
	}
	return p
}

func (s Shop) holds(day calendar.Date, schemes []string) bool {
	return slices.ContainsFunc(s.Titles, func(t Title) bool {
		return t.on(day) && (len(schemes) == 0 || slices.Contains(schemes, t.Scheme))
	})
}

// Participates and Promises tell about one shop what the shares count.
func (r Rules) Participates(s Shop, day calendar.Date) bool { return s.holds(day, r.ParticipatesWith) }

// Promises reports whether a shop promises on a day to take goods back.
func (r Rules) Promises(s Shop, day calendar.Date) bool {
	return len(r.ReturnsWith) > 0 && s.holds(day, r.ReturnsWith)
}
