package rectify

import (
	"context"
	"slices"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Found is one finding of a new order.
type Found struct {
	Item string `json:"item" validate:"max=40,oneline,plain" doc:"Item of the checklist, when it is about one."`
	Text string `json:"text" validate:"required,notblank,max=500,plain" doc:"What has to be mended; public words that name no person."`
}

// OrderCommand orders the holder of a title to mend what was found.
type OrderCommand struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
	Reason      string              `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
	Findings    []Found             `json:"findings" validate:"required,min=1,max=60,dive"`
	DueOn       string              `json:"due_on" validate:"omitempty,date" doc:"The scheme's working days when left out."`
	Proof       Proof               `json:"proof" validate:"omitempty,oneof=paper visit" doc:"The scheme's when left out."`
}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "rectification." + string(a), Allow: lifecycle.Rectifications.Roles(a)})
}

var orderDef = usecase.Define(usecase.Def{Name: "rectification.order", Allow: lifecycle.Certificate.Roles(lifecycle.OrderRectification)})

// plan is what an order is made of, on its way to the hook of the title.
type plan struct {
	OrderCommand
	source ident.InspectionID
	made   *View
}

type planKey struct{}

// Order puts the title under rectification and opens the order, finding by
// finding.
func (s *Service) Order(ctx context.Context, cmd OrderCommand) (View, error) {
	return usecase.Do(ctx, s.rt, orderDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if cmd.DueOn != "" && cmd.DueOn < calendar.DateOf(c.Now).String() {
			return View{}, fault.OnField("/due_on", "past_day", "")
		}
		return s.order(ctx, c, plan{OrderCommand: cmd})
	})
}

// order takes the step on the title with the caller's right; the hook opens
// the order.
func (s *Service) order(ctx context.Context, c *usecase.Call, p plan) (View, error) {
	var v View
	p.made = &v
	if _, err := s.titles.Take(context.WithValue(ctx, planKey{}, p), c, p.Certificate, lifecycle.OrderRectification, p.Reason); err != nil {
		return View{}, err
	}
	c.About(string(v.ID), v.Scope)
	return v, nil
}

// follow hears of each step of a title: an order to rectify opens an order of
// this slice, however it came about, and what else happens to the title ends
// the open one.
func (s *Service) follow(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	if m.Action == lifecycle.OrderRectification {
		p, ok := ctx.Value(planKey{}).(plan)
		if !ok && (c.By.Account == "" || m.Scheme == scheme.ReturnPledge) {
			return nil // another slice's own remedy, such as the card of a pledge
		}
		if !ok { // ordered with a reason only: that is the finding
			p = plan{OrderCommand: OrderCommand{Certificate: m.ID, Reason: m.Reason, Findings: []Found{{Text: m.Reason}}}}
		}
		v, err := s.open(ctx, c, m, p)
		if p.made != nil {
			*p.made = v
		}
		return err
	}
	r, err := openOf(ctx, c.Tx, m.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if m.State == lifecycle.Rectifying { // renamed, for instance: there is still something to mend
		return nil
	}
	sys := c.AsSystem()
	words := m.Reason
	if words == "" {
		words = string(m.Action)
	}
	_, err = s.step(inner(ctx), sys, &r, nil, lifecycle.Annul, words)
	return err
}

func (s *Service) open(ctx context.Context, c *usecase.Call, m certificate.Moved, p plan) (View, error) {
	days, proof, err := rules(ctx, c.Tx, m.Scheme, m.SchemeVersion)
	if err != nil {
		return View{}, err
	}
	if p.Proof != "" {
		proof = p.Proof
	}
	if m.Premises == "" {
		proof = Paper // a street is no place that two inspectors fill one sheet for
	}
	due := p.DueOn
	if due == "" {
		due = s.calendar.AddWorkdays(calendar.DateOf(c.Now), days).Date.String()
	}
	r := record{
		ID: ident.New[ident.RectificationID](), Certificate: m.ID, CertNumber: m.Number, Holder: m.Holder, Operator: m.Operator,
		Division: m.Division, Scope: m.Scope, State: lifecycle.Rectifications.Start, Version: 1, Reason: p.Reason, Proof: proof,
		Source: string(p.source), DueOn: due, FirstDueOn: due, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	rows := make([]findingRow, len(p.Findings))
	for i, f := range p.Findings {
		rows[i] = findingRow{Rectification: r.ID, N: i + 1, Item: f.Item, Text: f.Text, Photos: []string{}}
	}
	if err := insert(ctx, c.Tx, &r, rows); err != nil {
		return View{}, err
	}
	if err := c.Begin(ctx, lifecycle.Rectifications, string(r.ID), r.Scope); err != nil {
		return View{}, err
	}
	v := s.view(r, rows, c.By, c.Now)
	return v, s.tell(ctx, c, v, "create")
}

// unproven refuses to give a title back beside its order.
func (s *Service) unproven(ctx context.Context, c *usecase.Call, id ident.CertificateID) error {
	_, err := openOf(ctx, c.Tx, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		err = fault.New(fault.NotReady, "rectification_open")
	}
	return err
}

// inspected hears of accepted inspections: a failed re-check or sample of a
// title that stands becomes an order with the items that were not met; the
// visit that looks again proves the order or gives it back.
func (s *Service) inspected(ctx context.Context, c *usecase.Call, v inspection.View) error {
	if v.Ref.Noun != lifecycle.Certificate.Noun && v.Ref.Noun != lifecycle.Rectifications.Noun {
		return nil
	}
	switch v.Purpose {
	case inspection.Recheck, inspection.Reinspection, inspection.Sample:
		if v.InForce().Passed {
			return nil
		}
		return s.orderFrom(ctx, c, v)
	case inspection.Rectification:
		return s.seen(ctx, c, v)
	}
	return nil
}

func (s *Service) orderFrom(ctx context.Context, c *usecase.Call, v inspection.View) error {
	id := ident.CertificateID(v.Ref.ID)
	title, err := s.titles.Dossier(ctx, c, id)
	if err != nil {
		return err
	}
	if title.State != lifecycle.Active { // it is being mended already, or does not stand
		_, err := s.tasks.Open(ctx, c, task.Opening{
			Kind: task.CheckFailed, Noun: "certificate", Subject: string(id), Scope: v.Scope, Data: map[string]any{"name": v.Holder}, Each: true,
		})
		return err
	}
	items, err := s.inspections.Failures(ctx, c.Tx, v.ID)
	if err != nil {
		return err
	}
	found := make([]Found, 0, len(items))
	for _, it := range items {
		found = append(found, Found{Item: it.ID, Text: clip(it.Text.Zh, 500)})
	}
	if len(found) == 0 { // not passed for its points alone
		found = []Found{{Text: "核查得分未达到称号要求的分数"}}
	}
	found = found[:min(len(found), 60)]
	_, err = s.order(ctx, c, plan{OrderCommand: OrderCommand{Certificate: id, Reason: reasonOf[v.Purpose], Findings: found}, source: v.ID})
	return err
}

// reasonOf are the published words of orders that follow from an inspection.
var reasonOf = map[inspection.Purpose]string{
	inspection.Recheck: "年度复查未达到称号要求", inspection.Reinspection: "申请复检未达到称号要求", inspection.Sample: "抽查未达到称号要求",
}

func clip(s string, most int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), most)])
}

// seen takes the result of the visit that looked again. Whoever accepts it
// proposes to give the title back, or gives the order back to the holder.
func (s *Service) seen(ctx context.Context, c *usecase.Call, v inspection.View) error {
	r, findings, err := get(ctx, c.Tx, ident.RectificationID(v.Ref.ID), c.By)
	if err != nil || r.State != lifecycle.Visit {
		return err
	}
	verdict, action, words := Taken, lifecycle.Pass, ""
	if !v.InForce().Passed {
		verdict, action, words = Rejected, lifecycle.Return, "现场验收未通过，请继续整改"
	}
	open, err := s.inspections.Failures(ctx, c.Tx, v.ID)
	if err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		f.Verdict = verdict
		if verdict == Rejected && f.Item != "" && !slices.ContainsFunc(open, func(it inspection.Failure) bool { return it.ID == f.Item }) {
			f.Verdict = Taken // this one is mended, others are not
		}
		if err := saveFinding(ctx, c.Tx, f); err != nil {
			return err
		}
	}
	_, err = s.step(ctx, c, &r, findings, action, words)
	c.About(string(v.ID), v.Scope)
	return err
}
