package demo

import (
	"context"
	"fmt"
	"image/color"
	"slices"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/sector"
)

// badgeCodes lists the codes of a title's prints.
func (s *seeder) badgeCodes(id ident.CertificateID) ([]string, error) {
	prints, err := s.Badges.List(s.people["province"], badge.ListQuery{Certificate: id})
	codes := make([]string, len(prints))
	for i, p := range prints {
		codes[i] = string(p.Code)
	}
	return codes, err
}

// stage is one stop of the story with the step that leaves it.
type stage struct {
	state lifecycle.State
	leave func(c *story) error
	wait  time.Duration // before the step
}

// story is one case on its way.
type story struct {
	*seeder
	id    ident.ApplicationID
	visit ident.InspectionID
	shop  caseShop
}

// owner is who runs the shop, and under which name they sign.
func (c *story) owner() context.Context { return c.people[c.shop.owner] }

func (c *story) signer() string { return signers[c.shop.owner] }

type step func(context.Context, application.StepCommand) (application.View, error)

func by(login string, fn func(*seeder) step) func(*story) error {
	return func(c *story) error {
		_, err := fn(c.seeder)(c.people[login], application.StepCommand{ID: c.id})
		return err
	}
}

const day = 24 * time.Hour

// route is the way of a case; each stage is left by the people of the index.
var route = []stage{
	{lifecycle.Draft, (*story).submit, time.Hour},
	{lifecycle.Submitted, by("county", func(s *seeder) step { return s.Applications.Accept }), 20 * time.Hour},
	{lifecycle.CountyReview, by("county", func(s *seeder) step { return s.Applications.Recommend }), day},
	{lifecycle.CityReview, by("city", func(s *seeder) step { return s.Applications.OrderInspection }), day},
	{lifecycle.ToInspect, (*story).inspect, 2 * day},
	{lifecycle.Inspected, by("county", func(s *seeder) step { return s.Applications.TakeAssessment }), day},
	{lifecycle.CountyAssessment, by("county", func(s *seeder) step { return s.Applications.Endorse }), day},
	{lifecycle.CityAssessment, by("city", func(s *seeder) step { return s.Applications.EndorseCity }), day},
	{lifecycle.Decision, by("province", func(s *seeder) step { return s.Applications.Announce }), day},
	{lifecycle.PublicNotice, by("province2", func(s *seeder) step { return s.Applications.Certify }), 16 * day},
}

// exits leave the route before its end.
var exits = []struct {
	from, to lifecycle.State
	do       func(*story) error
}{
	{lifecycle.CountyReview, lifecycle.Returned, func(c *story) error {
		_, err := c.Applications.Return(c.people["county"], application.ReturnCommand{ID: c.id, Reason: "营业执照照片看不清，请补正后再提交。",
			Items: []application.Correction{{Pointer: "/documents/licence", Note: "请重新拍摄，四角入镜、文字清晰。"}}})
		return err
	}},
	{lifecycle.CityReview, lifecycle.Refused, func(c *story) error {
		_, err := c.Applications.Refuse(c.people["city"], application.RefuseCommand{ID: c.id, Reason: "近一年内有一次价格违法行政处罚，不符合申报条件。"})
		return err
	}},
	{lifecycle.Submitted, lifecycle.Withdrawn, func(c *story) error {
		_, err := c.Applications.Withdraw(c.owner(), application.StepCommand{ID: c.id})
		return err
	}},
	{lifecycle.PublicNotice, lifecycle.ObjectionUpheld, (*story).objection},
}

// caseShop is a shop of the story with who runs it.
type caseShop struct {
	name   string
	sector sector.Code
	owner  string // login
}

// caseShops are taken in turn, the farthest case first. The merchant of the
// index has a few cases, the neighbours the rest.
var caseShops = []caseShop{
	{"德胜瓦罐汤店", sector.Catering, "neighbour1"},
	{"嘉禾生鲜超市", sector.Supermarket, "merchant"},
	{"雅居客栈", sector.Homestay, "neighbour2"},
	{"信民大药房", sector.Pharmacy, "neighbour3"},
	{"和悦服饰店", sector.Store, "neighbour1"},
	{"澄湖家常菜馆", sector.Catering, "merchant"},
	{"朗月茶叶店", sector.Store, "merchant"},
	{"祥云米粉店", sector.Catering, "neighbour3"},
	{"隆兴便利店", sector.Store, "neighbour1"},
	{"锦绣母婴用品店", sector.Store, "neighbour2"},
	{"汇丰文具店", sector.Store, "merchant"},
	{"晟源火锅店", sector.Catering, "merchant"},
	{"仁和中药房", sector.Pharmacy, "neighbour3"},
	{"恒信眼镜店", sector.Store, "neighbour1"},
	{"丰味早点铺", sector.Catering, "neighbour2"},
}

// cases brings one case to each stage, so that every queue has work and every
// page has something to show. What came last in the story happened last.
func (s *seeder) cases(present time.Time) error {
	n := 0
	begin := func() (*story, error) {
		c := &story{seeder: s, shop: caseShops[n%len(caseShops)]}
		n++
		return c, c.start()
	}
	ends := append([]stage{}, route...)
	ends = append(ends, stage{state: lifecycle.Certified})
	// The farthest stories are told first, so that each ends near the present.
	for i := len(ends) - 1; i >= 0; i-- {
		target := ends[i].state
		s.now = present.Add(-spent(target) - time.Duration(1+i%3)*day)
		c, err := begin()
		if err != nil {
			return err
		}
		if err := c.to(target); err != nil {
			return fmt.Errorf("to %s: %w", target, err)
		}
		if err := c.list(target); err != nil {
			return err
		}
	}
	for _, e := range exits {
		s.now = present.Add(-spent(e.from) - 3*day)
		c, err := begin()
		if err != nil {
			return err
		}
		if err := c.to(e.from); err != nil {
			return fmt.Errorf("to %s: %w", e.from, err)
		}
		s.pass(3 * time.Hour)
		if err := e.do(c); err != nil {
			return fmt.Errorf("to %s: %w", e.to, err)
		}
		if err := c.list(e.to); err != nil {
			return err
		}
	}
	return nil
}

// spent is how long the way to a stage takes.
func spent(target lifecycle.State) time.Duration {
	var d time.Duration
	for _, st := range route {
		if st.state == target {
			break
		}
		d += st.wait + time.Hour
	}
	return d
}

func (c *story) list(state lifecycle.State) error {
	href := "/desk/cases/"
	if state == lifecycle.Draft {
		href = "/my/applications/" // nobody else sees it yet
	}
	c.index.Cases = append(c.index.Cases, Case{Noun: "application", State: string(state), ID: string(c.id), Label: c.shop.name, Href: href + string(c.id)})
	if state == lifecycle.ToInspect {
		c.index.Cases = append(c.index.Cases, Case{Noun: "inspection", State: string(lifecycle.Assigned), ID: string(c.visit), Label: c.shop.name, Href: "/tablet/inspections/" + string(c.visit)})
	}
	return nil
}

// start registers the shop as its owner and begins a draft that is complete.
func (c *story) start() error {
	owner := c.owner()
	photo, err := c.shopfront(owner, c.shop.name)
	if err != nil {
		return err
	}
	p, err := c.premisesWith(owner, "360102", c.shop.name, c.shop.sector, photo)
	if err != nil {
		return err
	}
	if err := c.stated(p.Operator); err != nil {
		return err
	}
	v, err := c.Applications.Start(owner, application.StartCommand{Premises: p.ID, Scheme: shopScheme})
	if err != nil {
		return err
	}
	c.id = v.ID
	return c.fill(owner)
}

// fill answers everything that is asked.
func (c *story) fill(owner context.Context) error {
	d, err := c.Applications.Get(owner, c.id)
	if err != nil {
		return err
	}
	sheet, err := c.Applications.Sheet(owner, c.id)
	if err != nil {
		return err
	}
	save := application.SaveCommand{ID: c.id, Answers: map[string]application.Answer{}, Contact: &application.Contact{Name: c.signer(), Phone: "13907910001"}}
	for item := range sheet.Items() {
		if item.Flag != checklist.BonusItem {
			save.Answers[item.ID] = application.Answer{Verdict: application.Met}
		}
	}
	var conditions, commitments []string
	for _, it := range d.SchemeInfo.Conditions {
		conditions = append(conditions, it.ID)
	}
	for _, it := range d.SchemeInfo.Commitments {
		commitments = append(commitments, it.ID)
	}
	save.Conditions, save.Commitments = &conditions, &commitments
	if _, err := c.Applications.Save(owner, save); err != nil {
		return err
	}
	sha, err := c.picture(owner, color.NRGBA{R: 230, G: 238, B: 247, A: 255})
	if err != nil {
		return err
	}
	for _, it := range d.SchemeInfo.Documents {
		if !it.Required {
			continue
		}
		if _, err := c.Applications.Attach(owner, application.AttachCommand{ID: c.id, Kind: it.ID, SHA256: sha, Filename: it.ID + ".jpg"}); err != nil {
			return err
		}
	}
	return nil
}

func (c *story) submit() error {
	_, err := c.Applications.Submit(c.owner(), application.SubmitCommand{ID: c.id, Name: c.signer(), Consent: true})
	return err
}

// to walks the route up to a stage.
func (c *story) to(target lifecycle.State) error {
	for _, st := range route {
		if st.state == target {
			if target == lifecycle.ToInspect {
				return c.assign()
			}
			return nil
		}
		c.pass(st.wait)
		if err := st.leave(c); err != nil {
			return fmt.Errorf("leaving %s: %w", st.state, err)
		}
		c.pass(time.Hour)
	}
	return nil
}

// assign sends the two inspectors of the index.
func (c *story) assign() error {
	page, err := c.Inspections.List(c.people["county"], inspection.ListQuery{Application: c.id})
	if err != nil || len(page.Items) == 0 {
		return fmt.Errorf("no inspection was ordered (%w)", err)
	}
	c.visit = page.Items[0].ID
	_, err = c.Inspections.Assign(c.people["county"], inspection.AssignCommand{ID: c.visit, Lead: c.ids["inspector1"], Second: c.ids["inspector2"]})
	return err
}

// inspect makes the visit: every item is looked at, one is not in order, all
// three parties sign, and the county takes the result over.
func (c *story) inspect() error {
	if err := c.assign(); err != nil {
		return err
	}
	lead := c.people["inspector1"]
	if _, err := c.Inspections.Start(lead, inspection.IDCommand{ID: c.visit}); err != nil {
		return err
	}
	d, err := c.Inspections.Get(lead, c.visit)
	if err != nil {
		return err
	}
	evidence, err := c.picture(lead, color.NRGBA{R: 234, G: 244, B: 238, A: 255})
	if err != nil {
		return err
	}
	var entries []inspection.Entry
	failed := false
	for item := range d.Sheet.Items() {
		a, ok := answer(item, evidence, &failed)
		if ok {
			at := c.now
			entries = append(entries, inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "demo", DeviceAt: &at})
		}
	}
	if _, err := c.Inspections.Save(lead, inspection.SaveCommand{ID: c.visit, Entries: entries}); err != nil {
		return err
	}
	signature, err := c.picture(lead, color.White)
	if err != nil {
		return err
	}
	for party, name := range map[inspection.Party]string{inspection.Lead: "龚海波", inspection.Second: "邹春梅", inspection.Merchant: c.signer()} {
		if _, err := c.Inspections.Sign(lead, inspection.SignCommand{ID: c.visit, Party: party, Name: name, Drawing: signature}); err != nil {
			return err
		}
	}
	c.pass(2 * time.Hour)
	if _, err := c.Inspections.Submit(lead, inspection.IDCommand{ID: c.visit}); err != nil {
		return err
	}
	c.pass(20 * time.Hour)
	_, err = c.Inspections.Accept(c.people["county2"], inspection.IDCommand{ID: c.visit})
	return err
}

// answer is what a good shop gets: all in order but the first ordinary item.
func answer(item *checklist.Item, evidence string, failed *bool) (checklist.Answer, bool) {
	a := checklist.Answer{Item: item.ID, Verdict: checklist.Pass}
	if item.Flag == checklist.BonusItem {
		return a, false
	}
	switch item.Type {
	case checklist.Graded:
		full := item.Points
		a.Verdict, a.Score = "", &full
	case checklist.Choice:
		a.Verdict, a.Choice = "", item.Options[0].ID
	case checklist.Number:
		n := item.Range.Max
		if item.Range.PassMax != nil {
			n = *item.Range.PassMax
		}
		a.Verdict, a.Number = "", &n
	case checklist.FreeText:
		a.Verdict, a.Text = "", "已核对"
	}
	if item.Type == checklist.YesNo && item.Flag == checklist.Ordinary && !*failed && item.Points > 0 {
		*failed = true
		a.Verdict, a.Note = checklist.Fail, "现场看到不符合，已当场指出。"
	}
	for _, e := range item.Evidence {
		if e.On == "always" || e.On == string(a.Verdict) {
			switch e.Kind {
			case "photo":
				a.Photos = []string{evidence}
			case "audio":
				a.Audio = []string{evidence}
			case "note":
				a.Note = "已核实。"
			}
		}
	}
	return a, true
}

// objection lets a neighbour object and the province agree.
func (c *story) objection() error {
	d, err := c.Applications.Get(c.people["province"], c.id)
	if err != nil {
		return err
	}
	if _, err := c.Applications.Object(c.ctx, application.ObjectCommand{
		Notice: d.Notice.ID, Party: "person", Name: person(c.rng), Contact: "13907910003", Body: "该店上月拒绝退回未拆封商品，有录音和小票。",
	}); err != nil {
		return err
	}
	if d, err = c.Applications.Get(c.people["province"], c.id); err != nil {
		return err
	}
	c.pass(2 * day)
	_, err = c.Applications.UpholdObjection(c.people["province"], application.ObjectionCommand{ID: c.id, Objection: d.Objections[0].ID, Reason: "经核实，拒绝退货情况属实。"})
	return err
}

// withdraw gives a title up as its holder.
func (s *seeder) withdraw(v certificate.View) error {
	_, err := s.Certificates.Withdraw(s.people["merchant"], certificate.StepCommand{ID: v.ID, Reason: "店铺转让，主动退出。"})
	return err
}

// fresh is for how long the people of the story leave a notice unread.
const fresh = 3 * day

// read lets everybody open their older notices.
func (s *seeder) read(present time.Time) error {
	s.now = present
	for _, p := range People {
		for after := ""; ; {
			page, err := s.Notices.Inbox(s.people[p.Login], notify.InboxQuery{Unread: true, Limit: 200, After: after})
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(page.Items, func(v notify.View) bool { return present.Sub(v.At) > fresh }); i >= 0 {
				_, err := s.Notices.ReadAll(s.people[p.Login], notify.ReadAllCommand{UpTo: page.Items[i].ID})
				if err != nil {
					return err
				}
				break
			}
			if after = page.Next; after == "" {
				break
			}
		}
	}
	return nil
}
