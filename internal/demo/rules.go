package demo

import (
	"fmt"
	"slices"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/merchant"
	"fangxin/internal/oversight"
	"fangxin/internal/renewal"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// rules are what became of the rules themselves: a newer version of a title,
// under which cases of the old one go on to their end, a halt that is over and
// one that runs, a shop that was not let in, and titles to be renewed.
func (s *seeder) rules(present time.Time) error {
	for _, do := range []func(time.Time) error{s.newVersion, s.halts, s.notEligible, s.renewals} {
		if err := do(present); err != nil {
			return err
		}
	}
	return nil
}

// newVersion publishes the next version of the model shop, and leaves a draft
// of another title on the administrator's desk.
func (s *seeder) newVersion(present time.Time) error {
	s.now = present.Add(-9 * day)
	e, err := s.Schemes.Draft(s.people["admin"], scheme.DraftCommand{Code: shopScheme})
	if err != nil {
		return err
	}
	next := e.Scheme
	next.CorrectionWorkdays = scheme.Number{Value: 15}
	next.RecheckMonths = scheme.Number{Value: 6}
	next.Renewal = "instant"
	next.Documents = append(slices.Clone(next.Documents), scheme.Item{
		ID: "price-list", Text: scheme.Text{Zh: "价目表或价签照片", En: "Photo of the price list or of price tags"},
		Why: scheme.Text{Zh: "看是否明码标价", En: "To see that prices are marked"},
	})
	e, err = s.Schemes.Save(s.people["admin"], scheme.SaveCommand{
		ID: e.ID, Scheme: next, Summary: "补正时间放宽到 15 个工作日；复查改为每半年一次；没有变化的门店可以即时续期；可以附上价目表照片。",
	})
	if err != nil {
		return err
	}
	s.now = present.Add(-6 * day)
	if _, err := s.Schemes.Publish(s.people["province"], scheme.EditionStep{ID: e.ID}); err != nil {
		return err
	}
	s.now = present.Add(-1 * day)
	e, err = s.Schemes.Draft(s.people["admin"], scheme.DraftCommand{Code: streetScheme})
	if err != nil {
		return err
	}
	next = e.Scheme
	next.NoticeWorkdays = scheme.Number{Value: 7}
	_, err = s.Schemes.Save(s.people["admin"], scheme.SaveCommand{ID: e.ID, Scheme: next, Summary: "公示期延长到 7 个工作日，便于周边居民提意见。"})
	return err
}

// halts leaves one halt that two officers ended, and one that runs.
func (s *seeder) halts(present time.Time) error {
	s.now = present.Add(-40 * day)
	h, err := s.Oversight.Impose(s.people["city"], oversight.ImposeCommand{
		Scheme: shopScheme, Area: "360103", Reason: "两份检查表笔迹相同，核实期间先停。", Note: "因核实部分检查记录，暂停颁发。",
	})
	if err != nil {
		return err
	}
	s.now = present.Add(-33 * day)
	if _, err := s.Oversight.ProposeLift(s.people["city"], oversight.HaltStep{ID: h.ID, Reason: "记录已逐份核实，没有发现造假。"}); err != nil {
		return err
	}
	s.now = present.Add(-32 * day)
	if _, err := s.Oversight.ConfirmLift(s.people["province"], oversight.HaltStep{ID: h.ID}); err != nil {
		return err
	}
	s.now = present.Add(-4 * day)
	_, err = s.Oversight.Impose(s.people["province"], oversight.ImposeCommand{
		Scheme: streetScheme, Area: "360700", Reason: "两个街区的商户名单与登记簿不符，待重新核对。", Note: "正在核对街区商户名单，核对完毕前暂停颁发。",
	})
	return err
}

// notEligible registers a shop of the index's merchant that is on the list of
// abnormal operation: it is refused before it begins, and the page says why.
func (s *seeder) notEligible(present time.Time) error {
	s.now = present.Add(-2 * day)
	owner := s.people["merchant"]
	p, err := s.premises(owner, "360102", "旺角日杂店", sector.Store)
	if err != nil {
		return err
	}
	say := func(value string) *merchant.Fact {
		return &merchant.Fact{Value: value, On: calendar.DateOf(s.now).AddDays(-20).String(), Source: "国家企业信用信息公示系统（江西）"}
	}
	_, err = s.Merchants.RecordFacts(s.people["county"], merchant.FactsCommand{
		ID: p.Operator, Penalties: []merchant.Penalty{}, Facts: merchant.Facts{Abnormal: say("yes"), Serious: say("no"), Penalties: say("complete"), Founded: say("2024-03-11")},
	})
	if err != nil {
		return err
	}
	_, err = s.Applications.Start(owner, application.StartCommand{Premises: p.ID, Scheme: shopScheme})
	if f, ok := fault.As(err); !ok || f.Code != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Pointer != "/eligibility/"+string(scheme.FactAbnormal) {
		return fmt.Errorf("a shop of the list was let in: %w", err)
	}
	return nil
}

// renewals gives the index's merchant a title that may be renewed, and puts the
// renewal of a neighbour on the county's desk.
func (s *seeder) renewals(present time.Time) error {
	sch, _ := scheme.Lookup(shopScheme, "") // the version that was shipped
	for name, login := range map[string]string{"墨香文房店": "merchant", "青云照相馆": "neighbour1"} {
		s.now = present.Add(-100 * day)
		p, err := s.premises(s.people[login], "360102", name, sector.Store)
		if err != nil {
			return err
		}
		issued := calendar.DateOf(present).AddYears(-sch.ValidityYears.Value).AddDays(38)
		v, err := s.Certificates.Import(usecase.System(s.ctx, "demo"), s.title(sch, p, issued, sch.ValidityYears.Value))
		if err != nil {
			return err
		}
		if login == "merchant" {
			continue
		}
		s.now = present.Add(-26 * time.Hour)
		if _, err := s.Renewals.File(s.people[login], renewal.FileCommand{Certificate: v.ID, Kind: renewal.Renew, Confirmed: true, Note: "门店和承诺都没有变化。"}); err != nil {
			return err
		}
	}
	return nil
}
