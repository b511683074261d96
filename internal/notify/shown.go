package notify

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

var shownDef = usecase.Define(usecase.Def{Name: "message.shown", Allow: access.Roles, NoAPI: "a page of the demonstration"})

// ShownLetter is what the demonstration would have sent.
type ShownLetter struct {
	Channel Channel   `json:"channel"`
	Name    string    `json:"name"`
	Address string    `json:"address"`
	Title   string    `json:"title"`
	Body    string    `json:"body"`
	At      time.Time `json:"at"`
}

// mostShown is how many letters the page has.
const mostShown = 60

// Shown lists the last mails and text messages of the demonstration, in which
// nobody is real. Anywhere else there is no such list.
func (s *Service) Shown(ctx context.Context, lang string) ([]ShownLetter, error) {
	return usecase.Read(ctx, s.rt, shownDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]ShownLetter, error) {
		if !s.opt.Shown {
			return nil, fault.New(fault.NotFound, "")
		}
		rows, _, err := outbox(ctx, idb, OutboxQuery{State: Sent, Limit: mostShown}, access.Everything)
		out := []ShownLetter{}
		for _, r := range rows {
			if r.Channel == Email || r.Channel == SMS {
				out = append(out, ShownLetter{
					Channel: r.Channel, Name: r.Name, Address: mask(r.Channel, r.Address), Title: s.title(lang, r.Event, r.Data), Body: s.body(lang, r.Event, r.Data), At: r.At,
				})
			}
		}
		return out, err
	})
}
