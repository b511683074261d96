package demo

import (
	"fmt"
	"math/rand/v2"

	"fangxin/internal/ident"
	"fangxin/internal/sector"
)

// The names below are invented; characters and patterns are those of real
// signs, so that pages and prints look as they will.
var (
	surnames = []string{"张", "李", "王", "刘", "陈", "杨", "黄", "吴", "周", "徐", "胡", "朱", "郭", "何", "罗", "熊", "万", "涂", "龚", "喻", "邹", "廖", "曾", "钟", "艾", "饶", "揭", "占"}
	lucky    = []string{"福", "瑞", "祥", "和", "泰", "鑫", "盛", "康", "悦", "佳", "恒", "荣", "吉", "兴", "旺", "雅", "香", "源", "隆", "信", "诚", "德", "仁", "宏", "丰", "锦", "嘉", "慧", "朗", "晟", "澄", "汇"}
	second   = []string{"乐", "美", "鲜", "家", "园", "来", "满", "多", "友", "客", "发", "顺", "达", "益", "邻", "居", "味", "缘", "民", "生", "江", "赣", "湖", "山", "云", "溪", "洲", "岭"}
	streets  = []string{"八一大道", "中山路", "建设路", "人民路", "解放路", "沿江路", "滨河路", "文化路", "胜利路", "阳明路", "广场南路", "站前路", "迎宾大道", "东风路", "朝阳路", "青山路", "学府路", "赣江路", "庐山大道", "龙虎山大道"}
	given    = []string{"建国", "秀英", "志强", "丽华", "小军", "春梅", "海波", "文斌", "国华", "晓燕", "永红", "细妹", "水根", "金莲", "德胜"}
)

var kinds = map[sector.Code][]string{
	sector.Mall:        {"购物广场", "百货大楼", "购物中心", "商城"},
	sector.Store:       {"服饰店", "鞋帽店", "五金日杂店", "文具店", "陶瓷店", "家电专卖店", "茶叶店", "眼镜店", "母婴用品店", "金银饰品店"},
	sector.Supermarket: {"生活超市", "生鲜超市", "便利店", "平价超市"},
	sector.Market:      {"农贸市场", "综合市场", "花鸟市场"},
	sector.Catering:    {"米粉店", "瓦罐汤店", "家常菜馆", "土菜馆", "火锅店", "早点铺", "茶餐厅", "面馆"},
	sector.Canteen:     {"实验学校食堂", "中学食堂", "机关食堂", "职工食堂"},
	sector.Pharmacy:    {"大药房", "医药连锁店", "中药房"},
	sector.Scenic:      {"风景区", "湿地公园", "古村景区"},
	sector.Homestay:    {"民宿", "客栈", "山居"},
	sector.Online:      {"网络商行", "电商专营店"},
}

// mix is how often each sector stands in the register, of a hundred.
var mix = []struct {
	code sector.Code
	n    int
}{
	{sector.Catering, 28}, {sector.Store, 26}, {sector.Supermarket, 17}, {sector.Pharmacy, 11}, {sector.Market, 4},
	{sector.Homestay, 5}, {sector.Mall, 3}, {sector.Canteen, 3}, {sector.Scenic, 2}, {sector.Online, 1},
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func sectorOf(r *rand.Rand) sector.Code {
	n := r.IntN(100)
	for _, m := range mix {
		if n -= m.n; n < 0 {
			return m.code
		}
	}
	return sector.Catering
}

// shopName is what stands on the sign.
func shopName(r *rand.Rand, code sector.Code) string {
	if r.IntN(5) == 0 {
		return pick(r, surnames) + "记" + pick(r, lucky) + pick(r, kinds[code])
	}
	return pick(r, lucky) + pick(r, second) + pick(r, kinds[code])
}

func address(r *rand.Rand) string {
	return fmt.Sprintf("%s%d号", pick(r, streets), 1+r.IntN(400))
}

func person(r *rand.Rand) string { return pick(r, surnames) + pick(r, given) }

// uscc is a well-formed code in the county that belongs to nobody known: its
// organisation part begins with MADEMO-like characters.
func uscc(r *rand.Rand, county string) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for {
		org := []byte("MAD00000")
		for i := 3; i < len(org); i++ {
			org[i] = letters[r.IntN(len(letters))]
		}
		kind := "92"
		if r.IntN(3) == 0 {
			kind = "91"
		}
		if code := ident.CompleteUSCC(kind + county + ident.CompleteOrgCode(string(org))); code != "" {
			return string(code)
		}
	}
}

// phones by city, of GB/T 2260.
var areaCodes = map[string]string{
	"3601": "0791", "3602": "0798", "3603": "0799", "3604": "0792", "3605": "0790", "3606": "0701",
	"3607": "0797", "3608": "0796", "3609": "0795", "3610": "0794", "3611": "0793",
}

func phone(r *rand.Rand, county string) string {
	return fmt.Sprintf("%s8%06d", areaCodes[county[:4]], r.IntN(1_000_000))
}

// volumes are the consumer requests of one holiday week by city (2021); titles
// are spread over the province in proportion to them.
var volumes = []struct {
	city string
	n    int
}{
	{"360100", 2048}, {"360700", 1390}, {"360400", 1310}, {"361100", 605}, {"360800", 520}, {"360900", 230},
	{"360600", 126}, {"360300", 76}, {"361000", 51}, {"360500", 48}, {"360200", 44},
}

// share divides n over the cities by the largest remainders.
func share(n int) map[string]int {
	total := 0
	for _, v := range volumes {
		total += v.n
	}
	out := map[string]int{}
	left := n
	rest := make(map[string]int, len(volumes))
	for _, v := range volumes {
		out[v.city] = n * v.n / total
		rest[v.city] = n * v.n % total
		left -= out[v.city]
	}
	for ; left > 0; left-- {
		best := ""
		for _, v := range volumes {
			if best == "" || rest[v.city] > rest[best] {
				best = v.city
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}
