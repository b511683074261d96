package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fangxin/internal/certificate"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
)

// terms gives a title of the register a pledge with terms of its own, which
// its badge says.
func (s *seeder) terms(ctx context.Context, sch scheme.Scheme, cmd *certificate.ImportCommand) context.Context {
	t := pledge.Suggest(pledge.CurrentRules(), sch, cmd.Sectors)
	t.Days = []int{7, 7, 7, 7, 15, 15, 30, 60}[s.rng.IntN(8)]
	t.RefundDays = []int{0, 1, 3, 3, 7}[s.rng.IntN(5)]
	t.RefundWay = []string{"original", "original", "choice"}[s.rng.IntN(3)]
	t.Goods = s.goods(cmd.Sectors)
	t.CrossStore = s.rng.IntN(5) == 0
	t.CrossCity = t.CrossStore && s.rng.IntN(3) == 0
	if s.rng.IntN(4) == 0 {
		t.Freight = "shop"
	}
	if s.rng.IntN(6) == 0 {
		t.Gifts = "keep"
	}
	if len(t.Exclusions) > 1 && s.rng.IntN(2) == 0 {
		i := s.rng.IntN(len(t.Exclusions))
		t.Exclusions = slices.Delete(slices.Clone(t.Exclusions), i, i+1)
	}
	t.Desk = []string{"", "一楼服务台", "收银台", "找店长"}[s.rng.IntN(4)]
	cmd.Promises = pledge.Says(t)
	return pledge.WithTerms(ctx, t)
}

// goods picks two to four categories of a sector.
func (s *seeder) goods(sectors []string) []string {
	var all []string
	for _, g := range pledge.CurrentRules().Goods {
		if slices.Contains(g.Sectors, sectors[0]) {
			all = append(all, g.ID)
		}
	}
	s.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), 2+s.rng.IntN(3))]
}

// sells is what the shops on stage take back.
var sells = map[string][]string{
	"青云陶瓷店": {"ceramics", "household"}, "兴旺服饰店": {"clothing", "bags"}, "百汇超市": {"household", "food", "cosmetics", "toys"},
	"启明文具店": {"books", "toys"}, "恒达家电专卖店": {"electronics"}, "云海茶叶店": {"tea", "ceramics"},
}

var pledgeShops = []string{"青云陶瓷店", "兴旺服饰店", "百汇超市", "启明文具店", "恒达家电专卖店", "云海茶叶店"}

// pledges tells what happens to pledges: one in each state that people work
// on, a shop that changed its terms and keeps a ledger, and cards.
func (s *seeder) pledges(present time.Time) error {
	own, county, county2, city := s.people["merchant"], s.people["county"], s.people["county2"], s.people["city"]
	signed := func(name string, ago int) (pledge.View, error) {
		s.now = present.AddDate(0, 0, -ago)
		code := sector.Store
		if name == "百汇超市" {
			code = sector.Supermarket
		}
		shop, err := s.premises(own, "360102", name, code)
		if err != nil {
			return pledge.View{}, err
		}
		v, err := s.Pledges.Start(own, pledge.StartCommand{Premises: shop.ID})
		if err != nil {
			return v, err
		}
		d, err := s.Pledges.GetOwn(own, v.ID)
		if err != nil {
			return v, err
		}
		d.Terms.Goods = sells[name]
		if _, err := s.Pledges.Save(own, pledge.SaveCommand{ID: v.ID, Step: "where", Terms: d.Terms}); err != nil {
			return v, err
		}
		return s.Pledges.Publish(own, pledge.PublishCommand{ID: v.ID, Consent: true, Name: "涂金莲"})
	}
	settled := func(v pledge.View) error {
		s.now = v.EffectiveOn.End().Add(-12 * time.Hour)
		_, err := s.Pledges.Sweep(s.ctx)
		return err
	}
	// In force, with longer terms since last month and a ledger it publishes.
	v, err := signed(pledgeShops[0], 110)
	if err != nil {
		return err
	}
	if err := settled(v); err != nil {
		return err
	}
	if err := s.keepsLedger(own, v, present); err != nil {
		return err
	}
	// Cards: a yellow one whose shop says it is put right, and a red one.
	for i, name := range pledgeShops[1:3] {
		v, err := signed(name, 60)
		if err != nil {
			return err
		}
		if err := settled(v); err != nil {
			return err
		}
		s.now = present.AddDate(0, 0, -9)
		card := pledge.CardCommand{ID: v.ID, Reason: "消费者持小票三日内退货，店员以“促销商品不退”拒绝，购买前没有公示。"}
		if _, err := s.Pledges.YellowCard(county, card); err != nil {
			return err
		}
		s.now = present.AddDate(0, 0, -3)
		if i == 0 {
			_, err = s.Pledges.ReportFixed(own, pledge.FixedCommand{ID: v.ID, Note: "已给顾客退款，收银台贴出不适用商品清单，店员重新培训。"})
		} else {
			card.Reason = "责令改正期间再次拒绝退货，经两名工作人员核实。"
			_, err = s.Pledges.RedCard(county2, card)
		}
		if err != nil {
			return err
		}
	}
	// Published, one of them with an objection, one held back.
	for i, name := range pledgeShops[3:] {
		v, err := signed(name, 2)
		if err != nil {
			return err
		}
		s.now = present.AddDate(0, 0, -1)
		switch i {
		case 0:
			_, err = s.Pledges.Object(s.ctx, pledge.ObjectCommand{ID: v.ID, Body: "这家店上个月还拒绝给我退文具盒，承诺不可信。", Name: "李桂花", Contact: "13807910077"})
		case 1:
			_, err = s.Pledges.Hold(county, pledge.StepCommand{ID: v.ID, Reason: "门店地址与营业执照不一致，正在核对。"})
		}
		if err != nil {
			return err
		}
	}
	s.now = present.AddDate(0, 0, -1)
	if err := s.cardsOfNeighbours(county, city); err != nil {
		return err
	}
	_, err = s.Pledges.DrawTests(city, pledge.DrawCommand{Number: 3, Division: "360100"})
	return err
}

// cardsOfNeighbours gives some of the imported pledges of the county a card.
func (s *seeder) cardsOfNeighbours(county, city context.Context) error {
	list, err := s.Pledges.ListOwn(county, pledge.ListQuery{Standing: "active", Limit: 40})
	if err != nil {
		return err
	}
	reasons := []string{"店内没有公示不适用退货的商品。", "以没有原包装为由拒绝退货。", "退款超过承诺的天数。"}
	for i, v := range list.Items {
		if i >= 12 || slices.Contains(pledgeShops, v.Holder) {
			continue
		}
		cmd := pledge.CardCommand{ID: v.ID, Reason: reasons[i%len(reasons)]}
		if i%4 == 3 {
			_, err = s.Pledges.RedCard(city, cmd)
		} else {
			_, err = s.Pledges.YellowCard(county, cmd)
		}
		if err != nil {
			return fmt.Errorf("card of %s: %w", v.Holder, err)
		}
	}
	return nil
}

// keepsLedger lets a shop change its terms and write its returns down.
func (s *seeder) keepsLedger(own context.Context, v pledge.View, present time.Time) error {
	s.now = present.AddDate(0, 0, -40)
	d, err := s.Pledges.GetOwn(own, v.ID)
	if err != nil {
		return err
	}
	t := d.Terms
	t.Days, t.CrossStore = 15, true
	from := s.Pledges.Today().AddDays(3).String()
	if _, err := s.Pledges.Revise(own, pledge.ReviseCommand{ID: v.ID, Terms: t, EffectiveFrom: from, Consent: true, Name: "涂金莲"}); err != nil {
		return err
	}
	outcomes := []string{"refunded", "refunded", "exchanged", "refunded", "refused", "refunded"}
	for i, outcome := range outcomes {
		s.now = present.AddDate(0, 0, -35+5*i)
		today := s.Pledges.Today()
		_, err := s.Pledges.RecordReturn(own, pledge.RecordCommand{
			ID: v.ID, ReturnedOn: today.String(), BoughtOn: today.AddDays(-2 - i).String(), Goods: t.Goods[i%len(t.Goods)],
			Cents: int64(3900 + 4700*i), Outcome: outcome, Note: []string{"", "尺寸不合适", "换大一号", "", "已剪标并穿过", "不喜欢颜色"}[i],
		})
		if err != nil {
			return err
		}
	}
	_, err = s.Pledges.ShowLedger(own, pledge.ShowCommand{ID: v.ID, Publish: true})
	return err
}
