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
	day := func(s string) calendar.Date { d, _ := calendar.ParseDate(s); return d }
	if !division.ValidOn("360727", day("2019-05-01")) || division.ValidOn("360727", day("2021-05-01")) {
		t.Error("龙南县 ended in 2020")
	}
	if division.ValidOn("360783", day("2019-05-01")) || !division.Valid("360783") {
		t.Error("龙南市 began in 2020")
	}
	if got := division.Current("360421"); got != "360404" {
		t.Errorf("九江县 is now %s", got)
	}
	if division.Valid("360121000") || division.Valid("") || division.Current("999999") != "" {
		t.Error("nonsense is valid")
	}
}
