package pledge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/scheme"
)

// LeastDays is the shortest time in which a pledge may take goods back
// (GB/T 44904—2024).
const LeastDays = 7

// Other is an exclusion in the shop's own words.
type Other struct {
	What string `json:"what" validate:"required,notblank,max=40,oneline,plain" doc:"Which goods."`
	Why  string `json:"why" validate:"required,notblank,max=60,oneline,plain" doc:"Why they are left out; shoppers read it before they buy."`
}

// Terms are what a shop promises. Each version is kept for good.
type Terms struct {
	Rules      string   `json:"rules,omitempty" validate:"max=10" doc:"Version of the rules under which they were signed; set by the registry."`
	Days       int      `json:"days" validate:"omitempty,min=7,max=365" doc:"Days in which goods are taken back."`
	Pickup     Clock    `json:"pickup" validate:"omitempty,oneof=same_day next_day" doc:"Whether the day of the purchase is the first day, or the day after. Delivered goods count from the day after they arrived."`
	Goods      []string `json:"goods" validate:"max=20,unique,dive,max=40" doc:"Categories that are covered."`
	Exclusions []string `json:"exclusions" validate:"max=20,unique,dive,max=40" doc:"Kinds of goods that are not, from the list of the rules."`
	Others     []Other  `json:"others" validate:"max=5,dive" doc:"Further goods that are not, in the shop's words with the reason."`
	RefundDays int      `json:"refund_days" validate:"min=0,max=15" doc:"Days from the return to the refund; 0: at once."`
	RefundWay  string   `json:"refund_way" validate:"omitempty,oneof=original cash choice" doc:"The way the money came, cash, or as the shopper chooses."`
	CrossStore bool     `json:"cross_store" doc:"Other shops of the brand in the city take the goods back as well."`
	CrossCity  bool     `json:"cross_city" doc:"Shops of the brand in other cities do."`
	Stores     string   `json:"stores" validate:"max=120,oneline,plain" doc:"Which ones."`
	Gifts      string   `json:"gifts" validate:"omitempty,oneof=return_or_pay keep" doc:"A gift comes back or is paid at its price marked beforehand; or it is kept. A missing gift alone is no ground to refuse."`
	Freight    string   `json:"freight" validate:"omitempty,oneof=consumer shop" doc:"Who pays for sending goods back."`
	Proof      []string `json:"proof" validate:"max=10,unique,dive,max=40" doc:"What proves the purchase. Whoever lost it may prove it otherwise."`
	Shown      []string `json:"shown" validate:"max=10,unique,dive,max=40" doc:"Where the exclusions are shown before the purchase."`
	Desk       string   `json:"desk" validate:"max=60,oneline,plain" doc:"Where in the shop, or with whom, one returns goods."`
}

// Suggest gives a shop of the sectors terms to begin with: the least days,
// the goods and exclusions that are usual there.
func Suggest(rules Rules, sch scheme.Scheme, sectors []string) Terms {
	t := Terms{
		Rules: rules.Version, Pickup: rules.Clock.Pickup, RefundDays: 3, RefundWay: "original", Gifts: "return_or_pay",
		Freight: "consumer", Proof: []string{"receipt", "payment"}, Shown: []string{"counter", "oral"}, Goods: []string{}, Exclusions: []string{}, Others: []Other{},
	}
	if t.Days = LeastOf(sch); sch.Terms != nil {
		t.RefundDays = sch.Terms.RefundDays.Value
	}
	main := ""
	if len(sectors) > 0 {
		main = sectors[0]
	}
	for _, g := range rules.Goods {
		if slices.Contains(g.Sectors, main) && len(t.Goods) < 3 {
			t.Goods = append(t.Goods, g.ID)
		}
	}
	for _, e := range rules.Exclusions {
		if slices.Contains(e.Sectors, main) && Excludable(sch, e.ID) {
			t.Exclusions = append(t.Exclusions, e.ID)
		}
	}
	return t
}

// filled gives lists instead of nothing, so that JSON has no null.
func (t Terms) filled() Terms {
	for _, list := range []*[]string{&t.Goods, &t.Exclusions, &t.Proof, &t.Shown} {
		if *list == nil {
			*list = []string{}
		}
	}
	if t.Others == nil {
		t.Others = []Other{}
	}
	return t
}

// Missing lists what keeps terms from being signed, as pointers with rules.
func (t Terms) Missing() []fault.Field {
	rules := RulesOf(t.Rules)
	var out []fault.Field
	need := func(ok bool, pointer, rule, param string) {
		if !ok {
			out = append(out, fault.Field{Pointer: "/terms/" + pointer, Rule: rule, Param: param})
		}
	}
	need(t.Days >= LeastDays, "days", "min_value", strconv.Itoa(LeastDays))
	need(t.Pickup == SameDay || t.Pickup == NextDay, "pickup", "required", "")
	need(len(t.Goods) > 0, "goods", "min_items", "1")
	need(t.RefundDays <= rules.RefundDaysMax, "refund_days", "max_value", strconv.Itoa(rules.RefundDaysMax))
	need(t.RefundWay != "", "refund_way", "required", "")
	need(t.Gifts != "", "gifts", "required", "")
	need(t.Freight != "", "freight", "required", "")
	need(len(t.Proof) > 0, "proof", "min_items", "1")
	need(len(t.Shown) > 0, "shown", "min_items", "1")
	for _, id := range t.Goods {
		_, ok := rules.Good(id)
		need(ok, "goods", "unknown_choice", "")
	}
	for _, id := range t.Exclusions {
		_, ok := rules.Exclusion(id)
		need(ok, "exclusions", "unknown_choice", "")
	}
	for _, id := range t.Proof {
		_, ok := word(rules.Proof, id)
		need(ok, "proof", "unknown_choice", "")
	}
	for _, id := range t.Shown {
		_, ok := word(rules.Shown, id)
		need(ok, "shown", "unknown_choice", "")
	}
	return out
}

// Against lists what keeps terms from being signed under a version of the
// scheme: besides what is missing, fewer days than it asks for, and goods left
// out that it does not let anybody leave out.
func (t Terms) Against(sch scheme.Scheme) []fault.Field {
	out := t.Missing()
	if sch.Terms == nil {
		return out
	}
	if least := LeastOf(sch); t.Days >= LeastDays && t.Days < least {
		out = append(out, fault.Field{Pointer: "/terms/days", Rule: "min_value", Param: strconv.Itoa(least)})
	}
	for _, id := range t.Exclusions {
		if !Excludable(sch, id) {
			out = append(out, fault.Field{Pointer: "/terms/exclusions", Rule: "unknown_choice"})
		}
	}
	return out
}

// LeastOf is the fewest days that a scheme lets a pledge promise.
func LeastOf(sch scheme.Scheme) int {
	if sch.Terms == nil {
		return LeastDays
	}
	return max(LeastDays, sch.Terms.Days.Value)
}

// Excludable reports whether a scheme lets a pledge leave a kind of goods out.
func Excludable(sch scheme.Scheme, id string) bool {
	return sch.Terms == nil || slices.ContainsFunc(sch.Terms.Exclusions, func(it scheme.Item) bool { return it.ID == id })
}

// Narrower reports that the terms promise less than others in anything: such a
// change is announced some days beforehand. A change in words only is none.
func (t Terms) Narrower(than Terms) bool {
	lost := func(now, before []string) bool {
		return slices.ContainsFunc(before, func(s string) bool { return !slices.Contains(now, s) })
	}
	better := func(now, before string, order ...string) bool {
		return slices.Index(order, now) >= slices.Index(order, before)
	}
	return t.Days < than.Days || (t.Pickup == SameDay && than.Pickup == NextDay) || lost(t.Goods, than.Goods) ||
		lost(than.Exclusions, t.Exclusions) || slices.ContainsFunc(t.Others, func(o Other) bool { return !slices.Contains(than.Others, o) }) ||
		t.RefundDays > than.RefundDays || !better(t.RefundWay, than.RefundWay, "cash", "original", "choice") ||
		than.CrossStore && !t.CrossStore || than.CrossCity && !t.CrossCity ||
		!better(t.Gifts, than.Gifts, "return_or_pay", "keep") || !better(t.Freight, than.Freight, "consumer", "shop") || lost(t.Proof, than.Proof)
}

func say(lang, key string, args ...any) string { return i18n.Shipped().T(lang, "pledge."+key, args...) }

// Line is the promise in one line, as a scan and a list show it.
func (t Terms) Line(lang string) string { return say(lang, "line", t.Days) }

// Point is one term in plain words: a short heading and what it means.
type Point struct{ Head, Text string }

// Points words the terms for shoppers, for the page and for the print.
func (t Terms) Points(lang string) []Point {
	rules := RulesOf(t.Rules)
	begins := say(lang, "begins_"+string(t.Pickup))
	if rules.Clock.RestDayExtends.Value > 0 {
		begins += say(lang, "rest_day")
	}
	refund := say(lang, "refund_at_once")
	if t.RefundDays > 0 {
		refund = say(lang, "refund_within", t.RefundDays)
	}
	where := say(lang, "where_here")
	switch {
	case t.CrossCity:
		where = say(lang, "where_city")
	case t.CrossStore:
		where = say(lang, "where_store")
	}
	if t.Stores != "" && (t.CrossStore || t.CrossCity) {
		where += say(lang, "colon") + t.Stores
	}
	if t.Desk != "" {
		where += say(lang, "stop") + t.Desk
	}
	return []Point{
		{say(lang, "head_days", t.Days), begins},
		{say(lang, "head_refund"), refund + say(lang, "comma") + say(lang, "way_"+t.RefundWay)},
		{say(lang, "head_where"), where},
		{say(lang, "head_proof"), strings.Join(wordsOf(rules.Proof, t.Proof, lang), say(lang, "or")) + say(lang, "proof_lost")},
		{say(lang, "head_gifts"), say(lang, "gifts_"+t.Gifts)},
		{say(lang, "head_freight"), say(lang, "freight_"+t.Freight)},
	}
}

// Covered words the goods that are taken back, each with its condition.
func (t Terms) Covered(lang string) []Point {
	rules := RulesOf(t.Rules)
	out := make([]Point, 0, len(t.Goods))
	for _, id := range t.Goods {
		if g, ok := rules.Good(id); ok {
			out = append(out, Point{g.Text.In(lang), g.Intact.In(lang)})
		}
	}
	return out
}

// Excluded words the goods that are not, each with its reason.
func (t Terms) Excluded(lang string) []Point {
	rules := RulesOf(t.Rules)
	out := make([]Point, 0, len(t.Exclusions)+len(t.Others))
	for _, id := range t.Exclusions {
		if e, ok := rules.Exclusion(id); ok {
			out = append(out, Point{e.Text.In(lang), e.Why.In(lang)})
		}
	}
	for _, o := range t.Others {
		out = append(out, Point{o.What, o.Why})
	}
	return out
}

func wordsOf(words []Word, ids []string, lang string) []string {
	var out []string
	for _, w := range words {
		if slices.Contains(ids, w.ID) {
			out = append(out, w.Text.In(lang))
		}
	}
	return out
}

// promises are the lines that the title and its badge show: what is promised
// now and, from its day on, next. Both are said at once, so that the badge is
// true on either side of the day without anybody touching it.
func promises(now Terms, next *Version, lang string) []string {
	first := now.Line(lang)
	if next != nil && next.Terms.Days != now.Days {
		first += say(lang, "line_next", i18n.Date(lang, next.From.String()), next.Terms.Days)
	}
	var goods, not []string
	for _, p := range now.Covered(lang) {
		goods = append(goods, p.Head)
	}
	for _, p := range now.Excluded(lang) {
		not = append(not, p.Head)
	}
	out := []string{first, clip(say(lang, "line_goods", strings.Join(goods, say(lang, "list")))), now.Points(lang)[1].Text}
	if now.CrossStore || now.CrossCity {
		out = append(out, say(lang, "line_cross"))
	}
	if len(not) > 0 {
		out = append(out, clip(say(lang, "line_not", strings.Join(not, say(lang, "list")))))
	}
	return out
}

// clip keeps a line short enough for the badge.
func clip(s string) string {
	const most = 110
	if r := []rune(s); len(r) > most {
		return fmt.Sprintf("%s…", string(r[:most]))
	}
	return s
}
