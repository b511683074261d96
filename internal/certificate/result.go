package certificate

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Result is something that the public reads about a title and that is not to
// its holder's credit, or may not be: a decision on it, or the inspection that
// the badge names.
type Result struct {
	About  badge.About      `json:"about"`
	Ref    string           `json:"ref" doc:"Id of the step, or the day of the inspection."`
	Action lifecycle.Action `json:"action,omitempty" doc:"The step on the title."`
	Words  string           `json:"words" doc:"Its published reason, or the grade."`
	On     calendar.Date    `json:"on"`
	Shown  bool             `json:"shown" doc:"Whoever scans the badge reads it now."`

	By ident.AccountID `json:"-"` // who took the step
}

// Heard is a reply of the holder that was published beside a result.
type Heard struct {
	badge.Reply
	Ref string `json:"ref" doc:"Id of the step in the history, or the day of the inspection."`
}

// Results lists what is published about a title, the latest first, for those
// who see it.
func (s *Service) Results(ctx context.Context, idb usecase.Reader, id ident.CertificateID, by access.Principal) ([]Result, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return nil, err
	}
	return results(ctx, idb, r)
}

func results(ctx context.Context, idb usecase.Reader, r record) ([]Result, error) {
	events, err := audit.Timeline(ctx, idb, lifecycle.Certificate.Noun, string(r.ID))
	if err != nil {
		return nil, err
	}
	var out []Result
	for i, e := range events {
		if a := lifecycle.Action(e.Action); slices.Contains(Contestable, a) {
			out = append(out, Result{
				About: badge.AboutDecision, Ref: string(e.ID), Action: a, Words: e.Reason, On: calendar.DateOf(e.At), Shown: i == len(events)-1, By: e.Account,
			})
		}
	}
	slices.Reverse(out)
	if day, err := calendar.ParseDate(r.InspectedOn); err == nil {
		out = append(out, Result{About: badge.AboutInspection, Ref: r.InspectedOn, Words: r.Grade, On: day, Shown: true})
	}
	return out, nil
}

// beside lists the replies that stand beside what scans show now.
func (s *Service) beside(ctx context.Context, idb usecase.Reader, r record) ([]badge.Reply, error) {
	heard, err := s.heard(ctx, idb, r.ID)
	if err != nil || len(heard) == 0 {
		return nil, err
	}
	all, err := results(ctx, idb, r)
	var out []badge.Reply
	for _, res := range all {
		i := slices.IndexFunc(heard, func(h Heard) bool { return h.About == res.About && h.Ref == res.Ref })
		if i >= 0 && res.Shown {
			out = append(out, heard[i].Reply)
		}
	}
	return out, err
}

func (s *Service) heard(ctx context.Context, idb usecase.Reader, id ident.CertificateID) ([]Heard, error) {
	if s.Heard == nil {
		return nil, nil
	}
	return s.Heard(ctx, idb, id)
}

// Reface writes what scans show anew, inside the transaction in which another
// slice changed something that stands there.
func (s *Service) Reface(ctx context.Context, c *usecase.Call, id ident.CertificateID) error {
	for id != "" { // the prints may have gone on to the certificate in its place
		r, err := byID(ctx, c.Tx, id)
		if err != nil {
			return err
		}
		if err := s.refresh(ctx, c, r); err != nil {
			return err
		}
		id = r.Successor
	}
	return nil
}
