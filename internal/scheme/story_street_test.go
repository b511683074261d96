package scheme_test

import (
	"fmt"
	"strings"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/pledge"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/usecase"
)

// theStreet makes the organiser's street, with as many shops in the register as its
// title needs: every second one a restaurant with a title, the others stores
// that promise returns. None of them is a member yet.
func (r *registry) theStreet(division string) street.View {
	r.t.Helper()
	organiser := r.as("organiser")
	op, err := r.Merchants.AddOperator(organiser, merchant.AddOperatorCommand{
		USCC: string(ident.CompleteUSCC("91360102" + ident.CompleteOrgCode("MA1TEUT1"))), Name: "万寿宫街区管理有限公司",
	})
	ok(r.t, err)
	v, err := r.Streets.Register(organiser, street.RegisterCommand{
		Operator: op.ID, Division: division,
		About: street.About{Name: "万寿宫街区", Address: "中山路 1 号", Phone: "0791-86660000", Station: "中山路 3 号消费维权服务站"},
	})
	ok(r.t, err)
	for i := range scheme.StreetDefault("").MinMembers.Value {
		p, err := r.Merchants.AddPremises(r.as("owner"), merchant.AddPremisesCommand{
			Operator: r.shop.Operator, Name: fmt.Sprintf("街铺%02d", i), Address: fmt.Sprintf("中山路 %d 号", 10+i), Division: division,
			Sectors: [][]string{{"store"}, {"catering"}}[i%2], Phone: "0791-88881234",
		})
		ok(r.t, err)
		r.members = append(r.members, p.ID)
		r.title(p, []string{"return-pledge", "jx-model-shop"}[i%2])
	}
	r.applicant, r.subject, r.street = "organiser", v.Office, v.ID
	return v
}

// title records a title of a shop that outlives the street's.
func (r *registry) title(p merchant.PremisesView, code string) {
	r.t.Helper()
	sch, err := r.Schemes.Get(r.as("owner"), scheme.Query{Code: code})
	ok(r.t, err)
	ctx, today := usecase.System(r.t.Context(), "test"), calendar.DateOf(r.clock.Now())
	if sch.Terms != nil {
		ctx = pledge.WithTerms(ctx, pledge.Suggest(pledge.CurrentRules(), sch, p.Sectors))
	}
	_, err = r.Certificates.Import(ctx, certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: code, SchemeVersion: sch.Version, Premises: p.ID, Operator: p.Operator, Scope: p.Scope, Holder: p.Name, Address: p.Address,
		Division: p.Division, Sectors: p.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddYears(6),
	}})
	ok(r.t, err)
}

// awarded brings the street to its title: refused while its shops are too few,
// then by list, the draw of shops and the way of the scheme.
func (r *registry) awarded(sch scheme.Scheme) certificate.View {
	r.t.Helper()
	r.theStreet(r.shop.Division)
	id := r.draft(sch)
	_, err := r.Applications.Submit(r.as("organiser"), application.SubmitCommand{ID: id, Name: "管理处", Consent: true})
	refused(r.t, err, fault.NotReady)
	names := make([]string, len(r.members))
	for i := range names {
		names[i] = fmt.Sprintf("街铺%02d", i)
	}
	listed, err := r.Streets.ListShops(r.as("organiser"), street.ListCommand{Street: r.street, Text: strings.Join(names, "\n"), Apply: true})
	ok(r.t, err)
	if listed.Joins != len(names) {
		r.t.Fatalf("%d of %d joined", listed.Joins, len(names))
	}
	v := r.through(sch, id)
	if v.Street != r.street || v.Premises != "" {
		r.t.Errorf("the title is of street %q, shop %q", v.Street, v.Premises)
	}
	r.stands(v, quorum.Sound, badge.Valid)
	return v
}

// stands looks at the street from every side: the organiser's desk, the board
// at its entrance and a scan.
func (r *registry) stands(v certificate.View, want quorum.Standing, scan badge.Status) {
	r.t.Helper()
	desk, err := r.Streets.Desk(r.as("organiser"), r.street)
	ok(r.t, err)
	board, err := r.Streets.Board(r.as("owner"), r.street)
	ok(r.t, err)
	if a := r.scan(v.ID); desk.Standing != want || board.Standing != want || a.Status != scan {
		r.t.Errorf("%s: desk %s, board %s, scan %s (%s); want %s and %s", v.Number, desk.Standing, board.Standing, a.Status, a.Reason, want, scan)
	}
}

// fall suspends the title of a member; rise gives it back, by two officers.
func (r *registry) fall(shop ident.PremisesID) (rise func()) {
	r.t.Helper()
	titles, err := r.Certificates.ShopTitles(r.t.Context(), r.DB.R, []ident.PremisesID{shop})
	ok(r.t, err)
	id := titles[shop][0].ID
	_, err = r.Certificates.Suspend(r.as("county"), certificate.StepCommand{ID: id, Reason: "调查"})
	ok(r.t, err)
	return func() {
		r.t.Helper()
		_, err := r.Certificates.Propose(r.as("county"), certificate.ProposeCommand{ID: id, Action: lifecycle.Restore, Reason: "查无问题"})
		ok(r.t, err)
		_, err = r.Certificates.Decide(r.as("county2"), certificate.DecideCommand{ID: id, Approve: true})
		ok(r.t, err)
	}
}

// streetStory: a street comes to its title, loses a member and is at risk,
// finds another within grace, and runs to the last day.
func streetStory(r *registry, sch scheme.Scheme) {
	v := r.awarded(sch)
	r.unsettled(v)
	r.toExpiry(sch, v)
	if _, err := r.Applications.Start(r.as("organiser"), application.StartCommand{Premises: r.subject, Scheme: sch.Code}); err != nil {
		r.t.Errorf("an expired street cannot apply again: %v", err)
	}
}

// unsettled: a member leaves, which puts a street at risk that has no more
// shops than it needs; another one joins in time.
func (r *registry) unsettled(v certificate.View) {
	r.t.Helper()
	organiser, gone := r.as("organiser"), r.members[1]
	_, err := r.Streets.Leave(organiser, street.LeaveCommand{Street: r.street, Premises: gone, Reason: "搬离街区"})
	ok(r.t, err)
	r.stands(v, quorum.AtRisk, badge.Rectifying)
	board, err := r.Streets.Board(r.as("owner"), r.street)
	ok(r.t, err)
	for _, m := range board.Shops {
		if m.Premises == gone {
			r.t.Error("the board lists a shop that has left")
		}
	}
	r.clock.Add(7 * day)
	_, err = r.Streets.Join(organiser, street.JoinCommand{Street: r.street, Premises: []ident.PremisesID{gone}})
	ok(r.t, err)
	r.stands(v, quorum.Sound, badge.Valid)
}

// lapsingStreet: members fall, the street is at risk with a day by which it
// has to be mended, is mended, falls again and lapses; nothing that comes too
// late helps. The title that is awarded anew runs to its last day.
func lapsingStreet(r *registry, sch scheme.Scheme) {
	v := r.awarded(sch)
	var rises []func()
	for i := 1; len(rises) < 7; i += 2 { // 23 of 30 take part: under four fifths
		rises = append(rises, r.fall(r.members[i]))
	}
	r.stands(v, quorum.AtRisk, badge.Rectifying)
	desk, err := r.Streets.Desk(r.as("organiser"), r.street)
	ok(r.t, err)
	grace := sch.Street.GraceWorkdays.Value
	last := calendar.Shipped().AddWorkdays(calendar.DateOf(r.clock.Now()), grace).Date
	if desk.Turn == nil || desk.Turn.LapsesOn != last.AddDays(1) {
		r.t.Fatalf("at risk until %+v, want the day after %s", desk.Turn, last)
	}
	r.clock.Set(last.Start().Add(10 * time.Hour)) // its last day
	r.stands(v, quorum.AtRisk, badge.Rectifying)
	rises[0]()
	r.stands(v, quorum.Sound, badge.Valid)

	r.clock.Add(30 * day)
	rise := r.fall(r.members[1])
	r.stands(v, quorum.AtRisk, badge.Rectifying)
	desk, err = r.Streets.Desk(r.as("organiser"), r.street)
	ok(r.t, err)
	_, err = r.Applications.Start(r.as("organiser"), application.StartCommand{Premises: r.subject, Scheme: sch.Code})
	refused(r.t, err, fault.Duplicate) // the title is held
	r.clock.Set(desk.Turn.LapsesOn.Start())
	r.stands(v, quorum.Lapsed, badge.Expired)
	rise()
	r.stands(v, quorum.Lapsed, badge.Expired)
	ok(r.t, r.Streets.Sweep(r.t.Context()))
	ok(r.t, r.Streets.Sweep(r.t.Context())) // tells once
	inbox, err := r.Notices.Inbox(r.as("organiser"), notify.InboxQuery{Limit: 100})
	ok(r.t, err)
	told := map[notify.Code]int{}
	for _, m := range inbox.Items {
		told[m.Event]++
	}
	if told[notify.StreetAtRisk] != 2 || told[notify.StreetRecovered] != 1 || told[notify.StreetLapsed] != 1 {
		r.t.Errorf("the organiser was told %v", told)
	}

	for _, rise := range rises[1:] {
		rise()
	}
	again := r.through(sch, r.draft(sch))
	r.stands(again, quorum.Sound, badge.Valid)
	r.toExpiry(sch, again)
}
