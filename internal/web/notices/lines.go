package notices

import (
	"time"

	"fangxin/internal/notify"
)

// Line is one notice as pages list it: what was or will be told, and to whom.
type Line struct {
	Title string
	At    *time.Time // nil in a preview
	Who   []Who      // the first few
	More  int        // how many people beyond those
	All   int
	// Chosen says that the form chooses who is told.
	Chosen bool
}

// Who is one recipient with the channels that reach them.
type Who struct {
	Name string
	Ways []notify.Copy
}

// mostWho is how many people a line names before it counts.
const mostWho = 6

// Lines arranges copies by notice and person.
func Lines(list []notify.Told) []Line {
	out := make([]Line, len(list))
	for i, t := range list {
		l := Line{Title: t.Title, At: t.At, Chosen: t.Chosen}
		at := map[string]int{}
		for _, c := range t.Copies {
			n, known := at[c.Name]
			if !known {
				n = len(l.Who)
				at[c.Name] = n
				l.Who = append(l.Who, Who{Name: c.Name})
			}
			l.Who[n].Ways = append(l.Who[n].Ways, c)
		}
		l.All = len(l.Who)
		if l.All > mostWho {
			l.Who, l.More = l.Who[:mostWho], l.All-mostWho
		}
		out[i] = l
	}
	return out
}
