// Package demo owns the invented province that a newcomer meets: accounts of
// every role, thousands of shops with titles, and a case at each stage, all
// made through the real use-cases with a clock that runs through the past
// months.
//
// Nothing here is used outside a demonstration, and every page of one says so.
package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/usecase"
	"fangxin/internal/web/public"
)

// Numbers of the demonstration, as the province published them in July 2021.
const (
	ModelShops   = 1812
	ModelStreets = 11
	PledgeShops  = 1104
)

// Password of every account of the demonstration.
const Password = "Fangxin-demo-2026"

// Person is one account of the demonstration.
type Person struct {
	public.DemoAccount
	Code  string // authority of staff
	Phone string
}

// People lists the accounts in the order of the story.
var People = []Person{
	{DemoAccount: public.DemoAccount{Role: access.Merchant, Name: "瓷韵轩店主 涂金莲", Login: "merchant", What: i18n.Text{Zh: "申报、补正、下载标识", En: "Apply, correct, download the badge"}}, Phone: "13907910001"},
	{DemoAccount: public.DemoAccount{Role: access.Organiser, Name: "万寿宫街区管理处", Login: "organiser", What: i18n.Text{Zh: "街区与成员", En: "A street and its members"}}, Phone: "13907910002"},
	{DemoAccount: public.DemoAccount{Role: access.CountyOfficer, Name: "东湖初审员 喻晓燕", Login: "county", What: i18n.Text{Zh: "县级初审、评估初审、监督", En: "County review, assessment, supervision"}}, Code: "360102"},
	{DemoAccount: public.DemoAccount{Role: access.CountyOfficer, Name: "东湖初审员 万志强", Login: "county2", What: i18n.Text{Zh: "同一县的另一位，用于双人办理", En: "The colleague whom four-eyes steps need"}}, Code: "360102"},
	{DemoAccount: public.DemoAccount{Role: access.CityOfficer, Name: "南昌复审员 熊文斌", Login: "city", What: i18n.Text{Zh: "市级复审、安排核查", En: "City review, orders inspections"}}, Code: "3601"},
	{DemoAccount: public.DemoAccount{Role: access.Inspector, Name: "核查员 龚海波", Login: "inspector1", What: i18n.Text{Zh: "平板上填检查表（主检）", En: "Fills the sheet on the tablet (lead)"}}, Code: "360102"},
	{DemoAccount: public.DemoAccount{Role: access.Inspector, Name: "核查员 邹春梅", Login: "inspector2", What: i18n.Text{Zh: "协检、签字", En: "Second inspector, signs"}}, Code: "360102"},
	{DemoAccount: public.DemoAccount{Role: access.ProvinceOfficer, Name: "省级经办 罗国华", Login: "province", What: i18n.Text{Zh: "公示、监督、摘牌", En: "Announces, supervises, revokes"}}, Code: "36"},
	{DemoAccount: public.DemoAccount{Role: access.ProvinceOfficer, Name: "省级经办 饶丽华", Login: "province2", What: i18n.Text{Zh: "另一位省级经办，作出认定", En: "The other one, who certifies"}}, Code: "36"},
	{DemoAccount: public.DemoAccount{Role: access.Publisher, Name: "宣教 何晓燕", Login: "publisher", What: i18n.Text{Zh: "消费提示与公示", En: "Tips and notices"}}, Code: "36"},
	{DemoAccount: public.DemoAccount{Role: access.Supervisor, Name: "监督 郭永红", Login: "supervisor", What: i18n.Text{Zh: "查看审计与全部案件", En: "Reads the trail and every case"}}, Code: "36"},
	{DemoAccount: public.DemoAccount{Role: access.Administrator, Name: "管理员 胡建国", Login: "admin", What: i18n.Text{Zh: "账号、机构、导入", En: "Accounts, authorities, imports"}}, Code: "36"},
}

// neighbours run the other shops of the story. Nobody needs to be them, so the
// index does not list them.
var neighbours = []Person{
	{DemoAccount: public.DemoAccount{Role: access.Merchant, Name: "邻店店主 艾春花", Login: "neighbour1"}, Phone: "13907910004"},
	{DemoAccount: public.DemoAccount{Role: access.Merchant, Name: "邻店店主 邱国平", Login: "neighbour2"}, Phone: "13907910005"},
	{DemoAccount: public.DemoAccount{Role: access.Merchant, Name: "邻店店主 黎文娟", Login: "neighbour3"}, Phone: "13907910006"},
}

// signers are the names under which shopkeepers sign.
var signers = map[string]string{"merchant": "涂金莲", "organiser": "万寿宫管理处", "neighbour1": "艾春花", "neighbour2": "邱国平", "neighbour3": "黎文娟"}

// What /demo shows.
type (
	Index = public.DemoIndex
	Badge = public.DemoBadge
	Case  = public.DemoCase
)

// seeder makes the province.
type seeder struct {
	*app.App
	ctx    context.Context
	now    time.Time // of the story; ends at the present
	rng    *rand.Rand
	people map[string]context.Context
	// present is where the story ends.
	present   time.Time
	blocks    []*block
	streetIDs []ident.StreetID
	ids       map[string]ident.AccountID
	suspended ident.CertificateID // title of the merchant whose badge says so
	index     Index
	say       func(string, ...any)
}

// Authorities creates the authorities of an installation that has none.
func Authorities(ctx context.Context, a *app.App) error {
	_, err := a.Services.Authorities.SeedJiangxi(usecase.System(ctx, "setup"))
	return err
}

// Seed makes the demonstration. It takes seconds, and says how far it is.
func Seed(ctx context.Context, a *app.App, say func(string, ...any)) error {
	present, clock := a.Runtime.Now(), a.Runtime.Clock
	s := &seeder{
		App: a, ctx: notify.Past(ctx), now: present.AddDate(0, 0, -120), present: present, rng: rand.New(rand.NewPCG(36, 2026)), say: say,
		people: map[string]context.Context{}, ids: map[string]ident.AccountID{},
	}
	// The story runs through the past months; the clock is given back after it.
	a.Runtime.Clock = func() time.Time { return s.now }
	defer func() { a.Runtime.Clock = clock }()

	say("Seeding the demonstration province:")
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"authorities", func() error { return Authorities(ctx, a) }},
		{"accounts", s.accounts},
		{fmt.Sprintf("%d model shops, %d streets, %d pledge shops", ModelShops, ModelStreets, PledgeShops), s.register},
		{"one badge for each answer", s.badges},
		{"pledges: terms, cards, objections, a ledger", func() error { return s.pledges(present) }},
		{"cases at every stage", func() error { return s.cases(present) }},
		{"checklists being written", s.checklists},
		{"two tablets on a visit", func() error { return s.tablets(present) }},
		{"life in the streets", func() error { return s.streetLife(present) }},
		{"a title under rectification", func() error { return s.upkeep(present) }},
		{"rules: a newer version, halts, who is not let in", func() error { return s.rules(present) }},
		{"plaques of titles that ended", func() error { return s.plaques(present) }},
		{"shops that change hands", func() error { return s.takeovers(present) }},
		{"what holders say about results", func() error { return s.rights(present) }},
		{"notices read", func() error { return s.read(present) }},
	} {
		start := time.Now()
		if err := step.do(); err != nil {
			return fmt.Errorf("demonstration, %s: %w", step.what, err)
		}
		say("  %-52s %5.1fs", step.what, time.Since(start).Seconds())
	}
	for _, p := range People {
		p.Password = Password
		s.index.Accounts = append(s.index.Accounts, p.DemoAccount)
	}
	b, err := json.Marshal(s.index)
	if err != nil {
		return err
	}
	if err := a.KeepDemoIndex(ctx, b); err != nil {
		return err
	}
	return a.MarkDemo(ctx)
}

// accounts makes the people of the index and lets each of them act.
func (s *seeder) accounts() error {
	system := usecase.System(s.ctx, "demo")
	for _, p := range slices.Concat(People, neighbours) {
		cmd := account.SeedCommand{Login: p.Login, Password: Password, Name: p.Name, Phone: p.Phone, Roles: []access.Role{p.Role}}
		scope := access.Scope("")
		if p.Code != "" {
			au, err := s.Services.Authorities.ByCode(s.ctx, s.DB.R, p.Code)
			if err != nil {
				return err
			}
			cmd.Authority, scope = au.ID, au.Scope()
		}
		v, err := s.Accounts.Seed(system, cmd)
		if err != nil {
			return err
		}
		s.ids[p.Login] = v.ID
		s.people[p.Login] = access.With(s.ctx, access.Principal{Account: v.ID, Name: p.Name, Roles: []access.Role{p.Role}, Authority: v.Authority, Scope: scope})
	}
	return nil
}

func (s *seeder) pass(d time.Duration) { s.now = s.now.Add(d) }

// PrintAccounts tells a newcomer where to begin.
func PrintAccounts(w io.Writer, base string) {
	fmt.Fprintf(w, "\nDemonstration: start at %s/demo\n", base)
	for _, p := range People {
		fmt.Fprintf(w, "  %-12s %-18s %s\n", p.Login, p.Role, p.What.En)
	}
	fmt.Fprintf(w, "  password of all: %s\n\n", Password)
}
