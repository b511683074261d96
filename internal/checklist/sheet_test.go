package checklist_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
)

func store(t *testing.T) checklist.Sheet {
	t.Helper()
	s, err := checklist.ForSector(sector.Store)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStoredSheetIsTheSheet(t *testing.T) {
	for _, s := range shippedSheets(t) {
		b, err := s.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		back, err := checklist.UnmarshalSheet(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := back.Marshal()
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s/%s changes when stored and read: %v", s.Scheme, s.Sector, err)
		}
		sum := sha256.Sum256(b)
		if s.Hash() != hex.EncodeToString(sum[:]) || back.Hash() != s.Hash() {
			t.Errorf("%s/%s: hash is not that of the stored bytes", s.Scheme, s.Sector)
		}
		var loose bytes.Buffer
		if err := json.Indent(&loose, b, "", "  "); err != nil {
			t.Fatal(err)
		}
		if c, err := checklist.Canonical(loose.Bytes()); err != nil || !bytes.Equal(c, b) {
			t.Errorf("%s/%s: canonical form depends on white space: %v", s.Scheme, s.Sector, err)
		}
		a := good(&s)
		if !reflect.DeepEqual(checklist.Score(&s, a), checklist.Score(&back, a)) {
			t.Errorf("%s/%s scores differently when stored", s.Scheme, s.Sector)
		}
	}
}

func TestCanonicalForm(t *testing.T) {
	got, err := checklist.Canonical([]byte("{ \"b\": [1, \"<é&\\u9662>\"], \"a\": {\"z\": true, \"y\": null} }"))
	if want := `{"a":{"y":null,"z":true},"b":[1,"<é&院>"]}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := checklist.Canonical([]byte("{")); err == nil {
		t.Error("broken JSON is accepted")
	}
}

func TestHashSeesEverything(t *testing.T) {
	shipped := store(t)
	base := shipped.Hash()
	for name, change := range map[string]func(*checklist.Sheet){
		"wording":  func(s *checklist.Sheet) { s.Sections[1].Items[0].Text.Zh += "。" },
		"guidance": func(s *checklist.Sheet) { s.Sections[1].Items[0].Guide.En += "." },
		"points":   func(s *checklist.Sheet) { s.Sections[1].Items[0].Points++ },
		"order": func(s *checklist.Sheet) {
			it := s.Sections[1].Items
			it[0], it[1] = it[1], it[0]
		},
		"pass mark": func(s *checklist.Sheet) { *s.Frame.Pass[0].Least++ },
		"self":      func(s *checklist.Sheet) { s.Self = true },
	} {
		s := store(t)
		b, err := s.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if s, err = checklist.UnmarshalSheet(b); err != nil { // a deep copy
			t.Fatal(err)
		}
		if change(&s); s.Hash() == base {
			t.Errorf("%s does not enter the hash", name)
		}
	}
	if s := store(t); s.Hash() != base {
		t.Error("the shipped sheet was changed by its copies")
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, bad := range []string{`{`, `{"format":2}`, `{"format":1,"bribe":true}`} {
		if _, err := checklist.UnmarshalSheet([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	lib := checklist.Shipped()
	frame, com := lib.Frames[checklist.ModelShop], lib.Module("COM")
	title := checklist.Text{Zh: "表", En: "Sheet"}
	for want, parts := range map[string][]checklist.Part{
		"is in sheet x twice": {{Module: com}, {Module: com}},
		"has no items":        {},
		"is not exact":        {{Module: lib.Module("SUP"), Weight: 3333}},
	} {
		if _, err := checklist.Compose("x", title, sector.Store, parts, frame); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestSelfAssessment(t *testing.T) {
	full := store(t)
	self := full.SelfAssessment()
	for id, kept := range map[string]bool{
		"VET-01": true, "VET-02": false, "VET-11": false, "COM-01": true, "STO-04": false, "BON-04": false, "BON-06": true,
	} {
		if full.Item(id) == nil || (self.Item(id) != nil) != kept {
			t.Errorf("%s: kept %v, want %v", id, self.Item(id) != nil, kept)
		}
	}
	for it := range self.Items() {
		if len(it.Evidence) > 0 {
			t.Errorf("%s asks the merchant for evidence", it.ID)
		}
	}
	if len(full.Item("COM-02").Evidence) == 0 {
		t.Error("the full sheet lost its evidence")
	}
	weights := func(s *checklist.Sheet, role checklist.Role) (sum checklist.Points) {
		for _, sec := range s.Sections {
			if sec.Role == role {
				sum += sec.Weight
			}
		}
		return sum
	}
	if w := weights(&self, checklist.Base); w != checklist.P(100) {
		t.Errorf("the base is worth %s", w)
	}
	// 27 points of bonus less BON-04 (3) and BON-07 (2), which are data.
	if w := weights(&self, checklist.Extra); w != checklist.P(22) {
		t.Errorf("the bonus is worth %s", w)
	}
	if !self.Self || self.Hash() == full.Hash() {
		t.Error("a self-assessment looks like the inspection sheet")
	}
}

func TestSupermarketInTheModelShop(t *testing.T) {
	s, err := checklist.ForSector(sector.Supermarket)
	if err != nil {
		t.Fatal(err)
	}
	// 16 of the list's 100 points are 6.4 of the sector's 40; of its bonus 4.
	want := map[string]checklist.Points{"SUP-05": 640, "SUP-02": 520, "SUP-12": 400}
	for _, sec := range s.Sections {
		if w, ok := want[sec.ID]; ok && sec.Weight != w {
			t.Errorf("%s is worth %s, want %s", sec.ID, sec.Weight, w)
		}
	}
}

// A canteen of an office is not asked about rules for schools.
func TestSkipLogicInCanteens(t *testing.T) {
	s, err := checklist.ForSector(sector.Canteen)
	if err != nil {
		t.Fatal(err)
	}
	school := checklist.Score(&s, good(&s))
	answers := good(&s)
	for i := range answers {
		if answers[i].Item == "CAN-00" {
			answers[i].Choice = "unit"
		}
	}
	unit := checklist.Score(&s, answers)
	if school.Total-unit.Total != 2 || !unit.Passed || unit.Score != school.Score {
		t.Errorf("school %d items, office %d; %s and %s", school.Total, unit.Total, school.Score, unit.Score)
	}
}

func TestDiff(t *testing.T) {
	before := store(t)
	b, err := before.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	after, err := checklist.UnmarshalSheet(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := checklist.Diff(&before, &after); len(d) != 0 {
		t.Fatalf("equal sheets differ: %v", d)
	}
	com := &after.Sections[1]
	com.Items[1].Text.Zh = "亮照亮证"
	com.Items[2].Points = checklist.P(5)
	com.Items[3].Flag = checklist.VetoItem
	com.Items[4].NA = checklist.NANever
	com.Items[5].Evidence = nil
	added := com.Items[12]
	added.ID = "COM-14"
	moved := com.Items[11]
	com.Items = slices.Delete(com.Items, 11, 13) // COM-12 goes to the front, COM-13 goes
	com.Items = append([]checklist.Item{moved}, append(com.Items, added)...)
	*after.Frame.Pass[0].Least = checklist.P(85)

	var got []string
	for _, c := range checklist.Diff(&before, &after) {
		got = append(got, c.Subject+" "+string(c.Kind))
	}
	want := []string{" frame", "COM-12 order", "COM-02 wording", "COM-03 points", "COM-04 flag", "COM-05 na",
		"COM-06 evidence", "COM-14 added", "COM-13 removed"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if (checklist.Change{Kind: checklist.Reworded}).Affects() || !(checklist.Change{Kind: checklist.Repointed}).Affects() {
		t.Error("wrong changes are said to affect results")
	}
}

func TestPoints(t *testing.T) {
	for text, want := range map[string]checklist.Points{"6": 600, "1.5": 150, "0.05": 5, "-40": -4000, "-0.5": -50} {
		if p, err := checklist.ParsePoints(text); err != nil || p != want || p.String() != text {
			t.Errorf("%s: %d, %q, %v", text, p, p.String(), err)
		}
	}
	for _, bad := range []string{"", ".", "1.", ".5", "1.234", "x", "+1", "1.-5", "1e3", "-"} {
		if p, err := checklist.ParsePoints(bad); err == nil {
			t.Errorf("%q is read as %s", bad, p)
		}
	}
}
