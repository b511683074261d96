package checklist_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
)

// The marks are those that the sheets were agreed on; a module that drifts
// from its declared sum is refused when it is loaded, so both are pinned.
func TestShippedModules(t *testing.T) {
	want := map[string]struct {
		full, bonus, items int
	}{
		"VET": {0, 0, 12}, "COM": {60, 0, 13}, "BON": {0, 27, 11}, "STO": {40, 0, 8}, "SUP": {100, 10, 41},
		"MAL": {40, 0, 10}, "MKT": {40, 0, 10}, "CAT": {40, 0, 33}, "CAN": {40, 0, 11}, "PHA": {40, 0, 11},
		"SCN": {40, 0, 10}, "HOM": {40, 0, 12}, "STR": {100, 0, 15}, "ONL": {40, 0, 8},
		"JDZ": {20, 0, 8}, "JAP": {20, 0, 6}, "YTS": {20, 0, 5}, "RET": {100, 0, 8},
	}
	lib := checklist.Shipped()
	for _, m := range lib.Modules {
		w, ok := want[m.ID]
		if !ok {
			t.Errorf("module %s is not expected", m.ID)
		}
		delete(want, m.ID)
		items := 0
		for _, s := range m.Sections {
			items += len(s.Items)
		}
		if m.Full != checklist.P(w.full) || m.Extra != checklist.P(w.bonus) || items != w.items {
			t.Errorf("%s: full %s, bonus %s, %d items; want %+v", m.ID, m.Full, m.Extra, items, w)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing modules: %v", want)
	}
}

// The official supermarket list has 67 clauses in twelve sections with these points.
func TestSupermarketSections(t *testing.T) {
	points := []int{3, 13, 6, 13, 16, 7, 9, 17, 3, 8, 5, 10}
	clauses := []int{2, 7, 4, 6, 7, 5, 7, 12, 3, 5, 3, 6}
	sum := 0
	for i, s := range checklist.Shipped().Module("SUP").Sections {
		got := checklist.Points(0)
		for _, it := range s.Items {
			got += it.Points
		}
		if got != checklist.P(points[i]) || s.Weight != got || s.Clauses != clauses[i] || s.Standing != checklist.Official {
			t.Errorf("%s: items %s, weight %s, %d clauses", s.ID, got, s.Weight, s.Clauses)
		}
		sum += s.Clauses
	}
	if sum != 67 {
		t.Errorf("%d clauses, the source has 67", sum)
	}
}

func TestCateringRawPoints(t *testing.T) {
	m := checklist.Shipped().Module("CAT")
	key, raw := 0, checklist.Points(0)
	for _, it := range m.Sections[0].Items {
		raw += it.Points
		if it.Flag == checklist.Key {
			key++
		}
	}
	if len(m.Sections[0].Items) != 30 || key != 7 || raw != checklist.P(37) || m.Sections[0].Weight != checklist.P(30) {
		t.Errorf("%d items, %d key, %s raw, weight %s", len(m.Sections[0].Items), key, raw, m.Sections[0].Weight)
	}
}

func TestEverySectorHasItsSheet(t *testing.T) {
	for _, s := range sector.ForPremises() {
		sheet, err := checklist.ForSector(s.Code)
		if err != nil {
			t.Error(err)
			continue
		}
		part := checklist.Points(0)
		for _, sec := range sheet.Sections {
			if sec.Kind == checklist.OfSector && sec.Role == checklist.Base {
				part += sec.Weight
			}
		}
		if part != checklist.P(40) {
			t.Errorf("%s: the sector part is worth %s", s.Code, part)
		}
		if asked := sheet.Item("VET-08") != nil; asked != (s.Code == sector.Catering || s.Code == sector.Canteen) {
			t.Errorf("%s: group food incidents asked: %v", s.Code, asked)
		}
		if !strings.HasPrefix(sheet.Versions(), "VET 2026.1, COM 2026.1, "+s.Module) {
			t.Errorf("%s: versions %q", s.Code, sheet.Versions())
		}
	}
	if _, err := checklist.ForStreet(); err != nil {
		t.Error(err)
	}
	if _, err := checklist.ForSector(sector.Street); err == nil {
		t.Error("a street got a shop's sheet")
	}
	if _, err := checklist.Shipped().Sheet("none", sector.Store); err == nil {
		t.Error("a plan that is not there composed")
	}
}

func TestDefaults(t *testing.T) {
	lib := checklist.Shipped()
	for id, want := range map[string]string{
		"COM-02":  "allowed photo/fail",
		"COM-11":  "allowed photo/fail",
		"VET-02":  "never note/fail",
		"VET-11":  "allowed photo/fail audio/fail",
		"BON-04":  "allowed note/pass",
		"BON-06":  "allowed photo/pass",
		"CAN-00":  "never",
		"STRS-01": "allowed note/fail",
	} {
		it := find(lib, id)
		got := string(it.NA)
		for _, e := range it.Evidence {
			got += " " + e.Kind + "/" + e.On
		}
		if got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func find(lib *checklist.Library, id string) *checklist.Item {
	for _, m := range lib.Modules {
		for i := range m.Sections {
			for j := range m.Sections[i].Items {
				if m.Sections[i].Items[j].ID == id {
					return &m.Sections[i].Items[j]
				}
			}
		}
	}
	return nil
}

const tiny = `
id: TST
title: {zh: 试, en: Test}
kind: general
version: "1"
status: draft
note: {zh: 注, en: Note}
full: 3
bonus: 0
sections:
  - id: TST
    title: {zh: 节, en: Section}
    items:
      - {id: TST-01, zh: 一, en: One, guide: {zh: 看, en: Look}, points: 3, check: S, sources: GEN}
`

// Each line of the lint is broken once.
func TestValidateRefuses(t *testing.T) {
	sources := checklist.Shipped().Sources
	for change, want := range map[string]string{
		"full: 3=>full: 4":                                                     "sum to 3, declared are 4",
		"en: One=>en: ''":                                                      "TST-01 en: lacks its English",
		"zh: 看=>zh: ' '":                                                       "guide.zh: lacks its Chinese",
		"sources: GEN=>sources: NOPE":                                          `source "NOPE"`,
		"sources: GEN=>sources: ''":                                            "no source",
		"check: S=>check: Z":                                                   `TST-01 check: there is no "Z"`,
		"check: S=>check: ''":                                                  "no check method",
		"id: TST-01=>id: ABC-01":                                               "does not begin with TST",
		"kind: general=>kind: odd":                                             `TST kind: there is no "odd"`,
		"status: draft=>status: odd":                                           "neither draft nor published",
		"points: 3=>flag: bonus, points: 3":                                    "go together",
		"points: 3=>flag: odd, points: 3":                                      `flag: there is no "odd"`,
		"points: 3=>type: number, points: 3":                                   "each number needs one",
		"points: 3=>type: choice, points: 3":                                   "two options",
		"points: 3=>type: graded, step: 2, points: 3":                          "do not reach",
		"points: 3=>when: {item: TST-09, is: [fail]}, points: 3":               "does not come before",
		"    items:=>    when: {item: TST-01, is: [fail]}\n    items:":         "TST when: shown depending on TST-01, which does not come before",
		"points: 3=>type: number, range: {unit: m, min: 5, max: 5}, points: 3": "range is empty",
		"points: 3=>type: number, range: {unit: m, min: 0, max: 5, pass_min: 6}, points: 3": "outside the range",
		"points: 3=>evidence: [{kind: smell, on: fail}], points: 3":                         `evidence: there is no "smell"`,
		"points: 3=>na: perhaps, points: 3":                                                 `na: there is no "perhaps"`,
		"en: One=>en: \"<b>\"":                                                              "angle bracket",
	} {
		from, to, _ := strings.Cut(change, "=>")
		text := strings.Replace(tiny, from, to, 1)
		if text == tiny {
			t.Fatalf("%q changes nothing", change)
		}
		m, err := checklist.ParseModule([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", change, err)
			continue
		}
		if err := checklist.Validate(&m, sources); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", change, err, want)
		}
	}
	m, err := checklist.ParseModule([]byte(tiny))
	if err != nil {
		t.Fatal(err)
	}
	if err := checklist.Validate(&m, sources); err != nil {
		t.Errorf("the sound module is refused: %v", err)
	}
	for _, bad := range []string{strings.Replace(tiny, "points: 3", "points: 3.125", 1),
		strings.Replace(tiny, "points: 3", "poinst: 3", 1), strings.Replace(tiny, "points: 3", "points: many", 1)} {
		if _, err := checklist.ParseModule([]byte(bad)); err == nil {
			t.Errorf("parsed:\n%s", bad)
		}
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	dir := fstest.MapFS{
		"sources.yaml": {Data: []byte("GEN: {zh: 惯例, en: Practice}\n")},
		"sheets.yaml":  {Data: []byte("frames: []\nsheets: []\n")},
		"other.yaml":   {Data: []byte(tiny)},
	}
	if _, err := checklist.Load(dir); err == nil || !strings.Contains(err.Error(), "expected tst.yaml") {
		t.Errorf("got %v", err)
	}
	dir["tst.yaml"] = dir["other.yaml"]
	delete(dir, "other.yaml")
	if _, err := checklist.Load(dir); err != nil {
		t.Error(err)
	}
}

// Frames and plans are checked like modules.
func TestLoadRefusesFrames(t *testing.T) {
	const sheets = `
frames:
  - id: f
    title: {zh: 则, en: Rules}
    pass: [{metric: score, least: 80}]
sheets:
  - {id: p, title: {zh: 表, en: Sheet}, frame: f, sectors: [store], parts: [{module: TST}]}
`
	load := func(text string) error {
		_, err := checklist.Load(fstest.MapFS{
			"sources.yaml": {Data: []byte("GEN: {zh: 惯例, en: Practice}\n")},
			"sheets.yaml":  {Data: []byte(text)},
			"tst.yaml":     {Data: []byte(tiny)},
		})
		return err
	}
	if err := load(sheets); err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		"metric: score=>metric: luck":                  `pass: there is no "luck"`,
		", least: 80=>":                                "without a limit",
		"metric: score=>metric: base, of: NONE":        "no section [NONE]",
		"en: Rules=>en: ''":                            "title.en: lacks its English",
		"    pass:=>    method: magic\n    pass:":      `method: there is no "magic"`,
		"    pass:=>    excluded: never\n    pass:":    `excluded: there is no "never"`,
		"frame: f=>frame: g":                           `frame "g"`,
		"module: TST=>module: XYZ":                     `module "XYZ"`,
		"sectors: [store]=>sectors: []":                "serves no sector",
		"en: Sheet=>en: ''":                            "title.en: lacks its English",
		"    pass:=>    grades: [{id: ''}]\n    pass:": "is empty or used twice",
	} {
		from, to, _ := strings.Cut(change, "=>")
		text := strings.Replace(sheets, from, to, 1)
		if err := load(text); text == sheets || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", change, err, want)
		}
	}
}
