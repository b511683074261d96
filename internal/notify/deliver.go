package notify

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
)

// deliverJob takes one copy to its channel.
type deliverJob struct {
	Copy ident.CopyID `json:"copy"`
}

// DeliverKind is the kind of the job that delivers a copy.
const DeliverKind = "notify.deliver"

func (deliverJob) Kind() string { return DeliverKind }

// Lane keeps deliveries away from the work in the house.
func (deliverJob) Lane() string { return jobs.Post }

// When deliveries are tried again. The pauses double from the first to the
// longest, so that twelve tries take about ten hours: a server that was down
// overnight still gets its mail, and nobody gets yesterday's text message.
const (
	maxAttempts  = 12
	firstPause   = 30 * time.Second
	longestPause = 2 * time.Hour
	// longestAsked is the longest pause that a server of others may ask for.
	longestAsked = 6 * time.Hour
	// lease is how long a delivery may take before it counts as lost with the
	// process that made it.
	lease = 5 * time.Minute
)

// pause is how long to wait after so many failures, give or take a fifth: many
// copies that failed together do not come back together.
func pause(failures int) time.Duration {
	d := longestPause
	if failures < 12 {
		d = min(longestPause, firstPause<<(failures-1))
	}
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// Workers are the background jobs of the slice.
func (s *Service) Workers() map[string]jobs.Work {
	return map[string]jobs.Work{
		DeliverKind: func(ctx context.Context, data json.RawMessage) error {
			var j deliverJob
			if err := json.Unmarshal(data, &j); err != nil {
				return err
			}
			return s.Deliver(ctx, j.Copy)
		},
		codeKind:  s.sendCode,
		SweepKind: func(ctx context.Context, _ json.RawMessage) error { return s.Sweep(ctx) },
	}
}

// Periodic is the work that comes back by itself.
func (s *Service) Periodic() []jobs.Periodic {
	return []jobs.Periodic{{Kind: SweepKind, Every: 10 * time.Minute}}
}

// Deliver tries to deliver one copy. A failure is no error of the job: the copy
// remembers it and comes back, or is given up and waits for an administrator.
func (s *Service) Deliver(ctx context.Context, id ident.CopyID) error {
	now := s.rt.Now()
	c, claimed, err := claim(ctx, s.rt.DB.W, id, now)
	if err != nil || !claimed {
		return err // delivered, given up, or in somebody's hands
	}
	m, err := messageOf(ctx, s.rt.DB.W, c.Message)
	if err != nil {
		return err
	}
	sent := s.send(ctx, c, m)
	// How the try went is written down although the process may be stopping.
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	if sent != nil && ctx.Err() != nil {
		// This process stops: the try was cut short by us and does not count.
		c.Attempts--
		return s.postpone(after, c, "interrupted", s.rt.Now())
	}
	return s.settle(after, c, sent)
}

// settling is how long it may take to write down how a try went.
const settling = 5 * time.Second

var errNoChannel = errors.New("not_configured")

// send hands a copy to its channel.
func (s *Service) send(ctx context.Context, c copyRow, m messageRow) error {
	ctx, cancel := context.WithTimeout(ctx, lease/2)
	defer cancel()
	if c.Channel == Webhook {
		return s.call(ctx, c, m)
	}
	sender := s.opt.Senders[c.Channel]
	if sender == nil {
		return errNoChannel
	}
	return sender.Send(ctx, s.letter(c, m))
}

// letter words a copy in its recipient's language.
func (s *Service) letter(c copyRow, m messageRow) Letter {
	l := Letter{ID: c.ID, To: c.Address, Lang: c.Lang, Title: s.title(c.Lang, m.Event, m.Data), Body: s.body(c.Lang, m.Event, m.Data), At: m.At}
	if l.Lang == "" {
		l.Lang = i18n.Zh
	}
	if path := link(m.Event, m.Subject, m.Data); path != "" {
		l.Link = s.opt.Base + path
	}
	return l
}

// settle writes down how a try went, and when the next one is.
func (s *Service) settle(ctx context.Context, c copyRow, sent error) error {
	now := s.rt.Now()
	if sent == nil {
		return settleCopy(ctx, s.rt.DB.W, c, Sent, "", now)
	}
	reason := reasonOf(sent)
	s.rt.Log.WarnContext(ctx, "message not delivered", "channel", c.Channel, "copy", c.ID, "try", c.Attempts, "reason", reason)
	var hopeless interface{ Permanent() bool }
	if c.Attempts >= maxAttempts || errors.As(sent, &hopeless) && hopeless.Permanent() {
		return settleCopy(ctx, s.rt.DB.W, c, Dead, reason, now)
	}
	wait := pause(c.Attempts)
	var asks interface{ RetryAfter() time.Duration }
	if errors.As(sent, &asks) {
		wait = max(wait, min(asks.RetryAfter(), longestAsked))
	}
	return s.postpone(ctx, c, reason, now.Add(wait))
}

// reasonOf is the short word for a failure that is kept and shown. Only senders
// of this house are asked: their errors hold neither addresses nor texts.
func reasonOf(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	const most = 60
	text := err.Error()
	if len(text) > most {
		text = text[:most]
	}
	return text
}
