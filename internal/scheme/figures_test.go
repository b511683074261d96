package scheme_test

import (
	"os"
	"slices"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
)

// other reads a scheme of another province.
func other(t *testing.T, file string) scheme.Scheme {
	t.Helper()
	b, err := os.ReadFile("testdata/schemes/" + file + ".yaml")
	ok(t, err)
	s, err := scheme.Parse(b)
	ok(t, err)
	return s
}

// The figures that the programmes of other provinces publish are those of the
// data; what they do not publish is not looked at here.
func TestFiguresOfOtherProvinces(t *testing.T) {
	fact := func(s scheme.Scheme, f scheme.Fact) scheme.Rule {
		i := slices.IndexFunc(s.Eligibility, func(r scheme.Rule) bool { return r.Fact == f })
		if i < 0 {
			t.Errorf("%s does not look at %s", s.Code, f)
			return scheme.Rule{}
		}
		return s.Eligibility[i]
	}
	frame := func(code sector.Code, plan string) checklist.Sheet {
		t.Helper()
		sheet, err := checklist.Shipped().Sheet(plan, code)
		ok(t, err)
		return sheet
	}

	// 重庆市《关于深化放心消费创建活动的通知》: three classes, base 100, bonus at most 15, five bottom lines.
	subjects := map[scheme.Subject]int{}
	sheets := map[string]bool{}
	for file, code := range map[string]sector.Code{"chongqing-street": sector.Street, "chongqing-mall": "mall", "chongqing-shop": "store"} {
		s := other(t, file)
		subjects[s.Subject]++
		sheets[s.Sheet] = true
		sheet, vetoes := frame(code, s.Sheet), 0
		for it := range sheet.Items() {
			if it.Flag == checklist.VetoItem && it.ID[:3] == "CQB" {
				vetoes++
			}
		}
		if sheet.Frame.Full.String() != "100" || s.Pass.BonusCap != "15" || !s.Pass.Veto || vetoes != 5 {
			t.Errorf("%s: base %s, bonus %s, %d bottom lines", file, sheet.Frame.Full, s.Pass.BonusCap, vetoes)
		}
	}
	if len(sheets) != 3 || subjects[scheme.Street] != 1 {
		t.Errorf("%d sheets for three classes", len(sheets))
	}

	// 《海南省市场监督管理局放心消费单位管理办法》 (2024-12-01).
	hn := other(t, "hainan-stars")
	if hn.NoticeDays.Value != 45 || hn.NoticeWorkdays.Value != 0 || fact(hn, scheme.FactTrading).Years != 1 || fact(hn, scheme.FactPenalty).Years != 1 {
		t.Errorf("hainan: %d days, %+v", hn.NoticeDays.Value, hn.Eligibility)
	}
	fact(hn, scheme.FactAbnormal)
	fact(hn, scheme.FactSerious)
	var stars []string
	for _, g := range frame("store", hn.Sheet).Frame.Grades {
		stars = append(stars, g.ID)
	}
	if !slices.Equal(stars, []string{"star5", "star4", "star3"}) {
		t.Errorf("hainan gives %v", stars)
	}

	// 文昌市 2023 申报指南.
	wc := other(t, "wenchang")
	var papers []string
	for _, d := range wc.Documents {
		papers = append(papers, d.ID)
	}
	if fact(wc, scheme.FactIntent).Years != 2 || !slices.Equal(papers, []string{"licence", "permit", "honours", "no-penalty", "other"}) || wc.Pass.Sector != "35" {
		t.Errorf("wenchang: %+v, %v, sector %s", wc.Eligibility, papers, wc.Pass.Sector)
	}
	fact(wc, scheme.FactAbnormal)
	fact(wc, scheme.FactSerious)

	// 漳州市星级农贸市场 (2021).
	zz := other(t, "zhangzhou")
	f := frame("market", zz.Sheet).Frame
	if f.Full.String() != "120" || f.BonusCap.String() != "17" || f.DeductionCap == nil || f.DeductionCap.String() != "8" || zz.Pass.Total != "90" {
		t.Errorf("zhangzhou: %s +%s −%v, pass at %s", f.Full, f.BonusCap, f.DeductionCap, zz.Pass.Total)
	}
	for i, least := range []string{"110", "100"} {
		if got := f.Grades[i].Rules[0].Least.String(); got != least {
			t.Errorf("zhangzhou gives %s from %s", f.Grades[i].ID, got)
		}
	}
	if zz.ValidityYears.Value != 2 || zz.DowngradeYears.Value != 1 || zz.ExclusionYears.Value != 2 || zz.Decides != scheme.City {
		t.Errorf("zhangzhou: valid %d, bars %d and %d years, decided by the %s", zz.ValidityYears.Value, zz.DowngradeYears.Value, zz.ExclusionYears.Value, zz.Decides)
	}

	// 广东省 放心消费承诺单位、线下无理由退货承诺店: three years each.
	for _, file := range []string{"guangdong-pledge", "guangdong-returns"} {
		if s := other(t, file); s.ValidityYears.Value != 3 {
			t.Errorf("%s is valid for %d years", file, s.ValidityYears.Value)
		}
	}
	if s := other(t, "guangdong-returns"); s.Terms == nil || s.Terms.Days.Value < 7 || s.Renewal != "" && s.Renewal != "instant" {
		t.Errorf("the return pledge of Guangdong: %+v", s.Terms)
	}
}

// marks gives every item its points and takes those of some away.
func marks(sheet checklist.Sheet, failed func(*checklist.Item, string) bool) checklist.Result {
	var answers []checklist.Answer
	for _, sec := range sheet.Sections {
		for i := range sec.Items {
			item := &sec.Items[i]
			a, asked := answer(item, "")
			if item.Type == checklist.YesNo && failed(item, sec.Module) {
				a.Verdict, asked = checklist.Fail, true
			}
			if asked {
				answers = append(answers, a)
			}
		}
	}
	return checklist.Score(&sheet, answers)
}

// One bottom line of Chongqing fails the shop, whatever its points.
func TestChongqingBottomLines(t *testing.T) {
	sheet, err := checklist.Shipped().Sheet("cq-shop", sector.Store)
	ok(t, err)
	if r := marks(sheet, func(*checklist.Item, string) bool { return false }); !r.Passed || r.Score != 10000 {
		t.Errorf("a perfect shop has %s and passes: %v", r.Score, r.Passed)
	}
	for _, item := range []string{"CQB-01", "CQB-02", "CQB-03", "CQB-04", "CQB-05"} {
		r := marks(sheet, func(it *checklist.Item, _ string) bool { return it.ID == item })
		if r.Passed || r.Score != 10000 || !slices.Contains(r.Vetoes, item) {
			t.Errorf("with %s failed the shop passes: %v (%s, %v)", item, r.Passed, r.Score, r.Vetoes)
		}
	}
}

// Wenchang: eighty points in general do not come from the sector's part.
func TestWenchangGeneralPart(t *testing.T) {
	sheet, err := checklist.Shipped().Sheet("wc-80-35", sector.Store)
	ok(t, err)
	lost := checklist.Points(0)
	r := marks(sheet, func(it *checklist.Item, module string) bool {
		if module == "BON" {
			return true
		}
		if module != "COM" || lost > 2000 {
			return false
		}
		lost += it.Points * 100 / 60
		return true
	})
	if lost <= 2000 || r.Passed {
		t.Errorf("with %s of 100 general points lost and a full sector part the shop passes", lost)
	}
}

// Zhangzhou takes points off, eight at most.
func TestZhangzhouDeductions(t *testing.T) {
	sheet, err := checklist.Shipped().Sheet("zz-market", "market")
	ok(t, err)
	full := marks(sheet, func(*checklist.Item, string) bool { return false })
	less := marks(sheet, func(_ *checklist.Item, module string) bool { return module == "ZZD" })
	if full.Score != 12000 || full.Score-less.Score != 800 || less.Deduction != 800 {
		t.Errorf("%s without and %s with deductions of %s", full.Score, less.Score, less.Deduction)
	}
}
