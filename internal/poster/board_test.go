package poster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func board(t testing.TB, n int) BoardSheet {
	b := BoardSheet{Sheet: sheet(t, "万寿宫历史文化街区"), AsOf: "2026年11月27日"}
	b.Title, b.Address, b.DemoMark = "放心消费示范街区", "南昌市西湖区中山路 1 号", false
	for i := range n {
		s := BoardShop{Name: fmt.Sprintf("瓷韵轩陶瓷%03d店", i+1), Address: fmt.Sprintf("中山路 %d 号", i+1), Until: "2027-12-31"}
		if i%7 == 0 {
			s.Name, s.Address = "江西省南昌市万寿宫历史文化街区老字号非遗传承展示体验中心旗舰店", ""
		}
		b.Shops = append(b.Shops, s)
	}
	return b
}

// A board of either size opens the street's page from a printed picture, on
// every page, and names each shop.
func TestBoard(t *testing.T) {
	tools(t, "pdftoppm", "pdftotext", "zbarimg")
	for size, pages := range map[Paper]int{A4: 3, A3: 2} {
		b := board(t, 100)
		var out bytes.Buffer
		if err := Board(&out, b, size); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if keep := os.Getenv("KEEP_PICTURES"); keep != "" {
			dir = keep
		}
		file := filepath.Join(dir, string(size)+".pdf")
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if o, err := exec.Command("pdftoppm", "-r", "100", "-png", file, filepath.Join(dir, string(size))).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, o)
		}
		pictures, _ := filepath.Glob(filepath.Join(dir, string(size)+"-*.png"))
		if len(pictures) != pages {
			t.Errorf("%s has %d pages, want %d", size, len(pictures), pages)
		}
		for _, picture := range pictures {
			read, err := exec.Command("zbarimg", "--quiet", "--raw", picture).Output()
			if err != nil || strings.TrimSpace(string(read)) != b.URL {
				t.Errorf("%s: the phone reads %q, %v", filepath.Base(picture), read, err)
			}
		}
		text, err := exec.Command("pdftotext", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.NewReplacer("\n", "", " ", "", "\f", "").Replace(string(text))
		for _, want := range []string{b.Title, b.ShopName, b.CertNo, "瓷韵轩陶瓷002店", "瓷韵轩陶瓷100店", "名单截至2026年11月27日", "100家"} {
			if !strings.Contains(flat, strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s lacks %q", size, want)
			}
		}
	}
}

func TestBoardRefuses(t *testing.T) {
	var glyph *GlyphError
	bad := board(t, 3)
	bad.Shops[1].Name = "\U000F0000店"
	for name, do := range map[string]func() error{
		"no shop": func() error { return Board(&bytes.Buffer{}, board(t, 0), A4) },
		"a size":  func() error { return Board(&bytes.Buffer{}, board(t, 3), "a0") },
		"a gap":   func() error { return Board(&bytes.Buffer{}, bad, A4) },
		"no code": func() error { b := board(t, 3); b.URL = ""; return Board(&bytes.Buffer{}, b, A4) },
		"long names": func() error {
			b := board(t, 3)
			b.Shops[0].Name = strings.Repeat("店", 200)
			return Board(&bytes.Buffer{}, b, A4)
		},
	} {
		if err := do(); err == nil {
			t.Errorf("%s was printed", name)
		} else if name == "a gap" && !errors.As(err, &glyph) {
			t.Errorf("a gap: %v", err)
		}
	}
}
