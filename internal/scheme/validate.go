package scheme

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/sector"
)

// Limits of what a scheme may say.
const (
	maxDays  = 366 // of a gate, a notice or a correction
	maxYears = 10
	maxText  = 1000 // characters of one wording
	maxTitle = 60
	maxLabel = 12 // it stands on a sticker
	maxItems = 40
)

var (
	codeForm         = regexp.MustCompile(`^[a-z][a-z0-9-]{2,39}$`)
	abbreviationForm = regexp.MustCompile(`^[A-Z]{2}$`)
	versionForm      = regexp.MustCompile(`^\d{4}\.\d{1,2}$`)
)

// forbidden are the words that only the state may put into a title
// (创建示范活动管理办法(试行), 2022).
var forbidden = []string{"国家", "中国", "全国", "中华", "国字", "national", "nationwide", "china", "chinese"}

// Charging for a title is forbidden by the same measures. A clause that speaks
// of money asked for is refused, unless it says that none is.
var (
	clauses  = regexp.MustCompile(`[，。；：、！？,.;:!?()（）\n]+`)
	charging = regexp.MustCompile(`(?i)(评审|审核|认证|认定|申报|报名|公告|公示|宣传|工本|牌匾|制牌|培训|会员|年|管理|服务|入会)费|收费|缴费|交费|付费|收取.{0,8}(费|元)|(缴纳|交纳|支付).{0,8}(费|元)|\b(fee|fees|charge|charges|charged|payable)\b|\bpay(s|ment)?\b.{0,20}\b(yuan|rmb)\b`)
	denying  = regexp.MustCompile(`(?i)不|无|免|禁止|未|严禁|\b(no|not|never|free|without|nothing|none)\b`)
)

// charges reports a wording that asks for money.
func charges(text string) bool {
	return slices.ContainsFunc(clauses.Split(text, -1), func(c string) bool { return charging.MatchString(c) && !denying.MatchString(c) })
}

// Validate reports everything that is wrong with the data, for files.
func (s Scheme) Validate() error {
	var wrong []error
	for _, f := range s.Problems() {
		wrong = append(wrong, fmt.Errorf("%s: %s %s", f.Pointer, f.Rule, f.Param))
	}
	return errors.Join(wrong...)
}

// Problems is [Scheme.ProblemsWith] the shipped checklists.
func (s Scheme) Problems() []fault.Field { return s.ProblemsWith(checklist.Shipped()) }

// ProblemsWith lists everything that is wrong, each with its place, its rule
// and the limit; nil when the scheme may be published. lib is what sheets are
// composed from.
func (s Scheme) ProblemsWith(lib *checklist.Library) []fault.Field {
	var out []fault.Field
	bad := func(pointer, rule, param string) {
		out = append(out, fault.Field{Pointer: pointer, Rule: rule, Param: param})
	}
	form := func(ok bool, pointer, rule string) {
		if !ok {
			bad(pointer, rule, "")
		}
	}
	form(codeForm.MatchString(s.Code), "/code", "scheme_code")
	form(versionForm.MatchString(s.Version), "/version", "scheme_version")
	form(abbreviationForm.MatchString(s.Abbreviation), "/abbreviation", "scheme_abbreviation")
	form(s.Subject == Premises || s.Subject == Street, "/subject", "scheme_choice")
	form(s.RectificationProof == "" || slices.Contains(Proofs, s.RectificationProof), "/rectification_proof", "scheme_choice")
	form(s.Renewal == "" || slices.Contains(Renewals, s.Renewal), "/renewal", "scheme_choice")
	form(s.Decides == "" || s.Decides == Province || s.Decides == City, "/decides", "scheme_choice")
	form(strings.TrimSpace(s.Approval) != "", "/approval", "scheme_approval")
	form(len([]rune(s.Approval)) <= maxTitle, "/approval", "max")
	form(len(s.Basis) > 0, "/basis", "scheme_basis")
	s.textProblems(bad)
	s.wordProblems(bad)
	s.listProblems(lib, bad)
	s.numberProblems(bad)
	s.routeProblems(bad)
	s.ruleProblems(bad)
	s.streetProblems(lib, bad)
	return out
}

// textProblems looks for wordings that are missing in a language or too long.
func (s Scheme) textProblems(bad func(pointer, rule, param string)) {
	check := func(pointer string, t Text, limit int, missing string) {
		for lang, words := range map[string]string{"zh": t.Zh, "en": t.En} {
			limit := limit
			if lang == "en" {
				limit *= 3 // English takes more letters to say the same
			}
			switch {
			case missing != "" && strings.TrimSpace(words) == "":
				bad(pointer+"/"+lang, missing, "")
			case len([]rune(words)) > limit:
				bad(pointer+"/"+lang, "max", itoa(limit))
			}
		}
	}
	check("/title", s.Title, maxTitle, "required")
	check("/summary", s.Summary, maxText, "required")
	check("/issuer", s.Issuer, maxTitle, "scheme_issuer")
	check("/declaration", s.Declaration, maxText, "required")
	label := ""
	if s.BadgeLabel != (Text{}) {
		label = "required"
	}
	check("/badge_label", s.BadgeLabel, maxLabel, label)
	for i, b := range s.Basis {
		check("/basis/"+itoa(i), b, 2*maxTitle, "required")
	}
}

// wordProblems looks for words that no title may use, and for money.
func (s Scheme) wordProblems(bad func(pointer, rule, param string)) {
	for _, t := range []struct {
		pointer string
		words   string
	}{{"/title/zh", s.Title.Zh}, {"/title/en", s.Title.En}, {"/badge_label/zh", s.BadgeLabel.Zh}, {"/badge_label/en", s.BadgeLabel.En}} {
		for _, w := range forbidden {
			if strings.Contains(strings.ToLower(t.words), w) {
				bad(t.pointer, "scheme_national", w)
				break
			}
		}
	}
	money := func(pointer string, t Text) {
		if charges(t.Zh) {
			bad(pointer+"/zh", "scheme_fee", "")
		}
		if charges(t.En) {
			bad(pointer+"/en", "scheme_fee", "")
		}
	}
	money("/title", s.Title)
	money("/summary", s.Summary)
	money("/declaration", s.Declaration)
	money("/badge_label", s.BadgeLabel)
	for name, items := range s.lists() {
		for i, it := range items {
			money("/"+name+"/"+itoa(i)+"/text", it.Text)
			money("/"+name+"/"+itoa(i)+"/why", it.Why)
		}
	}
}

func (s Scheme) lists() map[string][]Item {
	m := map[string][]Item{"conditions": s.Conditions, "documents": s.Documents, "commitments": s.Commitments}
	if s.Terms != nil {
		m["terms/exclusions"] = s.Terms.Exclusions
	}
	return m
}

func (s Scheme) listProblems(lib *checklist.Library, bad func(pointer, rule, param string)) {
	for name, items := range s.lists() {
		switch needless := s.Pledged() && name == "documents"; {
		case needless && len(items) > 0:
			bad("/"+name, "scheme_pledge_unused", "")
		case !needless && len(items) == 0:
			bad("/"+name, "scheme_list", "")
		}
		if len(items) > maxItems {
			bad("/"+name, "max", itoa(maxItems))
		}
		seen := map[string]bool{}
		for i, it := range items {
			at := "/" + name + "/" + itoa(i)
			switch {
			case !itemForm.MatchString(it.ID):
				bad(at+"/id", "scheme_item_id", "")
			case seen[it.ID]:
				bad(at+"/id", "scheme_item_twice", "")
			}
			seen[it.ID] = true
			for lang, words := range map[string]string{"zh": it.Text.Zh, "en": it.Text.En} {
				if strings.TrimSpace(words) == "" {
					bad(at+"/text/"+lang, "required", "")
				}
			}
		}
	}
	for _, code := range s.Divisions {
		if !division.Valid(code) {
			bad("/divisions", "division", "")
		}
	}
	if len(s.Sectors) == 0 {
		bad("/sectors", "scheme_sectors", "")
	}
	for _, code := range s.Sectors {
		if !sector.Valid(sector.Code(code)) {
			bad("/sectors", "scheme_choice", "")
		} else if _, err := lib.Sheet(s.Sheet, sector.Code(code)); s.Sheet != "" && err != nil {
			bad("/sheet", "scheme_sheet", code)
		}
	}
}

var itemForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

func (s Scheme) numberProblems(bad func(pointer, rule, param string)) {
	within := func(pointer string, n, least, most int) {
		if n < least || n > most {
			bad(pointer, "scheme_range", itoa(least)+"–"+itoa(most))
		}
	}
	switch work, days := s.NoticeWorkdays.Value, s.NoticeDays.Value; {
	case work > 0 && days > 0:
		bad("/notice_days", "scheme_notice_once", "")
	case days != 0:
		within("/notice_days", days, 1, maxDays)
	default:
		within("/notice_workdays", work, 1, maxDays)
	}
	for pointer, n := range map[string]Number{"/correction_workdays": s.CorrectionWorkdays, "/appeal_workdays": s.AppealWorkdays} {
		switch {
		case !s.Pledged():
			within(pointer, n.Value, 1, maxDays)
		case n.Value != 0:
			bad(pointer, "scheme_pledge_unused", "")
		}
	}
	within("/rectification_workdays", s.RectificationWorkdays.Value, 1, maxDays)
	if n := s.Reinspections.Value; n != 0 {
		within("/reinspections", n, 1, 12)
	}
	within("/validity_years", s.ValidityYears.Value, 1, maxYears)
	within("/exclusion_years", s.ExclusionYears.Value, 1, maxYears)
	within("/downgrade_years", s.DowngradeYears.Value, 0, maxYears)
	within("/recheck_months", s.RecheckMonths.Value, 1, 12*maxYears)
	if s.Pledged() && s.Terms == nil {
		bad("/terms", "required", "")
	}
	if s.Terms != nil {
		within("/terms/days", s.Terms.Days.Value, 7, maxDays) // 消费者权益保护法 art. 25 as the least for all
		within("/terms/refund_days", s.Terms.RefundDays.Value, 1, maxDays)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func codes[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func known[S ~string](s S, list []S) bool { return slices.Contains(list, s) }
