package checklist

import (
	"fmt"
	"slices"

	"fangxin/internal/sector"
)

// Ids of the shipped sheet plans.
const (
	ModelShop           = "jx-model-shop"        // 江西省放心消费示范店
	ModelStreet         = "jx-model-street"      // 江西省放心消费示范街区（商圈）
	OfficialSupermarket = "official-supermarket" // 商超食品安全主体责任清单
	OfficialCatering    = "official-catering"    // 餐饮服务日常监督检查要点表
	CeramicsShop        = "jdz-ceramics-shop"    // 景德镇放心消费（陶瓷）示范店
	PartyShop           = "ja-party-shop"        // 吉安“党建＋放心消费”示范店
	SmartStreet         = "yt-smart-street"      // 鹰潭“智慧＋放心消费”示范街区
	ReturnTest          = "return-test"          // 无理由退货体验检查
)

// Sheet composes the sheet of a plan for a sector.
func (l *Library) Sheet(plan string, code sector.Code) (Sheet, error) {
	for _, p := range l.Plans {
		if p.ID != plan {
			continue
		}
		if !slices.Contains(p.Sectors, string(code)) {
			return Sheet{}, fmt.Errorf("checklist: %s is not made for sector %q", plan, code)
		}
		frame, ok := l.Frames[p.Frame]
		if !ok {
			return Sheet{}, fmt.Errorf("checklist: %s asks for frame %q, which is not there", plan, p.Frame)
		}
		var parts []Part
		for _, pp := range p.Parts {
			id := pp.Module
			if s, ok := sector.Lookup(code); ok && id == SectorModule {
				id = s.Module
			}
			m := l.Module(id)
			if m == nil {
				return Sheet{}, Problem{Where: plan, Field: "parts", Code: "module_gone", Args: []string{id}}
			}
			parts = append(parts, Part{m, pp.Weight, pp.Only})
		}
		sheet, err := Compose(plan, p.Title, code, parts, frame)
		sheet.Version = p.Version
		return sheet, err
	}
	return Sheet{}, fmt.Errorf("checklist: there is no sheet plan %q", plan)
}

// ForSector is the shipped sheet of the model shop for a sector: vetoes, common
// part, sector part and bonus.
func ForSector(code sector.Code) (Sheet, error) { return Shipped().Sheet(ModelShop, code) }

// ForStreet is the shipped sheet of the model street or business circle.
func ForStreet() (Sheet, error) { return Shipped().Sheet(ModelStreet, sector.Street) }
