package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fangxin/internal/ident"
	"fangxin/internal/usecase"
	"fangxin/internal/webhook"
)

// payload is what a webhook gets: codes, numbers and dates. Names of people,
// telephone numbers, reasons and texts are not for programs of others; whoever
// may know them reads the record in the API.
type payload struct {
	Type      Code        `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      payloadData `json:"data"`
}

type payloadData struct {
	Noun     string `json:"noun"`
	ID       string `json:"id"`
	CaseNo   string `json:"case_no,omitempty"`
	Number   string `json:"number,omitempty"`
	State    string `json:"state,omitempty"`
	ClosesOn string `json:"closes_on,omitempty"`
	ExpireOn string `json:"expires_on,omitempty"`
}

func payloadOf(m messageRow) ([]byte, error) {
	return json.Marshal(payload{Type: m.Event, Timestamp: m.At.UTC(), Data: payloadData{
		Noun: m.Noun, ID: m.Subject, CaseNo: m.Data["case_no"], Number: m.Data["number"], State: m.Data["state"],
		ClosesOn: m.Data["closes_on"], ExpireOn: m.Data["expires_on"],
	}})
}

// errStopped ends the tries for a webhook that is not active any more.
type errStopped struct{}

func (errStopped) Error() string   { return "webhook_stopped" }
func (errStopped) Permanent() bool { return true }

// failingDays is for how long a webhook may fail before it is stopped.
const failingDays = 5

// call delivers one copy to its webhook and writes down how it went.
func (s *Service) call(ctx context.Context, c copyRow, m messageRow) error {
	h, err := hookByID(ctx, s.rt.DB.W, c.Webhook)
	if err != nil {
		return err
	}
	if !h.Active || s.opt.Hooks == nil {
		return errStopped{}
	}
	body, err := payloadOf(m)
	if err != nil {
		return err
	}
	at, begun := s.rt.Now(), time.Now()
	status, failed := s.opt.Hooks.Deliver(ctx, h.URL, string(c.ID), at, body, h.secrets(at)...)
	if failed != nil && ctx.Err() != nil {
		return failed // this process stops; nothing is known about the receiver
	}
	a := &attemptRow{
		ID: string(ident.New[ident.EventID]()), Webhook: h.ID, Copy: c.ID, Event: m.Event, Status: status,
		Millis: int(time.Since(begun).Milliseconds()), At: at,
	}
	if failed != nil {
		a.Error = reasonOf(failed)
	}
	since, err := noteAttempt(ctx, s.rt.DB.W, a, failed != nil)
	if err != nil {
		return errors.Join(failed, err)
	}
	var e *webhook.Error
	switch {
	case errors.As(failed, &e) && e.Gone():
		return s.stop(ctx, h, "gone")
	case failed != nil && at.Sub(since) >= failingDays*24*time.Hour:
		return s.stop(ctx, h, "failing")
	}
	return failed
}

// stop ends deliveries to a webhook and tells the administrators.
func (s *Service) stop(ctx context.Context, h hookRow, reason string) error {
	_, err := usecase.Do(usecase.System(ctx, DeliverKind), s.rt, hookStopDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(string(h.ID), h.Scope)
		c.Note("reason", reason)
		stopped, err := stopHook(ctx, c.Tx, h.ID, reason, c.Now)
		if err != nil || !stopped {
			return struct{}{}, err
		}
		return struct{}{}, s.Tell(ctx, c, Occurrence{
			Event: WebhookDisabled, Key: step(h.ID, h.Version), Noun: "webhook", Subject: string(h.ID), Scope: h.Scope, Data: map[string]string{"name": h.Name},
		})
	})
	if err != nil {
		return err
	}
	return errStopped{}
}
