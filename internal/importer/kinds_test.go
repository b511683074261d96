package importer_test

import (
	"context"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/importer"
	"fangxin/internal/merchant"
	"fangxin/internal/testkit"
)

func TestMerchants(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.shops.AddOperator(testkit.As(w.county), merchant.AddOperatorCommand{USCC: code(1), Name: "东湖区甲店"})
		w.ok(err)
		_, err = w.shops.AddOperator(testkit.As(w.county), merchant.AddOperatorCommand{USCC: code(2), Name: "东湖区乙店"})
		w.ok(err)
		wrong := code(5)[:17] + string(code(5)[17]^1)
		if wrong[17] == 'I' || wrong[17] == 'O' {
			t.Fatal("choose another code")
		}
		text := "联系电话,企业名称,统一社会信用代码,成立日期,主体类型,联系人\n" +
			"13812345678,东湖区甲店," + code(1) + ",,,\n" + // same
			"13812345678,东湖区乙商行," + code(2) + ",,,\n" + // differs
			"0791-88881234,东湖区丙店," + strings.ToLower(code(3)) + ",2019年5月1日,个体工商户,张三\n" + // new
			"0791-88881234,东湖区 丙店," + code(3) + ",,,\n" + // repeated
			"0791-88881234,东湖区丁店," + code(3) + ",,,\n" + // repeated, says otherwise
			"1234x,x," + code(4) + ",2019-02-30,,\n" + // refused twice over
			",东湖区己店," + wrong + ",,,\n" + // refused
			",," + code(6) + ",,,\n" // refused
		v := w.check(w.county, importer.Merchants, "经营主体.csv", []byte(text))
		want := "rows 8 new 1 same 1 differs 1 repeated 2 refused 3"
		w.counts(v.Planned, want)
		w.says(v,
			"(3 企业名称: 已登记的名称是“东湖区乙店”，与表中不同)",
			"(6 企业名称: 与第 4 行是同一条，但内容不同)",
			"7 联系电话: “1234x”不是电话号码",
			"7 成立日期: “2019-02-30”不是有效的日期",
			"8 统一社会信用代码: …",
			"9 企业名称: …",
		)
		if w.count("operator") != 2 {
			t.Fatal("the check wrote something")
		}
		done := w.run(w.county, v.ID)
		w.counts(done.Counts, want)
		list, err := w.shops.Operators(testkit.As(w.county), merchant.ListQuery{USCC: code(3)})
		w.ok(err)
		if len(list.Items) != 1 {
			t.Fatalf("%+v", list)
		}
		o := list.Items[0]
		if o.Name != "东湖区丙店" || o.LegalForm != "个体工商户" || o.FoundedOn != "2019-05-01" || o.ContactName != "张三" || o.ContactPhone != "0791-88881234" && o.ContactPhone != "079188881234" {
			t.Errorf("%+v", o)
		}
		if n := value[string](w, "SELECT name FROM operator WHERE uscc = ?", code(2)); n != "东湖区乙店" {
			t.Errorf("the import changed what was registered: %s", n)
		}
		if s := value[string](w, "SELECT scope FROM operator WHERE uscc = ?", code(3)); s != donghu {
			t.Errorf("scope %q", s)
		}
	})
}

const premisesHead = "统一社会信用代码,企业名称,门店名称,经营地址,县区,业态,门店电话,经度,纬度,坐标系\n"

func TestPremises(t *testing.T) {
	each(t, func(w *world) {
		text := premisesHead +
			code(1) + ",南昌市甲餐饮有限公司,甲餐馆,八一大道1号,东湖区,餐饮,0791-88881234,115.9,28.68,高德\n" +
			code(1) + ",,甲餐馆二店,八一大道2号,南昌市东湖区,餐饮、超市,,,,\n" + // the operator of the row above
			code(1) + ",,甲 餐馆,江西省南昌市东湖区八一大道１号,360102,餐饮,,,,\n" + // repeated
			code(1) + ",,甲餐馆,八一大道1号,东湖区,药店,,,,\n" + // repeated, says otherwise
			code(2) + ",,乙店,八一大道3号,东湖区,超市,,,,\n" + // operator unknown
			code(3) + ",丙店,丙店,八一大道4号,章贡区,超市,,,,\n" + // another county's
			code(4) + ",丁店,丁店,八一大道5号,东湖区,飞船,,115.9,28.68,\n" + // two things
			code(5) + ",戊店,戊店,八一大道6号,天河区,超市,,,,\n" + // no such county here
			code(6) + ",己店,己店,八一大道7号,440106,超市,,,,\n" // no authority
		v := w.check(w.county, importer.Premises, "门店.csv", []byte(text))
		w.counts(v.Planned, "rows 9 new 2 same 0 differs 0 repeated 2 refused 5")
		w.says(v,
			"(5 业态: 与第 2 行是同一条，但内容不同)",
			"6 企业名称: 经营主体还没有登记，表中也没有企业名称",
			"7 县区: “章贡区”不在您的管辖范围内",
			"8 坐标系: 有经纬度但没有写坐标系",
			"8 业态: 不认识的业态“飞船”",
			"9 县区: 没有找到县区“天河区”",
			"10 县区: …",
		)
		w.run(w.county, v.ID)
		shops, err := w.shops.PremisesList(testkit.As(w.county), merchant.ListQuery{USCC: code(1)})
		w.ok(err)
		if len(shops.Items) != 2 || w.count("operator") != 1 || w.count("premises") != 2 {
			t.Fatalf("%+v", shops.Items)
		}
		second, first := shops.Items[0], shops.Items[1] // newest first
		if first.Name != "甲餐馆" || first.Point == nil || first.Point.Datum != merchant.GCJ02 || first.Sectors[0] != "catering" || first.Scope != donghu {
			t.Errorf("%+v", first)
		}
		if second.Name != "甲餐馆二店" || len(second.Sectors) != 2 || second.OperatorName != "南昌市甲餐饮有限公司" {
			t.Errorf("%+v", second)
		}
		// With other sectors it is the same shop, and stays as it is.
		again := w.check(w.county, importer.Premises, "门店.csv", []byte(premisesHead+code(1)+",,甲餐馆,八一大道1号,东湖区,药店,,,,\n"))
		w.counts(again.Planned, "rows 1 new 0 same 0 differs 1 repeated 0 refused 0")
		w.says(again, "(2 业态: 已登记的业态与表中不同)")
	})
}

const titlesHead = "统一社会信用代码,企业名称,门店名称,经营地址,县区,业态,称号,称号编号,认定日期,有效期至,有效期\n"

func TestTitles(t *testing.T) {
	each(t, func(w *world) {
		text := titlesHead +
			code(1) + ",甲店,甲店,八一大道1号,东湖区,餐饮,放心消费示范店," + number("SF", 2025, 7) + ",2025.3.5,2027年3月4日,\n" +
			code(2) + ",乙店,乙店,八一大道2号,东湖区,超市,示范店,,2025/03/05,,3年\n" + // number drawn
			code(2) + ",乙店,乙店,八一大道2号,东湖区,超市,线下无理由退货承诺店,,20250305,,\n" + // the usual time
			code(2) + ",乙店,乙店,八一大道2号,东湖区,超市,示范店,,2025/03/05,,\n" + // repeated
			code(2) + ",乙店,乙店,八一大道2号,东湖区,超市,示范店," + number("SF", 2025, 8) + ",2025/03/05,,\n" + // repeated under another number
			code(3) + ",丙店,丙店,八一大道3号,东湖区,超市,示范店," + number("SF", 2025, 7) + ",2025/03/05,,\n" + // the number of row 2
			code(4) + ",丁店,丁店,八一大道4号,东湖区,超市,示范街区,,2025/03/05,,\n" +
			code(5) + ",戊店,戊店,八一大道5号,东湖区,超市,米其林,,2025/03/05,,\n" +
			code(6) + ",己店,己店,八一大道6号,东湖区,超市,示范店,赣放心〔2025〕1号,2026/03/05,2025/03/05,\n" + // an older form, in the future, ends before it begins
			code(7) + ",庚店,庚店,八一大道7号,东湖区,,示范店,,2025/03/05,,\n" + // new shop without a sector
			code(8) + ",辛店,,,,,示范店,,2025/03/05,,\n" // no such shop
		v := w.check(w.city, importer.Certificates, "称号.csv", []byte(text))
		w.counts(v.Planned, "rows 11 new 3 same 0 differs 0 repeated 1 refused 7")
		w.says(v,
			"6 称号编号: 第 3 行已为同一门店登记了此称号，编号不同",
			"7 称号编号: 编号 "+number("SF", 2025, 7)+" 已用于另一个称号",
			"8 称号: “示范街区”授予街区，不能按门店导入",
			"9 称号: 不认识的称号“米其林”",
			"10 称号编号: “赣放心〔2025〕1号”不是称号编号",
			"10 认定日期: 认定日期“2026/03/05”在今天之后",
			"10 有效期至: …",
			"11 业态: 门店还没有登记，需要业态才能新建",
			"12 地址: 没有填写地址，而该主体已登记的门店有 0 家",
		)
		done := w.run(w.city, v.ID)
		w.counts(done.Counts, tally(v.Planned))
		d, err := w.titles.Detail(context.Background(), number("SF", 2025, 7))
		w.ok(err)
		if d.Holder != "甲店" || d.IssuedOn.String() != "2025-03-05" || d.ExpiresOn.String() != "2027-03-04" || d.Division != "360102" || d.Scheme != "jx-model-shop" || d.Issuer == "" || d.Approval == "" {
			t.Errorf("%+v", d)
		}
		if e := value[string](w, "SELECT expires_on FROM certificate WHERE holder = '乙店' AND scheme = 'jx-model-shop'"); e != "2028-03-04" {
			t.Errorf("three years end on %s", e)
		}
		if w.count("certificate") != 3 || w.count("premises") != 2 {
			t.Errorf("%d titles, %d shops", w.count("certificate"), w.count("premises"))
		}
		// The only shop of the operator is meant where no place is given.
		v = w.bring(w.city, importer.Certificates, "信用代码,称号,认定日期,编号\n"+code(1)+",无理由退货,2025.4.1,\n"+
			code(2)+",示范店,2025.3.5,"+number("SF", 2025, 9)+"\n"+code(1)+",示范店,2025.3.5,"+number("SF", 2025, 7)+"\n")
		w.counts(v.Counts, "rows 3 new 1 same 1 differs 0 repeated 0 refused 1")
		held := value[string](w, "SELECT number FROM certificate WHERE holder = '乙店' AND scheme = 'jx-model-shop'")
		w.says(v, "3 称号编号: 该门店已持有此称号，编号为 "+held)
	})
}

func TestWhoMayImport(t *testing.T) {
	each(t, func(w *world) {
		start := func(p access.Principal, kind importer.Kind, text string) error {
			_, err := w.imports.Start(testkit.As(p), importer.StartCommand{Kind: kind, Name: "x.csv", Content: []byte(text)})
			return err
		}
		merchants := "统一社会信用代码,企业名称\n" + code(1) + ",甲店\n"
		titles := "统一社会信用代码,称号,认定日期\n" + code(1) + ",示范店,2025-03-05\n"
		for _, p := range []access.Principal{w.county, w.city, w.province, w.admin} {
			w.ok(start(p, importer.Merchants, merchants))
		}
		for _, p := range []access.Principal{w.city, w.province} {
			w.ok(start(p, importer.Certificates, titles))
		}
		before := w.count("import_run")
		for _, p := range []access.Principal{w.county, w.admin} {
			w.refused(start(p, importer.Certificates, titles), fault.Forbidden, "import_titles")
		}
		for _, role := range []access.Role{access.Inspector, access.Publisher, access.Supervisor} {
			w.refused(start(testkit.Staff(role, jiangxi), importer.Merchants, merchants), fault.Forbidden, "")
		}
		w.refused(start(testkit.Merchant(), importer.Merchants, merchants), fault.Forbidden, "")
		w.refused(start(access.Anonymous(), importer.Merchants, merchants), fault.Unauthenticated, "")
		if w.count("import_run") != before {
			t.Error("a refused file was kept")
		}
		// Every refusal stands in the trail.
		if n := value[int](w, "SELECT count(*) FROM audit_entry WHERE usecase = 'import.start' AND outcome = 'refused'"); n != 7 {
			t.Errorf("%d refusals in the trail, want 7", n)
		}
	})
}

// Runs are seen from their area and above, and carried on from there only.
func TestRunsStayInTheirArea(t *testing.T) {
	each(t, func(w *world) {
		v := w.check(w.county, importer.Merchants, "x.csv", []byte("统一社会信用代码,企业名称\n"+code(1)+",甲店\n"))
		for _, p := range []access.Principal{w.city, w.province, w.county} {
			got, err := w.imports.Get(testkit.As(p), v.ID)
			w.ok(err)
			list, err := w.imports.List(testkit.As(p), importer.ListQuery{})
			w.ok(err)
			if got.SHA256 != v.SHA256 || len(list.Items) != 1 {
				t.Errorf("%+v %+v", got, list)
			}
		}
		_, err := w.imports.Get(testkit.As(w.other), v.ID)
		w.refused(err, fault.NotFound, "")
		_, err = w.imports.Run(testkit.As(w.other), importer.RunCommand{ID: v.ID})
		w.refused(err, fault.NotFound, "")
		_, err = w.imports.Errors(testkit.As(w.other), v.ID)
		w.refused(err, fault.NotFound, "")
		list, err := w.imports.List(testkit.As(w.other), importer.ListQuery{})
		w.ok(err)
		if len(list.Items) != 0 {
			t.Errorf("%+v", list)
		}
		titles := w.check(w.city, importer.Certificates, "t.csv", []byte("统一社会信用代码,称号,认定日期\n"+code(1)+",示范店,2025-03-05\n"))
		_, err = w.imports.Run(testkit.As(w.admin), importer.RunCommand{ID: titles.ID})
		w.refused(err, fault.Forbidden, "import_titles")
	})
}
