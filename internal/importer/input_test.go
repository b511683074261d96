package importer_test

import (
	"context"
	"strings"
	"testing"

	"fangxin/internal/importer"
)

// asKept is a list as a bureau keeps it: a title and a note above the header,
// sections, the header once more, full-width digits, four ways to write a day,
// codes with spaces, in lower case or with the letter O for 0, a row twice, a
// row with a slip, a blank row, a sum and signatures at the end.
func asKept() [][]string {
	spaced := code(1)[:8] + " " + code(1)[8:14] + "  " + code(1)[14:]
	wide := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r + 0xFEE0
		}
		return r
	}, code(2))
	slip := code(6)[:10] + "9" + code(6)[11:]
	return [][]string{
		{"南昌市放心消费示范单位名单（2024年度）"},
		{"填报单位：南昌市市场监督管理局", "", "", "", "", "", "填报时间：2025年1月5日"},
		{"序号", "单位名称*", "统一社会信用代码（必填）", "字号", "经营地址", "县（市、区）", "经营业态", "认定项目", "证书编号", "认定时间", "联系电话", "备注"},
		{"一、东湖区"},
		{"1", "南昌市东湖区甲餐馆", strings.ToLower(spaced), "甲餐馆", "八一大道1号", "东湖区", "餐饮", "放心消费示范单位", number("SF", 2024, 11), "2024.3.5", "0791-88881234", ""},
		{"2", "南昌市东湖区乙超市", wide, "乙超市", "八一大道２号", "南昌市东湖区", "生鲜超市", "示范店", "", "２０２４年３月５日", "13812345678", "新"},
		{"3", "南昌市东湖区丙药店", strings.ReplaceAll(code(3)[:10], "0", "O") + strings.ReplaceAll(code(3)[10:17], "0", "o") + code(3)[17:], "丙药店", "八一大道3号", "360102", "药店", "示范店", "", "2024/03/05", "", ""},
		{"4", "南昌市东湖区丁商店", code(4), "丁商店", "八一大道4号", "东湖", "专卖店、超市", "线下无理由退货承诺店", "", "45356", "", ""},
		{"5", "南昌市东湖区甲餐馆", code(1), "甲餐馆", "八一大道1号", "东湖区", "餐饮", "放心消费示范单位", number("SF", 2024, 11), "2024-03-05", "", ""},
		{},
		{"序号", "单位名称*", "统一社会信用代码（必填）", "字号", "经营地址", "县（市、区）", "经营业态", "认定项目", "证书编号", "认定时间", "联系电话", "备注"},
		{"二、西湖区"},
		{"6", "南昌市西湖区戊饭店", code(5), "戊饭店", "中山路5号", "西湖区", "饭店", "示范店", "", "20240305", "", ""},
		{"7", "南昌市西湖区己饭店", slip, "己饭店", "中山路6号", "西湖区", "饭店", "示范店", "", "2024.3.5", "", ""},
		{"合计", "7家"},
		{"制表人：张三", "", "审核人：李四", "", "", "", "单位（盖章）"},
	}
}

func TestListsAsTheyAreKept(t *testing.T) {
	forms := map[string]func(t *testing.T) (string, []byte){
		"gb18030": func(t *testing.T) (string, []byte) { return "示范单位.csv", gb18030(t, csvOf(t, asKept())) },
		"utf8":    func(t *testing.T) (string, []byte) { return "示范单位.csv", []byte(csvOf(t, asKept())) },
		"bom":     func(t *testing.T) (string, []byte) { return "示范单位.csv", []byte("\ufeff" + csvOf(t, asKept())) },
		"xlsx": func(t *testing.T) (string, []byte) {
			var rows [][]any
			for _, r := range asKept() {
				row := make([]any, len(r))
				for i, c := range r {
					row[i] = c
				}
				rows = append(rows, row)
			}
			rows[7][9] = 45356          // a day as the spreadsheet keeps it
			rows[5][10] = 13812345678.0 // a telephone number that it took for one
			rows[5][0], rows[4][0] = 2, 1
			rows[13][5] = "" // merged with the cell above
			return "示范单位.xlsx", workbook(t, rows, "A1:L1", "A2:F2", "A4:L4", "A12:L12", "F13:F14", "A16:B16")
		},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				file, content := form(w.t)
				v := w.check(w.city, importer.Certificates, file, content)
				want := "rows 7 new 5 same 0 differs 0 repeated 1 refused 1"
				w.counts(v.Planned, want)
				w.says(v, "14 统一社会信用代码: …")
				if s := v.Planned.Skipped; s["title"] != 2 || s["section"] != 2 || s["header"] != 1 || s["blank"] != 1 || s["signature"] != 2 {
					w.t.Errorf("skipped %v", s)
				}
				if v.Planned.Repaired != 1 || len(v.Planned.Unknown) != 0 {
					w.t.Errorf("%+v", v.Planned)
				}
				w.counts(w.run(w.city, v.ID).Counts, want)
				var got []string
				w.ok(w.d.R.NewRaw(`SELECT o.uscc || ' ' || o.name || ' ' || c.holder || ' ' || c.address || ' ' || c.scope || ' ' || c.scheme || ' ' || c.issued_on || ' ' || o.contact_phone
					FROM certificate c JOIN operator o ON o.id = c.operator ORDER BY c.address, o.uscc`).Scan(context.Background(), &got))
				wanted := []string{
					code(5) + " 南昌市西湖区戊饭店 戊饭店 中山路5号 /36/3601/360103/ jx-model-shop 2024-03-05 ",
					code(1) + " 南昌市东湖区甲餐馆 甲餐馆 八一大道1号 " + donghu + " jx-model-shop 2024-03-05 079188881234",
					code(2) + " 南昌市东湖区乙超市 乙超市 八一大道2号 " + donghu + " jx-model-shop 2024-03-05 13812345678",
					code(3) + " 南昌市东湖区丙药店 丙药店 八一大道3号 " + donghu + " jx-model-shop 2024-03-05 ",
					code(4) + " 南昌市东湖区丁商店 丁商店 八一大道4号 " + donghu + " return-pledge 2024-03-05 ",
				}
				for _, line := range wanted {
					if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+line+"\n") {
						w.t.Errorf("missing: %s", line)
					}
				}
				if len(got) != len(wanted) {
					w.t.Errorf("%d titles:\n%s", len(got), strings.Join(got, "\n"))
				}
				if n := value[string](w, "SELECT number FROM certificate WHERE holder = '甲餐馆'"); n != number("SF", 2024, 11) {
					w.t.Errorf("number %s", n)
				}
			})
		})
	}
}

// The same list in another form holds nothing new.
func TestTheFormDoesNotMatter(t *testing.T) {
	each(t, func(w *world) {
		w.run(w.city, w.check(w.city, importer.Certificates, "a.csv", gb18030(w.t, csvOf(w.t, asKept()))).ID)
		before := w.written()
		v := w.run(w.city, w.check(w.city, importer.Certificates, "b.csv", []byte(csvOf(w.t, asKept()))).ID)
		w.counts(v.Counts, "rows 7 new 0 same 5 differs 0 repeated 1 refused 1")
		if after := w.written(); after != before {
			t.Errorf("before %s, after %s", before, after)
		}
	})
}

// Columns that nobody knows are mapped, to a key or to one of our names.
func TestMapping(t *testing.T) {
	each(t, func(w *world) {
		text := "代号,店主,门脸\n" + code(1) + ",甲店,x\n"
		cmd := importer.StartCommand{Kind: importer.Merchants, Name: "x.csv", Content: []byte(text), Lang: "zh"}
		_, err := w.imports.Start(as(w.county), cmd)
		w.onFile(err, "统一社会信用代码、企业名称")
		cmd.Mapping = map[string]string{"代号": "uscc", "店主": "单位名称"}
		v, err := w.imports.Start(as(w.county), cmd)
		w.ok(err)
		w.counts(v.Planned, "rows 1 new 1 same 0 differs 0 repeated 0 refused 0")
		if len(v.Planned.Unknown) != 1 || v.Planned.Unknown[0] != "门脸" {
			t.Errorf("%v", v.Planned.Unknown)
		}
		w.run(w.county, v.ID) // the mapping is kept with the file
		if w.count("operator") != 1 {
			t.Error("nothing came of it")
		}
		cmd.Mapping = map[string]string{"代号": "nonsense"}
		_, err = w.imports.Start(as(w.county), cmd)
		w.onFile(err, "nonsense")
	})
}

// What is no list at all is refused with a way out.
func TestFilesThatAreNone(t *testing.T) {
	each(t, func(w *world) {
		for words, content := range map[string]string{
			"请选择一个有内容的文件": "",
			"表头下面没有数据":    "统一社会信用代码,企业名称\n",
			"旧版 Excel":    "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest",
			"没有找到表头":      "甲,乙\n1,2\n",
			"缺少：企业名称":     "统一社会信用代码,地址\n1,2\n",
			"其实是网页":       "<html><table><tr><td>统一社会信用代码</td></tr></table></html>",
			"已损坏":         "PK\x03\x04nonsense",
		} {
			_, err := w.imports.Start(as(w.county), importer.StartCommand{Kind: importer.Merchants, Name: "x.xls", Content: []byte(content), Lang: "zh"})
			w.onFile(err, words)
		}
		if w.count("import_run") != 0 {
			t.Error("a refused file was kept")
		}
	})
}
