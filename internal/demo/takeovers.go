package demo

import (
	"context"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/takeover"
	"fangxin/internal/usecase"
)

// takeovers leaves three shops that change hands: one whose new operator runs
// it with a title of its own while the old badge tells what became of it, one
// that waits for the county, and one that waits for the answer of its owner.
func (s *seeder) takeovers(present time.Time) error {
	for _, t := range []struct {
		name, giver, taker, sign, note string
		ago                            time.Duration
		until                          lifecycle.State
		in                             int // days until the taker begins
	}{
		{"青云谱老茶坊", "neighbour1", "merchant", "云上茶坊", "原店主退休，店铺连同存货一并转让。", 20 * day, lifecycle.TakenOver, 0},
		{"豫章旧书店", "neighbour2", "merchant", "豫章旧书店", "个体户转为公司经营，店招不变。", 4 * day, lifecycle.Consented, 0},
		{"三眼井米粉店", "merchant", "neighbour3", "三眼井米粉店", "已签转让协议，交接后开始经营。", 2 * day, lifecycle.Filed, 12},
	} {
		s.now = present.Add(-t.ago)
		shop, code, err := s.titledShop(s.people[t.giver], t.name)
		if err != nil {
			return err
		}
		operator, err := s.operatorOf(s.people[t.taker], shop.Operator)
		if err != nil {
			return err
		}
		s.pass(3 * time.Hour)
		v, err := s.Takeovers.File(s.people[t.taker], takeover.FileCommand{
			Operator: operator, Shop: code, Sign: t.sign, Phone: shop.Phone, BeganOn: calendar.DateOf(s.now).AddDays(t.in).String(), Note: t.note, Confirmed: true,
		})
		if err != nil {
			return err
		}
		entry := Case{Noun: lifecycle.Takeover.Noun, State: string(t.until), ID: string(v.ID), Label: t.name, Href: "/desk/takeovers/" + string(v.ID)}
		if t.until != lifecycle.Filed {
			s.pass(5 * time.Hour)
			if _, err := s.Takeovers.Consent(s.people[t.giver], takeover.IDCommand{ID: v.ID}); err != nil {
				return err
			}
		}
		if t.until == lifecycle.TakenOver {
			if v, err = s.confirmed(v.ID); err != nil {
				return err
			}
			next, err := s.Merchants.Premises(s.people[t.taker], v.Successor)
			if err != nil {
				return err
			}
			s.pass(7 * day)
			if _, err := s.titleOf(next); err != nil {
				return err
			}
			entry.Label, entry.Href = t.name+" → "+t.sign, "/b/"+code
		}
		s.index.Cases = append(s.index.Cases, entry)
	}
	return nil
}

// titledShop is a shop with a model shop's title, and the code of its badge.
func (s *seeder) titledShop(as context.Context, name string) (merchant.PremisesView, string, error) {
	photo, err := s.shopfront(as, name)
	if err != nil {
		return merchant.PremisesView{}, "", err
	}
	p, err := s.premisesWith(as, "360102", name, sector.Store, photo)
	if err != nil {
		return p, "", err
	}
	code, err := s.titleOf(p)
	return p, code, err
}

func (s *seeder) titleOf(p merchant.PremisesView) (string, error) {
	sch, _ := scheme.Lookup(shopScheme, "")
	v, err := s.Certificates.Import(usecase.System(s.ctx, "demo"), s.title(sch, p, calendar.DateOf(s.now), sch.ValidityYears.Value))
	if err != nil {
		return "", err
	}
	codes, err := s.badgeCodes(v.ID)
	if err != nil {
		return "", err
	}
	return codes[0], nil
}

// operatorOf is an operator that somebody speaks for, but not that one.
func (s *seeder) operatorOf(as context.Context, not ident.OperatorID) (ident.OperatorID, error) {
	own, err := s.Merchants.Operators(as, merchant.ListQuery{Limit: 50})
	for _, o := range own.Items {
		if o.ID != not {
			return o.ID, nil
		}
	}
	return "", err
}

// confirmed is a takeover that two officers have looked at.
func (s *seeder) confirmed(id ident.TakeoverID) (takeover.View, error) {
	s.pass(day)
	v, err := s.Takeovers.Check(s.people["county"], takeover.CheckCommand{ID: id, Finding: "已核对转让协议和新营业执照，现场由承接方经营。"})
	if err != nil {
		return v, err
	}
	s.pass(4 * time.Hour)
	return s.Takeovers.Confirm(s.people["county2"], takeover.IDCommand{ID: id})
}
