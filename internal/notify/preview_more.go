package notify

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// would is how a preview of one noun is asked for.
type would = func(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error)

// rectifyTitle are the steps of a title that follow from those of its order.
var rectifyTitle = map[lifecycle.Action]lifecycle.Action{lifecycle.Restore: lifecycle.VerifyRectification, lifecycle.Fail: lifecycle.Suspend}

func wouldRectify(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	v, err := s.src.Rectifications.Get(ctx, ident.RectificationID(id))
	if err != nil {
		return nil, err
	}
	if a == lifecycle.OrderInspection {
		return []Occurrence{{Event: VisitPlanned, Noun: "rectification", Subject: id, Scope: v.Scope, Role: access.CountyOfficer, Data: map[string]string{"shop": v.Holder}}}, nil
	}
	out := ofRectification(v, a)
	if title, ok := rectifyTitle[a]; ok {
		more, err := s.titleStep(ctx, idb, by, v.Certificate, title, false)
		return append(out, more...), err
	}
	return out, nil
}

func wouldRenew(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	v, err := s.src.Renewals.Get(ctx, ident.RenewalID(id))
	if err != nil {
		return nil, err
	}
	out := ofRenewal(v, a)
	if a == lifecycle.Grant {
		more, err := s.titleStep(ctx, idb, by, v.Certificate, lifecycle.Supersede, v.Was == v.Holder)
		return append(out, more...), err
	}
	return out, nil
}

func wouldPledge(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	m, title, err := s.src.Pledges.WouldMove(ctx, idb, by, ident.PledgeID(id), a)
	if err != nil {
		return nil, err
	}
	out := ofPledge(m)
	if title != "" && m.Certificate != "" {
		more, err := s.titleStep(ctx, idb, by, m.Certificate, title, false)
		return append(out, more...), err
	}
	return out, nil
}

func wouldAppeal(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	v, err := s.src.Appeals.WouldMove(ctx, idb, by, ident.AppealID(id))
	if err != nil {
		return nil, err
	}
	out := ofAppeal(v, a)
	if a != lifecycle.Uphold {
		return out, nil
	}
	if v.Application != "" { // the case goes on where it was refused
		m, err := s.src.Applications.WouldMove(ctx, idb, by, v.Application, lifecycle.Reconsider)
		return append(out, ofCase(m)...), err
	}
	more, err := s.titleStep(ctx, idb, by, v.Certificate, lifecycle.Reinstate, false)
	return append(out, more...), err
}

func wouldVisit(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	d, err := s.src.Inspections.Get(ctx, ident.InspectionID(id))
	if err != nil {
		return nil, err
	}
	ch := inspection.Change{View: d.View, Action: a}
	if d.Lead != "" {
		ch.Before = []ident.AccountID{d.Lead, d.Second}
	}
	switch a {
	case lifecycle.Assign, lifecycle.Reassign: // who goes is chosen in the form
		chosen := ch
		chosen.Lead, chosen.Second, chosen.LeadName, chosen.SecondName, chosen.Before = "", "", "", "", nil
		out := ofVisit(chosen)
		for i := range out {
			out[i].Accounts = nil
		}
		return out, nil
	case lifecycle.Accept:
		if d.Purpose != inspection.ForApplication || d.Application == "" {
			return ofVisit(ch), nil
		}
		m, err := s.src.Applications.WouldMove(ctx, idb, by, d.Application, lifecycle.RecordInspected)
		return append(ofVisit(ch), ofCase(m)...), err
	}
	return ofVisit(ch), nil
}

func wouldAmend(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	am, err := s.src.Inspections.WouldJudge(ctx, idb, by, ident.AmendmentID(id), a)
	return ofAmendment(am), err
}

func wouldPublish(ctx context.Context, s *Service, idb usecase.Reader, _ access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	if a != lifecycle.Publish {
		return nil, nil
	}
	e, err := s.src.Schemes.EditionByID(ctx, idb, ident.EditionID(id))
	if err != nil {
		return nil, err
	}
	return s.ofEdition(ctx, idb, e)
}

func wouldTakeOver(ctx context.Context, s *Service, idb usecase.Reader, by access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	d, err := s.src.Takeovers.Get(ctx, ident.TakeoverID(id))
	if err != nil {
		return nil, err
	}
	out := ofTakeover(d.View, a)
	if a != lifecycle.Confirm {
		return out, nil
	}
	titles, err := s.src.Certificates.OfShop(ctx, idb, d.Premises)
	for _, t := range titles {
		if _, stands := lifecycle.Certificate.Check(access.Internal("preview"), lifecycle.End, t.State, ""); stands != nil {
			continue
		}
		more, terr := s.titleStep(ctx, idb, by, t.ID, lifecycle.End, false)
		if terr != nil {
			return nil, terr
		}
		out = append(out, more...)
	}
	return out, err
}

func wouldReply(ctx context.Context, s *Service, _ usecase.Reader, _ access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	v, err := s.src.Replies.Get(ctx, ident.ReplyID(id))
	if err != nil {
		return nil, err
	}
	return ofReply(v, a), nil
}

func wouldLookAgain(ctx context.Context, s *Service, _ usecase.Reader, _ access.Principal, id string, a lifecycle.Action) ([]Occurrence, error) {
	v, err := s.src.Reinspections.Get(ctx, ident.ReinspectionID(id))
	if err != nil {
		return nil, err
	}
	return ofReinspection(v, a), nil
}
