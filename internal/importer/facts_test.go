package importer_test

import (
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/importer"
	"fangxin/internal/merchant"
	"fangxin/internal/testkit"
)

func TestFacts(t *testing.T) {
	each(t, func(w *world) {
		for n, name := range map[int]string{1: "东湖区甲店", 2: "东湖区乙店", 7: "东湖区庚店"} {
			_, err := w.shops.AddOperator(testkit.As(w.county), merchant.AddOperatorCommand{USCC: code(n), Name: name})
			w.ok(err)
		}
		now := w.clock.Now()
		day, later := now.AddDate(0, 0, -3).Format("2006-01-02"), now.AddDate(0, 1, 0).Format("2006-01-02")
		text := "统一社会信用代码,数据日期,数据来源,信用风险分类,是否列入经营异常名录,严重违法失信名单,成立日期,处罚信息是否完整,处罚决定书文号,处罚日期,是否故意侵害消费者,处罚事由\n" +
			code(1) + "," + day + ",公示系统,A类,否,未列入,2018年3月1日,是,,,,\n" +
			code(2) + "," + day + ",公示系统,c,,,,,洪市监处罚〔2025〕8号,2025/3/5,是,短斤少两\n" +
			code(2) + "," + day + ",公示系统,,,,,,洪市监处罚〔2025〕9号,2025.4.5,否,未明码标价\n" + // a second penalty
			code(2) + "," + day + ",公示系统,c,,,,,洪市监处罚〔2025〕8号,2025/3/5,是,短斤少两\n" + // repeated
			code(3) + "," + day + ",公示系统,B,,,,,,,,\n" + // nobody knows it
			code(7) + "," + later + ",公示系统,B,,,,,,,,\n" + // of a day to come
			code(7) + "," + day + ",,B,,,,,,,,\n" + // from nowhere
			code(7) + "," + day + ",公示系统,E,也许,,,,,,,\n" + // neither
			code(7) + "," + day + ",公示系统,,,,,,洪市监处罚〔2025〕10号,,,\n" + // without its day
			code(7) + "," + day + ",公示系统,,,,,,,,,\n" // says nothing
		v := w.check(w.county, importer.Facts, "信用.csv", []byte(text))
		w.counts(v.Planned, "rows 10 new 3 same 0 differs 0 repeated 1 refused 6")
		w.says(v,
			"6 统一社会信用代码: 登记簿里没有这个经营主体",
			"7 数据日期: “"+later+"”…",
			"8 数据来源: …",
			"9 信用风险分类: “E”不是…",
			"9 经营异常名录: 看不出“也许”是还是否",
			"10 处罚日期: …",
			"11 : 这一行没有写任何信用信息",
		)
		if w.count("operator_penalty") != 0 {
			t.Fatal("the check wrote something")
		}
		w.counts(w.run(w.county, v.ID).Counts, "rows 10 new 3 same 0 differs 0 repeated 1 refused 6")
		facts := func(n int) merchant.OperatorView {
			t.Helper()
			list, err := w.shops.Operators(testkit.As(w.county), merchant.ListQuery{USCC: code(n)})
			w.ok(err)
			o, err := w.shops.Operator(testkit.As(w.county), list.Items[0].ID)
			w.ok(err)
			return o
		}
		first, second := facts(1), facts(2)
		if f := first.Facts; f.CreditClass.Value != "A" || f.Abnormal.Value != "no" || f.Serious.Value != "no" || f.Founded.Value != "2018-03-01" || f.Penalties.Value != "complete" || f.CreditClass.On != day || f.CreditClass.Source != "公示系统" {
			t.Errorf("%+v", f)
		}
		if f := second.Facts; f.CreditClass.Value != "C" || f.Penalties != nil || len(second.Penalties) != 2 || second.Penalties[1].Document != "洪市监处罚〔2025〕8号" || !second.Penalties[1].Intentional || second.Penalties[0].Intentional {
			t.Errorf("%+v %+v", f, second.Penalties)
		}
		// The same file again, older news, and the same news of a later day.
		again := w.check(w.county, importer.Facts, "again.csv", []byte(text))
		w.counts(again.Planned, "rows 10 new 0 same 3 differs 0 repeated 1 refused 6")
		older := w.bring(w.county, importer.Facts, "信用代码,数据日期,来源,信用等级\n"+code(1)+",2020-01-01,公示系统,D\n")
		w.counts(older.Counts, "rows 1 new 0 same 1 differs 0 repeated 0 refused 0")
		newer := w.bring(w.county, importer.Facts, "信用代码,数据日期,来源,信用等级\n"+code(1)+","+now.Format("2006-01-02")+",公示系统,B级\n")
		w.counts(newer.Counts, "rows 1 new 1 same 0 differs 0 repeated 0 refused 0")
		if f := facts(1).Facts; f.CreditClass.Value != "B" || f.Abnormal.Value != "no" {
			t.Errorf("%+v", f)
		}
	})
}

// Officers state facts about the operators of their area only, and merchants
// none at all.
func TestWhoStatesFacts(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.shops.AddOperator(testkit.As(w.county), merchant.AddOperatorCommand{USCC: code(1), Name: "东湖区甲店", Scope: donghu})
		w.ok(err)
		text := "信用代码,数据日期,来源,信用等级\n" + code(1) + ",2025-01-01,公示系统,D\n"
		v := w.check(w.other, importer.Facts, "facts.csv", []byte(text))
		if done := w.run(w.other, v.ID); done.Counts.Refused != 1 || done.Counts.New != 0 {
			t.Errorf("a county elsewhere: %+v", done.Counts)
		}
		if kinds := importer.KindsFor(w.admin); len(kinds) != 3 || kinds[2] != importer.Facts {
			t.Errorf("an administrator imports %v", kinds)
		}
		if kinds := importer.KindsFor(access.Principal{Roles: []access.Role{access.Merchant}}); kinds != nil {
			t.Errorf("a merchant imports %v", kinds)
		}
	})
}
