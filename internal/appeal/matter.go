package appeal

import (
	"context"

	"fangxin/internal/audit"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// matter is what an appeal is about: a title or a case, with the decision that
// can be contested now.
type matter struct {
	record   record // as one that is filed would name it
	decision *audit.Event
	until    string // last day on which an appeal against it is taken
	deeds    []lifecycle.Deed
}

func (m matter) id() string {
	if m.record.Application != "" {
		return string(m.record.Application)
	}
	return string(m.record.Certificate)
}

// matter reads what an appeal is about, as the caller sees it.
func (s *Service) matter(ctx context.Context, c *usecase.Call, of record) (matter, error) {
	if of.Application != "" {
		return s.ofCase(ctx, c, of)
	}
	d, err := s.certificates.Dossier(ctx, c, of.Certificate)
	if err != nil {
		return matter{}, err
	}
	m := matter{
		record:   record{Certificate: d.ID, CertNumber: d.Number, Holder: d.Holder, Operator: d.Operator, Division: d.Division, Scope: d.Scope},
		decision: d.Decision,
	}
	more, err := s.Deeds(ctx, c.Tx, d.ID, d.Application)
	if err != nil {
		return matter{}, err
	}
	m.deeds = append(d.Deeds, more...)
	if d.Decision != nil {
		until, err := s.lastDay(d.Decision.At, FileWithin)
		if err != nil {
			return matter{}, err
		}
		m.until = until.String()
	}
	return m, nil
}

func (s *Service) ofCase(ctx context.Context, c *usecase.Call, of record) (matter, error) {
	if s.Applications == nil {
		return matter{}, fault.New(fault.NotFound, "")
	}
	d, err := s.Applications.Dossier(ctx, c.Tx, of.Application, c.By)
	return matter{
		record:   record{Application: d.ID, CaseNo: d.CaseNo, Holder: d.Shop, Operator: d.Operator, Division: d.Division, Scope: d.Scope},
		decision: d.Decision, until: d.Until, deeds: d.Deeds,
	}, err
}
