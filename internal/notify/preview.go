package notify

import (
	"context"
	"maps"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// PreviewQuery names a step that the reader could take.
type PreviewQuery struct {
	Noun    string           `json:"noun" validate:"required,oneof=application certificate inspection amendment plaque pledge rectification renewal appeal edition takeover reply reinspection"`
	Subject string           `json:"subject" validate:"required,uuid7"`
	Action  lifecycle.Action `json:"action" validate:"required,max=40"`
	Lang    string           `json:"-"`
}

// Preview says who would be told what, by which channel, if the reader took a
// step now. It asks the code that tells.
func (s *Service) Preview(ctx context.Context, q PreviewQuery) ([]Told, error) {
	return usecase.Read(ctx, s.rt, previewDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Told, error) {
		ask, ok := previews[q.Noun]
		if !ok {
			return nil, fault.New(fault.NotFound, "")
		}
		occurrences, err := ask(ctx, s, idb, by, q.Subject, q.Action)
		if err != nil {
			return nil, err
		}
		return s.Would(ctx, idb, by, q.Lang, occurrences...)
	})
}

// Previewed lists the nouns whose steps can be asked about, in order.
func Previewed() []string { return slices.Sorted(maps.Keys(previews)) }

// previews give for each noun what a step would tell.
var previews = map[string]would{
	"appeal": wouldAppeal, "amendment": wouldAmend, "edition": wouldPublish, "inspection": wouldVisit, "pledge": wouldPledge,
	"rectification": wouldRectify, "renewal": wouldRenew, "reply": wouldReply, "reinspection": wouldLookAgain, "takeover": wouldTakeOver,
	"application": func(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
		m, err := s.src.Applications.WouldMove(ctx, idb, by, ident.ApplicationID(id), a)
		return ofCase(m), err
	},
	"certificate": func(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
		return s.titleStep(ctx, idb, by, ident.CertificateID(id), a, false)
	},
	"plaque": func(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
		v, err := s.src.Plaques.WouldMove(ctx, idb, ident.PlaqueID(id), by)
		return ofPlaque(v, a), err
	},
}

// titleStep is what a step of a title tells, with what its end means for the
// plaque unless that keeps hanging.
func (s *Service) titleStep(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.CertificateID, a lifecycle.Action, keepsPlaque bool) ([]Occurrence, error) {
	m, err := s.src.Certificates.WouldMove(ctx, idb, by, id, a)
	if err != nil {
		return nil, err
	}
	m.KeepsPlaque = keepsPlaque
	out := ofTitle(m)
	if s.src.Plaques == nil {
		return out, nil
	}
	v, wanted, err := s.src.Plaques.WouldWant(ctx, idb, m)
	if err != nil || !wanted {
		return out, err
	}
	out = append(out, ofTask(task.View{Kind: task.PlaqueWanted, Scope: v.Scope, DueOn: v.DueOn})...)
	return append(out, ofPlaque(v, "create")...), nil
}
