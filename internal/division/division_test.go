package division_test

import (
	"strings"
	"testing"

	"fangxin/internal/calendar"
	"fangxin/internal/division"
)

// jiangxi lists the 11 cities and 100 counties of the province as published:
// code and the beginning of the name.
var jiangxi = map[string]string{
	"360100": "南昌",
	"360102": "东湖", "360103": "西湖", "360104": "青云谱", "360111": "青山湖", "360112": "新建", "360113": "红谷滩", "360121": "南昌县", "360123": "安义", "360124": "进贤",
	"360200": "景德镇",
	"360202": "昌江", "360203": "珠山", "360222": "浮梁", "360281": "乐平",
	"360300": "萍乡",
	"360302": "安源", "360313": "湘东", "360321": "莲花", "360322": "上栗", "360323": "芦溪",
	"360400": "九江",
	"360402": "濂溪", "360403": "浔阳", "360404": "柴桑", "360423": "武宁", "360424": "修水", "360425": "永修", "360426": "德安", "360428": "都昌", "360429": "湖口", "360430": "彭泽", "360481": "瑞昌", "360482": "共青城", "360483": "庐山",
	"360500": "新余",
	"360502": "渝水", "360521": "分宜",
	"360600": "鹰潭",
	"360602": "月湖", "360603": "余江", "360681": "贵溪",
	"360700": "赣州",
	"360702": "章贡", "360703": "南康", "360704": "赣县区", "360722": "信丰", "360723": "大余", "360724": "上犹", "360725": "崇义", "360726": "安远", "360728": "定南", "360729": "全南", "360730": "宁都", "360731": "于都", "360732": "兴国", "360733": "会昌", "360734": "寻乌", "360735": "石城", "360781": "瑞金", "360783": "龙南",
	"360800": "吉安",
	"360802": "吉州", "360803": "青原", "360821": "吉安县", "360822": "吉水", "360823": "峡江", "360824": "新干", "360825": "永丰", "360826": "泰和", "360827": "遂川", "360828": "万安", "360829": "安福", "360830": "永新", "360881": "井冈山",
	"360900": "宜春",
	"360902": "袁州", "360921": "奉新", "360922": "万载", "360923": "上高", "360924": "宜丰", "360925": "靖安", "360926": "铜鼓", "360981": "丰城", "360982": "樟树", "360983": "高安",
	"361000": "抚州",
	"361002": "临川", "361003": "东乡", "361021": "南城", "361022": "黎川", "361023": "南丰", "361024": "崇仁", "361025": "乐安", "361026": "宜黄", "361027": "金溪", "361028": "资溪", "361030": "广昌",
	"361100": "上饶",
	"361102": "信州", "361103": "广丰", "361104": "广信", "361123": "玉山", "361124": "铅山", "361125": "横峰", "361126": "弋阳", "361127": "余干", "361128": "鄱阳", "361129": "万年", "361130": "婺源", "361181": "德兴",
}

func TestJiangxi(t *testing.T) {
	cities := division.Children("360000")
	if len(cities) != 11 {
		t.Fatalf("%d cities, want 11", len(cities))
	}
	counties := 0
	for _, city := range cities {
		if !strings.HasPrefix(city.Name, jiangxi[city.Code]) || jiangxi[city.Code] == "" {
			t.Errorf("%s is %s, want %s", city.Code, city.Name, jiangxi[city.Code])
		}
		for _, county := range division.Children(city.Code) {
			counties++
			if want := jiangxi[county.Code]; want == "" || !strings.HasPrefix(county.Name, want) {
				t.Errorf("%s is %s, want %s", county.Code, county.Name, want)
			}
		}
	}
	for code := range jiangxi {
		if d, _ := division.Lookup(code); d.NameEn == "" {
			t.Errorf("%s has no English name", code)
		}
	}
	if counties != 100 || len(jiangxi) != 111 {
		t.Errorf("%d counties, want 100", counties)
	}
}

func TestNames(t *testing.T) {
	if got := division.FullName("360102"); got != "江西省南昌市东湖区" {
		t.Errorf("full name %s", got)
	}
	if got := division.FullName("110101"); got != "北京市东城区" {
		t.Errorf("a municipality's district is %s", got)
	}
	if len(division.Children("")) < 31 {
		t.Error("provinces are missing")
	}
}

func TestRenames(t *testing.T) {
	day := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct{ old, name, heir, month string }{
		{"360105", "湾里区", "360112", "2019-12"},
		{"360122", "新建县", "360112", "2015-08"},
		{"360421", "九江县", "360404", "2017-07"},
		{"360427", "星子县", "360483", "2016-05"},
		{"360622", "余江县", "360603", "2018-05"},
		{"360721", "赣县", "360704", "2016-10"},
		{"360727", "龙南县", "360783", "2020-06"},
		{"360782", "南康市", "360703", "2013-11"},
		{"361029", "东乡县", "361003", "2016-12"},
		{"361121", "上饶县", "361104", "2019-07"},
		{"361122", "广丰县", "361103", "2015-02"},
		{"110103", "崇文区", "110101", "2010-06"},
		{"362321", "上饶县", "361104", "2000-06"}, // twice: the prefecture became a city, the county a district
	} {
		began, ended := day(c.month+"-01").AddYears(-1), day(c.month+"-01").AddYears(1)
		d, ok := division.At(c.old, began)
		if c.old == "362321" {
			d, ok = division.Lookup(c.old)
		}
		if !ok || d.Name != c.name {
			t.Errorf("%s was %s %v, want %s", c.old, d.Name, ok, c.name)
		}
		if division.Valid(c.old) || division.ValidOn(c.old, ended) {
			t.Errorf("%s %s is still valid", c.old, c.name)
		}
		if heir, ok := division.Successor(c.old); !ok || heir.Code != c.heir {
			t.Errorf("%s is now %s, want %s", c.old, heir.Code, c.heir)
		}
	}
	if division.ValidOn("360783", day("2019-05-01")) || !division.ValidOn("360783", day("2020-06-30")) || !division.ValidOn("360727", day("2020-06-30")) {
		t.Error("龙南市 began in June 2020, when both names were in use")
	}
	if division.ValidOn("360113", day("2018-01-01")) || !division.Valid("360113") {
		t.Error("红谷滩区 began in December 2019")
	}
	if d, _ := division.At("360402", day("2015-01-01")); d.Name != "庐山区" || d.NameEn != "Lushan District" {
		t.Errorf("濂溪区 was 庐山区, not %s", d.Name)
	}
	if names := division.Names("361128"); len(names) != 2 || names[0].Name != "波阳县" || names[1].Name != "鄱阳县" {
		t.Errorf("names of 鄱阳县: %v", names)
	}
	for _, bad := range []string{"360121000", "", "999999", "36", "3６0121", "360000\n"} {
		if _, ok := division.Lookup(bad); ok || division.Valid(bad) || division.Current(bad) != "" || division.Path(bad) != nil {
			t.Errorf("%q is valid", bad)
		}
	}
	if _, ok := division.At("360121", calendar.Date{}); ok {
		t.Error("no day is a day")
	}
}

// The tree is whole: every division in force has its parent in force, every
// successor exists and leads to one in force, periods of a code do not run
// backwards, and what statistics alone count is left out.
func TestTheData(t *testing.T) {
	provinces := division.Children("")
	if len(provinces) != 34 {
		t.Errorf("%d provinces, want 34", len(provinces))
	}
	all, prefectures := 0, 0
	var walk func(d division.Division)
	walk = func(d division.Division) {
		all++
		if d.Level == division.Prefecture {
			prefectures++
		}
		if len(d.Code) != 6 || d.Name == "" || strings.Contains(d.Name, "直辖") || strings.Contains(d.Name, "开发区") || d.Name == "市辖区" {
			t.Errorf("%+v is no division", d)
		}
		if path := division.Path(d.Code); path[len(path)-1].Code != d.Code || path[0].Level != division.Province {
			t.Errorf("%s has the path %v", d.Code, path)
		}
		before := ""
		for _, n := range division.Names(d.Code) {
			if n.From < before || n.Until != "" && n.Until < n.From {
				t.Errorf("%s runs backwards", d.Code)
			}
			before = n.From
		}
		for _, child := range division.Children(d.Code) {
			if child.Level <= d.Level {
				t.Errorf("%s lies in %s", child.Code, d.Code)
			}
			walk(child)
		}
	}
	for _, d := range provinces {
		walk(d)
	}
	if all != 3212 || prefectures != 333 {
		t.Errorf("%d divisions in force, %d prefectures", all, prefectures)
	}
	for _, c := range []string{"130171", "620201", "110100", "429000", "360171"} {
		if division.Valid(c) {
			t.Errorf("%s is no code of GB/T 2260", c)
		}
	}
}

func TestSearch(t *testing.T) {
	codes := func(list []division.Division) string {
		var out []string
		for _, d := range list {
			out = append(out, d.Code)
		}
		return strings.Join(out, " ")
	}
	for prefix, want := range map[string]string{
		"南昌": "360100 360121", "Nanchang": "360100 360121", "红谷": "360113", "余江县": "", "": "", "gongq": "360482",
	} {
		if got := codes(division.Search(prefix)); got != want {
			t.Errorf("%q finds %s, want %s", prefix, got, want)
		}
	}
	d, _ := division.Lookup("360424")
	if d.Label("en") != "Xiushui County" || d.Label("zh") != "修水县" || d.FullName() != "江西省九江市修水县" {
		t.Errorf("%+v", d)
	}
	if far, _ := division.Lookup("440305"); far.Label("en") != "南山区" {
		t.Errorf("without an English name it reads %s", far.Label("en"))
	}
	if got := division.FullName("429004"); got != "湖北省仙桃市" {
		t.Errorf("a county under its province is %s", got)
	}
}

// What is handed out is the caller's own.
func TestChildrenAreCopies(t *testing.T) {
	division.Children("360000")[0].Name = "x"
	if division.Children("360000")[0].Name != "南昌市" {
		t.Error("a caller changed the table")
	}
}

func BenchmarkPath(b *testing.B) {
	for b.Loop() {
		division.Path("360102")
	}
}
