package sector_test

import (
	"testing"

	"fangxin/internal/sector"
)

func TestSectors(t *testing.T) {
	seen := map[sector.Code]bool{}
	for _, s := range sector.All() {
		if seen[s.Code] || s.Zh == "" || s.En == "" || len(s.Industry) == 0 || s.Module == "" {
			t.Errorf("%+v is incomplete or listed twice", s)
		}
		seen[s.Code] = true
	}
	for _, s := range sector.ForPremises() {
		if s.Code == sector.Street {
			t.Error("a shop can be a street")
		}
	}
	if sector.Valid("casino") || !sector.Valid(sector.Homestay) {
		t.Error("validity is wrong")
	}
}
