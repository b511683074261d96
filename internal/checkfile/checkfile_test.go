package checkfile_test

import (
	"errors"
	"strings"
	"testing"

	"fangxin/internal/checkfile"
	"fangxin/internal/checklist"
	"fangxin/internal/sector"
	"fangxin/internal/tabular"
)

// modules are the shipped ones and one with everything that a module can hold.
func modules(t *testing.T) []checklist.Module {
	t.Helper()
	out := append([]checklist.Module{}, checklist.Shipped().Modules...)
	all := checklist.Shipped().Module("JDZ").Clone()
	all.Note.En = "=1+1 is no formula, - neither"
	s := &all.Sections[1]
	s.When = &checklist.When{Item: "JDZM-01", Is: []string{"fail", "na"}}
	s.Clauses, s.Weight, s.Standing = 7, 2000, checklist.Official
	low, high := checklist.Points(-150), checklist.Points(825)
	s.Items = append(s.Items,
		checklist.Item{ID: "JDZ-10", Text: checklist.Text{Zh: "冷藏温度，℃；“实测”", En: "Temperature: measured, 'now'"}, Guide: checklist.Text{Zh: "用温度计", En: "Use a thermometer"}, Basis: &checklist.Text{Zh: "《条例》第三条", En: "Article 3"},
			Type: checklist.Number, Flag: checklist.Key, Points: 250, Standing: checklist.Official, Check: checklist.Words[checklist.Method]{"M", "P"}, Sources: checklist.Words[string]{"GEN", "SEED"},
			NA: checklist.NANever, Range: &checklist.Range{Unit: "℃", Min: -4000, Max: 6000, PassMin: &low, PassMax: &high}, Evidence: []checklist.Evidence{{Kind: "photo", On: "always"}, {Kind: "audio", On: "pass"}}, Sectors: checklist.Words[string]{"store", "mall"}},
		checklist.Item{ID: "JDZ-11", Text: checklist.Text{Zh: "评分", En: "Score"}, Guide: checklist.Text{Zh: "看", En: "Look"}, Type: checklist.Graded, Flag: checklist.Ordinary, Points: 1000, Standing: checklist.Proposed,
			Check: checklist.Words[checklist.Method]{"S"}, Sources: checklist.Words[string]{"GEN"}, NA: checklist.NAAllowed, Step: 50, PassAt: 400, When: &checklist.When{Item: "JDZ-10", Is: []string{"fail"}}},
		checklist.Item{ID: "JDZ-12", Text: checklist.Text{Zh: "分档", En: "Steps"}, Guide: checklist.Text{Zh: "看", En: "Look"}, Type: checklist.Graded, Flag: checklist.VetoItem, Points: 300, Standing: checklist.Proposed, Certainty: checklist.KnownUnverified,
			Check: checklist.Words[checklist.Method]{"S"}, Sources: checklist.Words[string]{"GEN"}, NA: checklist.NAAllowed, Options: []checklist.Option{{ID: "none", Text: checklist.Text{Zh: "无", En: "None"}, Fails: true}, {ID: "all", Text: checklist.Text{Zh: "全", En: "All"}, Points: 300}}})
	for _, typ := range []checklist.Type{checklist.FreeText, checklist.PhotoItem, checklist.Signature, checklist.Location, checklist.TestTrade} {
		s.Items = append(s.Items, checklist.Item{ID: "JDZ-T" + strings.ToUpper(string(typ)), Text: checklist.Text{Zh: "项", En: "Item"}, Guide: checklist.Text{Zh: "看", En: "Look"}, Type: typ, Flag: checklist.Ordinary,
			Standing: checklist.Proposed, Check: checklist.Words[checklist.Method]{"S"}, Sources: checklist.Words[string]{"GEN"}, NA: checklist.NAAllowed})
	}
	return append(out, all.Settle())
}

// Both forms give back what was written, down to the hash.
func TestRoundTripLosesNothing(t *testing.T) {
	for name, write := range map[string]func(*checklist.Module) ([]byte, error){"xlsx": checkfile.WriteXLSX, "xlsform": checkfile.WriteXLSForm} {
		for _, m := range modules(t) {
			b, err := write(&m)
			if err != nil {
				t.Fatal(err)
			}
			base := m.Clone()
			base.Sections, base.Title, base.Note = nil, checklist.Text{Zh: "旧", En: "Old"}, checklist.Text{}
			got, notes, err := checkfile.Read(b, &base)
			if err != nil {
				t.Errorf("%s of %s: %v", name, m.ID, err)
				continue
			}
			if len(notes) > 0 {
				t.Errorf("%s of %s: %v", name, m.ID, notes)
			}
			want := m.Settle()
			_, h1, _ := want.Marshal()
			_, h2, _ := got.Marshal()
			if h1 != h2 {
				t.Errorf("%s of %s changes: %+v", name, m.ID, checklist.DiffModules(&want, got))
			}
		}
	}
}

// newer is a later version of a module, in which nothing is as it was.
func newer(old checklist.Module) checklist.Module {
	m := old.Clone()
	m.Version, m.Title, m.Note = "2099.1", checklist.Text{Zh: "新名称", En: "New title"}, checklist.Text{Zh: "新说明", En: "New note"}
	m.Sectors = []sector.Code{sector.Online, sector.Scenic}
	if m.Kind = checklist.Programme; old.Kind == m.Kind {
		m.Kind = checklist.General
	}
	for i := range m.Sections {
		s := &m.Sections[i]
		s.Title, s.Clauses, s.Weight = checklist.Text{Zh: "新部分", En: "New section"}, 99, 900
		for j := range s.Items {
			it := &s.Items[j]
			it.Text, it.Guide, it.Basis = checklist.Text{Zh: "新", En: "New"}, checklist.Text{Zh: "新", En: "New"}, &checklist.Text{Zh: "新依据", En: "New basis"}
			it.Points, it.NA, it.Certainty, it.Sectors = it.Points+700, checklist.NANever, checklist.KnownUnverified, checklist.Words[string]{"online"}
			it.Check, it.Sources, it.Evidence = checklist.Words[checklist.Method]{"A"}, checklist.Words[string]{"SEED"}, []checklist.Evidence{{Kind: "audio", On: "always"}}
		}
	}
	return m
}

// An old version that went out as a file comes back into a draft of a newer one
// as it was; only the label stays the draft's, and that is said.
func TestAnOldVersionComesBackWhole(t *testing.T) {
	for name, write := range map[string]func(*checklist.Module) ([]byte, error){"xlsx": checkfile.WriteXLSX, "xlsform": checkfile.WriteXLSForm} {
		for _, m := range modules(t) {
			for _, bare := range []bool{false, true} {
				old := m.Clone()
				if bare { // nothing of the newer version may fill what the old one left empty
					old.Note, old.Sectors = checklist.Text{}, nil
				}
				old = old.Settle()
				b, err := write(&old)
				if err != nil {
					t.Fatal(err)
				}
				base := newer(old)
				got, notes, err := checkfile.Read(b, &base)
				if err != nil {
					t.Errorf("%s of %s: %v", name, m.ID, err)
					continue
				}
				if len(notes) != 1 || notes[0].Code != "label_kept" {
					t.Errorf("%s of %s: %v", name, m.ID, notes)
				}
				old.Version = base.Version
				_, h1, _ := old.Marshal()
				_, h2, _ := got.Marshal()
				if h1 != h2 {
					t.Errorf("%s of %s changes: kind %s → %s, %+v", name, m.ID, old.Kind, got.Kind, checklist.DiffModules(&old, got))
				}
			}
		}
	}
}

// A section without items has no place in a form; that it is lost is said.
func TestXLSFormSaysThatAnEmptySectionIsLost(t *testing.T) {
	m := checklist.Shipped().Module("COM").Clone()
	m.Sections = append(m.Sections, checklist.Section{ID: "COM-S1", Title: checklist.Text{Zh: "待写", En: "To come"}, Role: checklist.Base, Standing: checklist.Proposed})
	b, err := checkfile.WriteXLSForm(&m)
	if err != nil {
		t.Fatal(err)
	}
	got, notes, err := checkfile.Read(b, &m)
	if err != nil || len(got.Sections) != len(m.Sections)-1 || len(notes) != 1 || notes[0].Code != "empty_section" || notes[0].Row == 0 {
		t.Errorf("%v, %v", notes, err)
	}
}

// What other tools will not apply stands in the file itself, row by row.
func TestXLSFormSaysWhatItCannotHold(t *testing.T) {
	list := modules(t)
	b, err := checkfile.WriteXLSForm(&list[len(list)-1])
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := tabular.ReadWorkbook(b)
	if err != nil {
		t.Fatal(err)
	}
	var report, survey [][]string
	for _, s := range sheets {
		switch s.Name {
		case "fx_report":
			report = s.Rows
		case "survey":
			survey = s.Rows
		}
	}
	found := map[string]bool{}
	for _, row := range report[1:] {
		n := 0
		for _, c := range row[0] {
			n = n*10 + int(c-'0')
		}
		if survey[n-1][1] != row[1] {
			t.Errorf("row %s is about %s, in the survey stands %s", row[0], row[1], survey[n-1][1])
		}
		for _, w := range []string{"显示条件", "计分", "仅限业态", "不适用"} {
			if strings.Contains(row[2], w) {
				found[w] = true
			}
		}
	}
	if len(found) != 4 {
		t.Errorf("reported: %v", found)
	}
}

func book(t *testing.T, sheets ...tabular.Sheet) []byte {
	t.Helper()
	b, err := tabular.Book(sheets...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A form of another tool is read as far as it goes, and the rest is named.
func TestForeignXLSForm(t *testing.T) {
	base := checklist.Shipped().Module("STO").Clone()
	got, notes, err := checkfile.Read(book(t,
		tabular.Sheet{Name: "survey", Rows: [][]string{
			{"type", "name", "label", "label::English (en)", "hint", "required", "relevant", "constraint", "calculation"},
			{"start", "start", "", "", "", "", "", "", ""},
			{"begin_group", "g1", "设备", "Equipment", "", "", "", "", ""},
			{"select_one yn", "fridge", "有冷藏柜", "Has a fridge", "看", "yes", "", "", ""},
			{"decimal", "temp", "温度", "Temperature", "", "", "${fridge} = 'yes'", ". >= -30 and . <= 10", ""},
			{"select_one kind", "what", "种类", "Kind", "", "", "", "", ""},
			{"image", "sig", "签名", "Signature", "", "", "${temp} > 5", "", ""},
			{"calculate", "sum", "", "", "", "", "", "", "1+1"},
			{"end_group", "", "", "", "", "", "", "", ""},
		}},
		tabular.Sheet{Name: "choices", Rows: [][]string{{"list_name", "name", "label"}, {"yn", "yes", "是"}, {"yn", "no", "否"}, {"kind", "a", "甲"}, {"kind", "b", "乙"}}},
	), &base)
	if err != nil {
		t.Fatal(err)
	}
	items := got.Sections[0].Items
	if len(got.Sections) != 1 || len(items) != 4 || items[0].Type != checklist.YesNo || items[0].NA != checklist.NANever || items[1].Range.Min != -3000 || items[1].Range.Max != 1000 ||
		items[1].When == nil || items[1].When.Item != items[0].ID || items[1].When.Is[0] != "pass" || items[2].Type != checklist.Choice || len(items[2].Options) != 2 || items[3].When != nil {
		t.Errorf("%+v", got.Sections)
	}
	said := map[string]int{}
	for _, n := range notes {
		said[n.Code] = n.Row
		if n.Words("zh") == "" || strings.HasPrefix(n.Words("en"), "checkfile.") {
			t.Errorf("no words for %s", n.Code)
		}
	}
	for code, row := range map[string]int{"form_type": 8, "form_expression": 7, "form_column": 1} {
		if said[code] != row {
			t.Errorf("%s is said of row %d, want %d: %v", code, said[code], row, notes)
		}
	}
	// What another tool leaves open is left for the editor, and is no error.
	if p := checklist.Lint(got, checklist.Shipped().Sources); len(p) == 0 {
		t.Error("missing wordings and units are not listed")
	}
}

// A bad file names every fault with sheet, row and column, and the way out.
func TestBadFiles(t *testing.T) {
	base := checklist.Shipped().Module("STO").Clone()
	good, err := checkfile.WriteXLSX(&base)
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := tabular.ReadWorkbook(good)
	if err != nil {
		t.Fatal(err)
	}
	var again []tabular.Sheet
	for _, s := range sheets {
		rows := s.Rows
		if s.Name == "检查项" {
			at := map[string]int{}
			for i, h := range rows[0] {
				at[h] = i
			}
			rows[1][at["分值"]] = "四分"
			rows[2][at["答题方式"]] = "打分吧"
			rows[3][at["所属部分"]] = "NONE"
			rows[4][at["检查方式"]] = "现场查看、闻一闻"
			rows[5][at["编号"]] = rows[1][at["编号"]]
			rows[6][at["须提供的证据"]] = "照片"
		}
		again = append(again, tabular.Sheet{Name: s.Name, Rows: rows})
	}
	_, _, err = checkfile.Read(book(t, again...), &base)
	var bad *checkfile.BadFile
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	want := []string{"检查项 · 第 2 行 · 分值 number", "检查项 · 第 3 行 · 答题方式 code", "检查项 · 第 4 行 · 所属部分 no_section", "检查项 · 第 5 行 · 检查方式 code",
		"检查项 · 第 6 行 · 编号 twice", "检查项 · 第 7 行 · 须提供的证据 evidence"}
	var got []string
	for _, r := range bad.Remarks {
		got = append(got, r.Place("zh")+" "+r.Code)
		if strings.HasPrefix(r.Words("en"), "checkfile.") {
			t.Errorf("no words for %s", r.Code)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	com := checklist.Shipped().Module("COM").Clone()
	if _, _, err := checkfile.Read(good, &com); !errors.As(err, &bad) || bad.Remarks[0].Code != "other_module" {
		t.Errorf("another module's file: %v", err)
	}
	for name, content := range map[string][]byte{"text": []byte("a,b\n"), "nothing": nil, "old": []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), "no sheet": book(t, tabular.Sheet{Name: "x", Rows: [][]string{{"a"}}})} {
		if m, _, err := checkfile.Read(content, &base); err == nil {
			t.Errorf("%s is read as %+v", name, m)
		}
	}
}
