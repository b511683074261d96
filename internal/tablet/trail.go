package tablet

import (
	"cmp"
	"slices"
	"time"

	"fangxin/internal/ident"
)

// What an inspector did at a moment, in the order in which the device saw it.
type (
	// Step is one event.
	Step struct {
		What    string     `json:"what" validate:"oneof=enter leave away back" enum:"enter,leave,away,back" doc:"Entered or left an item or a section; put the app aside and took it up again."`
		Section string     `json:"section,omitempty" validate:"max=40"`
		Item    string     `json:"item,omitempty" validate:"max=40" doc:"Empty for the section itself."`
		At      *time.Time `json:"at" validate:"required" doc:"By the device's clock."`
		Mono    int64      `json:"mono" validate:"min=0" doc:"Milliseconds since the app was started, which nobody can set."`
	}

	// trailPayload is a stretch of events. Each names the hash of the one
	// before it of the same device and visit, so that none can be taken out
	// or put in later without being seen.
	trailPayload struct {
		From  int    `json:"from" validate:"min=0"`
		Prev  string `json:"prev" validate:"omitempty,len=64,hexadecimal,lowercase"`
		Steps []Step `json:"steps" validate:"required,min=1,max=200,dive"`
	}
)

// Stretch is a stretch of events as it was received.
type Stretch struct {
	By         ident.AccountID `json:"by" format:"uuid"`
	Device     string          `json:"device"`
	ReceivedAt time.Time       `json:"received_at" doc:"By the server's clock."`
	From       int             `json:"from" doc:"Number of its first event."`
	Follows    bool            `json:"follows" doc:"It names the hash of the stretch before it, and none is missing between them."`
	Steps      []Step          `json:"steps"`

	boot, hash, prev string
}

// Spent is how long somebody was at an item, or at a section when Item is
// empty.
type Spent struct {
	By       ident.AccountID `json:"by" format:"uuid"`
	Section  string          `json:"section"`
	Item     string          `json:"item,omitempty"`
	Times    int             `json:"times" doc:"How often it was entered."`
	Seconds  int64           `json:"seconds" doc:"In all, by the clock that nobody can set; without the time the app was put aside."`
	First    time.Time       `json:"first" doc:"When it was first entered, by the device's clock."`
	Received time.Time       `json:"received_at" doc:"When the server learned of that."`

	ms int64
}

// Trail is who was at which item, when and how long.
type Trail struct {
	Stretches []Stretch `json:"stretches"`
	Spent     []Spent   `json:"spent"`
	Whole     bool      `json:"whole" doc:"Nothing is missing between the stretches of any device."`
}

// trailOf puts stretches in order, checks that they follow each other, and adds
// up the times.
func trailOf(list []Stretch) Trail {
	out := Trail{Stretches: list, Spent: []Spent{}, Whole: true}
	slices.SortStableFunc(list, func(a, b Stretch) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.By, b.By), cmp.Compare(a.From, b.From))
	})
	for i := range list {
		s := &list[i]
		next, prev := 0, ""
		if i > 0 && list[i-1].Device == s.Device && list[i-1].By == s.By {
			next, prev = list[i-1].From+len(list[i-1].Steps), list[i-1].hash
		}
		s.Follows = s.From == next && s.prev == prev
		out.Whole = out.Whole && s.Follows
	}
	out.Spent = spentIn(list)
	return out
}

// place is what time is spent at.
type place struct {
	by            ident.AccountID
	device        string
	section, item string
}

func spentIn(list []Stretch) []Spent {
	at := map[place]*Spent{}
	var order []*Spent
	entered := map[place]int64{} // mono of who is there now
	boot, device := "", ""
	for _, s := range list {
		if s.boot != boot || s.Device != device { // its clock begins anew, and who was there is not any more
			clear(entered)
			boot, device = s.boot, s.Device
		}
		for _, e := range s.Steps {
			p := place{s.By, s.Device, e.Section, e.Item}
			switch e.What {
			case "enter", "back":
				sum := at[place{by: s.By, section: e.Section, item: e.Item}]
				if sum == nil {
					sum = &Spent{By: s.By, Section: e.Section, Item: e.Item, First: e.At.UTC(), Received: s.ReceivedAt}
					at[place{by: s.By, section: e.Section, item: e.Item}] = sum
					order = append(order, sum)
				}
				if e.What == "enter" {
					sum.Times++
				}
				entered[p] = e.Mono
			default:
				if from, ok := entered[p]; ok && e.Mono >= from {
					at[place{by: s.By, section: e.Section, item: e.Item}].ms += e.Mono - from
				}
				delete(entered, p)
			}
		}
	}
	out := make([]Spent, len(order))
	for i, s := range order {
		s.Seconds = (s.ms + 500) / 1000
		out[i] = *s
	}
	return out
}
