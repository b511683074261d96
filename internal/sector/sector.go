// Package sector owns the list of consumer sectors (业态) that the programme
// distinguishes, with their names and classes of GB/T 4754-2017.
//
// It does not say what is inspected in a sector; checklists do.
package sector

// Code is the code of a sector, as stored and as shown in the API.
type Code string

// The sectors.
const (
	Mall        Code = "mall"
	Store       Code = "store"
	Supermarket Code = "supermarket"
	Market      Code = "market"
	Catering    Code = "catering"
	Canteen     Code = "canteen"
	Pharmacy    Code = "pharmacy"
	Scenic      Code = "scenic"
	Homestay    Code = "homestay"
	Online      Code = "online"
	Street      Code = "street"
)

// Sector describes one sector.
type Sector struct {
	Code   Code
	Zh, En string
	// Industry lists classes of GB/T 4754-2017 that usually belong here.
	Industry []string
	// Module is the code of the checklist module made for the sector.
	Module string
}

var all = []Sector{
	{Mall, "商场", "Shopping mall", []string{"5211", "7222"}, "MAL"},
	{Store, "商店", "Store", []string{"5213", "5219"}, "STO"},
	{Supermarket, "超市", "Supermarket", []string{"5212"}, "SUP"},
	{Market, "市场", "Market", []string{"7223"}, "MKT"},
	{Catering, "餐饮", "Catering", []string{"6210", "6220", "6230", "6291"}, "CAT"},
	{Canteen, "食堂", "Canteen", []string{"7214"}, "CAN"},
	{Pharmacy, "药店", "Pharmacy", []string{"5251", "5252"}, "PHA"},
	{Scenic, "景区", "Scenic area", []string{"7861", "7869"}, "SCN"},
	{Homestay, "民宿", "Homestay", []string{"6130"}, "HOM"},
	{Online, "网店", "Online shop", []string{"5292", "6432"}, "ONL"},
	{Street, "街区商圈", "Street or business circle", []string{"7222"}, "STR"},
}

// All lists the sectors in the order in which people read them.
func All() []Sector { return append([]Sector(nil), all...) }

// ForPremises lists the sectors that a single shop can have.
func ForPremises() []Sector { return append([]Sector(nil), all[:len(all)-1]...) }

// Lookup finds a sector by its code.
func Lookup(c Code) (Sector, bool) {
	for _, s := range all {
		if s.Code == c {
			return s, true
		}
	}
	return Sector{}, false
}

// Valid reports a code of the list.
func Valid(c Code) bool { _, ok := Lookup(c); return ok }

// Name is the sector's name in Chinese, or in English for "en".
func (s Sector) Name(lang string) string {
	if lang == "en" {
		return s.En
	}
	return s.Zh
}
