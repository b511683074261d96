package poster

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/i18n"
)

const (
	shortName = "瓷韵陶坊"
	longName  = "江西省景德镇市珠山区陶溪川文创街区（北区）瓷韵轩手工青花玲珑瓷艺术品旗舰体验中心"
)

func sheet(t testing.TB, name string) Sheet {
	t.Helper()
	issued, err := calendar.ParseDate("2026-11-20")
	if err != nil {
		t.Fatal(err)
	}
	return Sheet{
		Title: "放心消费示范店", TitleEn: "Model Shop of Worry-free Consumption", Scheme: "江西省放心消费示范单位",
		ShopName: name, Address: "景德镇市珠山区陶溪川文创街区 12 号", Operator: "景德镇瓷韵轩陶瓷有限公司",
		CertNo: "JX-SD-2026-000123-84", Code: "9M4E2MR0BT5FJ3QX", URL: "HTTPS://FX.EXAMPLE.GOV.CN/B/9M4E2MR0BT5FJ3QX",
		Issuer: "江西省市场监督管理局", ApprovalDoc: "赣市监消保〔2026〕8号", IssuedOn: issued, ExpiresOn: issued.AddYears(3),
		Promises: []string{
			"七天无理由退货：商品完好、有凭证就给退", "先行赔付：有纠纷 24 小时内先赔",
			"首问负责：谁接待，谁负责到底", "明码标价：不虚标、不另加价",
		},
		Phone: "0791-12345678", PrintSerial: "26B-3", PrintedAt: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
	}
}

// prints are the forms of a print, each for one sheet.
var prints = map[string]func(io.Writer, Sheet) error{
	"poster":      Poster,
	"sticker":     Sticker,
	"certificate": Certificate,
	"stickers":    func(w io.Writer, s Sheet) error { return StickerSheets(w, []Sheet{s}) },
}

func draw(t testing.TB, print func(io.Writer, Sheet) error, s Sheet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := print(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameSheetSameBytes(t *testing.T) {
	for name, print := range prints {
		for _, shop := range []string{shortName, longName, "𠮷喆𬭎小店"} {
			s := sheet(t, shop)
			s.DemoMark = shop == longName
			a, b := draw(t, print, s), draw(t, print, s)
			if !bytes.Equal(a, b) {
				t.Errorf("%s of %s differs from one print to the next", name, shop)
			}
			if !bytes.HasPrefix(a, []byte("%PDF-")) {
				t.Errorf("%s is no PDF", name)
			}
		}
	}
}

// Pages may be drawn at the same time: the fonts are shared.
func TestManyAtOnce(t *testing.T) {
	s := sheet(t, longName)
	want := draw(t, Poster, s)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			var b bytes.Buffer
			if err := Poster(&b, s); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("a page drawn beside others differs: %v", err)
			}
		})
	}
	group.Wait()
}

func TestModulesOfTheUsualAddress(t *testing.T) {
	m, err := sheet(t, shortName).matrix()
	if err != nil {
		t.Fatal(err)
	}
	if size := min(posterCodeSide, stickerCodeSide) / float64(m.Size()); size < 2 {
		t.Errorf("a module is %.2f mm wide, want 2", size)
	}
}

func TestNothingPrintsBlank(t *testing.T) {
	for name, print := range prints {
		s := sheet(t, "好运😀来\u200b店")
		s.Issuer = "局\n长"
		var b bytes.Buffer
		err := print(&b, s)
		var glyphs *GlyphError
		if !errors.As(err, &glyphs) || glyphs.Field != "ShopName" || string(glyphs.Runes) != "😀\u200b" {
			t.Errorf("%s: %v", name, err)
		}
		if b.Len() > 0 {
			t.Errorf("%s wrote %d bytes of a page that it refused", name, b.Len())
		}
		for _, want := range []string{"U+1F600", "U+200B", "Issuer", "U+000A"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s does not name %s: %v", name, want, err)
			}
		}
	}
}

// Names of people and places that common sets lack.
func TestRareNames(t *testing.T) {
	f, err := fonts()
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range map[rune]weight{'店': bold, '喆': regular, '㛃': rare, '𬭎': bold, '𠮷': rare, '𡒄': rare, 'é': bold} {
		if got, _, ok := f.pick(bold, r); !ok || got != want {
			t.Errorf("%c is drawn by %d (%t), want %d", r, got, ok, want)
		}
	}
}

// Every label of the catalogue can be drawn.
func TestLabels(t *testing.T) {
	f, err := fonts()
	if err != nil {
		t.Fatal(err)
	}
	labels := 0
	for _, key := range i18n.Shipped().Keys() {
		if !strings.HasPrefix(key, "poster.") {
			continue
		}
		labels++
		for _, lang := range i18n.Langs {
			if missing := f.missing(i18n.Shipped().T(lang, key)); len(missing) > 0 {
				t.Errorf("%s in %s: no font has %q", key, lang, missing)
			}
		}
	}
	if labels < 15 {
		t.Errorf("only %d labels", labels)
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		field, rule string
		spoil       func(*Sheet)
	}{
		{"Title", "required", func(s *Sheet) { s.Title = "" }},
		{"ShopName", "required", func(s *Sheet) { s.ShopName = " " }},
		{"CertNo", "required", func(s *Sheet) { s.CertNo = "" }},
		{"Code", "required", func(s *Sheet) { s.Code = "" }},
		{"URL", "required", func(s *Sheet) { s.URL = "" }},
		{"URL", "qr", func(s *Sheet) {
			s.URL = "https://a.very.long.name.of.an.office.example.gov.cn/badges/b/9M4E2MR0BT5FJ3QX"
		}},
		{"Issuer", "required", func(s *Sheet) { s.Issuer = "" }},
		{"IssuedOn", "required", func(s *Sheet) { s.IssuedOn = calendar.Date{} }},
		{"ExpiresOn", "order", func(s *Sheet) { s.ExpiresOn = s.IssuedOn.AddDays(-1) }},
		{"ShopName", "max", func(s *Sheet) { s.ShopName = strings.Repeat("店", MaxText+1) }},
		{"Promises[1]", "required", func(s *Sheet) { s.Promises[1] = "" }},
		{"Promises", "max", func(s *Sheet) { s.Promises = strings.Split(strings.Repeat("诺,", MaxPromises)+"诺", ",") }},
	} {
		s := sheet(t, shortName)
		tt.spoil(&s)
		err := Poster(io.Discard, s)
		var fault *FieldError
		if !errors.As(err, &fault) || fault.Field != tt.field || fault.Rule != tt.rule {
			t.Errorf("%s %s: %v", tt.field, tt.rule, err)
		}
	}
	if err := StickerSheets(io.Discard, nil); err == nil {
		t.Error("a sheet without a sticker was written")
	}
}

// The longest text of every field stays inside the width given to it.
func TestLongTextsFit(t *testing.T) {
	s := sheet(t, longName)
	c, err := newCanvas(s, a4Width, a4Height)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 4, 40, MaxText} {
		text := strings.Repeat("瓷", n)
		for _, lines := range []int{1, 2} {
			st := style{weight: bold, size: 36}
			for st.size > 4 && len(c.wrap(text, st, 100)) > lines {
				st.size *= 0.97
			}
			for _, row := range c.wrap(text, st, 100) {
				if w := c.width(row, st); w > 100 {
					t.Errorf("%d characters in %d lines: a line is %.1f mm wide", n, lines, w)
				}
			}
		}
		if st, _ := c.fit(text, style{size: 36, spacing: 0.08}, 100, 1); c.width(text, st) > 100 {
			t.Errorf("%d characters do not fit at %.2f points", n, st.size)
		}
	}
	for _, print := range prints {
		s.Address, s.Title, s.Issuer = strings.Repeat("路", MaxText), strings.Repeat("店", MaxText), strings.Repeat("局", MaxText)
		for i := range s.Promises {
			s.Promises[i] = strings.Repeat("诺", 20) + "：" + strings.Repeat("详", 90)
		}
		draw(t, print, s)
	}
}

func TestWhereLinesBreak(t *testing.T) {
	for text, want := range map[string]string{
		"陶瓷店":            "陶|瓷|店",
		"B 栋 101、102 号":  "B| |栋| |101、|102| |号",
		"（北区）瓷韵":         "（北|区）|瓷|韵",
		"ABC-12店":        "ABC-12|店",
		"完好、有凭证。":        "完|好、|有|凭|证。",
		"Worry-free 消费!": "Worry-free| |消|费!",
	} {
		if got := strings.Join(tokens(text), "|"); got != want {
			t.Errorf("%q breaks as %q, want %q", text, got, want)
		}
	}
}

func TestPromiseHeads(t *testing.T) {
	for text, want := range map[string][2]string{
		"七天退货：凭小票": {"七天退货", "凭小票"}, "Returns: 7 days": {"Returns", "7 days"}, "明码标价": {"明码标价", ""},
	} {
		if head, detail := promise(text); head != want[0] || detail != want[1] {
			t.Errorf("%q gives %q and %q", text, head, detail)
		}
	}
}

func TestZip(t *testing.T) {
	slash := sheet(t, `A/B:"店"?`)
	sheets := []Sheet{sheet(t, shortName), sheet(t, shortName), slash}
	var b, again bytes.Buffer
	for _, w := range []io.Writer{&b, &again} {
		if err := WriteZip(w, sheets); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same sheets give another archive")
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(r)
		if err != nil || !bytes.HasPrefix(page, []byte("%PDF-")) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	want := []string{
		"JX-SD-2026-000123-84 " + shortName + ".pdf", "JX-SD-2026-000123-84 " + shortName + " (2).pdf", "JX-SD-2026-000123-84 A_B__店__.pdf",
	}
	if strings.Join(names, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", names, want)
	}
}

func TestZipRefusesBeforeWriting(t *testing.T) {
	bad := sheet(t, "😀")
	var b bytes.Buffer
	err := WriteZip(&b, []Sheet{sheet(t, shortName), bad})
	if err == nil || !strings.Contains(err.Error(), bad.CertNo) || b.Len() > 0 {
		t.Errorf("%v, %d bytes written", err, b.Len())
	}
}

// The aim is a county's 1,812 posters in a minute on one core: 33 ms each.
func BenchmarkPoster(b *testing.B) {
	s := sheet(b, shortName)
	draw(b, Poster, s) // fonts are unpacked once
	for b.Loop() {
		if err := Poster(io.Discard, s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkZipOfACounty(b *testing.B) {
	s := sheet(b, shortName)
	sheets := make([]Sheet, 1812)
	for i := range sheets {
		sheets[i] = s
	}
	for b.Loop() {
		if err := WriteZip(io.Discard, sheets); err != nil {
			b.Fatal(err)
		}
	}
}
