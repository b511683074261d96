package poster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tools finds the programs that look at a page as a printer and a phone would.
// CI must have them; elsewhere the test is skipped.
func tools(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is required in CI: apt-get install poppler-utils zbar-tools", name)
		}
		t.Skipf("no %s; install poppler-utils and zbar-tools to look at the pages", name)
	}
}

// Every print, drawn at the 150 dots an inch of a poor printer, opens the
// right page, for a short name and for a long one that is marked as invented;
// and its words can be found in it.
func TestPhonesReadThePrints(t *testing.T) {
	tools(t, "pdftoppm", "pdftotext", "zbarimg")
	for name, print := range prints {
		for _, shop := range []string{shortName, longName} {
			s := sheet(t, shop)
			s.DemoMark = shop == longName
			file := filepath.Join(t.TempDir(), "page.pdf")
			if err := os.WriteFile(file, draw(t, print, s), 0o600); err != nil {
				t.Fatal(err)
			}
			picture := strings.TrimSuffix(file, ".pdf")
			if out, err := exec.Command("pdftoppm", "-r", "150", "-singlefile", "-png", file, picture).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v %s", name, err, out)
			}
			out, err := exec.Command("zbarimg", "--quiet", "--raw", picture+".png").Output()
			if err != nil || strings.TrimSpace(string(out)) != s.URL {
				t.Errorf("%s of %s: the phone reads %q, %v", name, shop, out, err)
			}
			text, err := exec.Command("pdftotext", file, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			flat := strings.NewReplacer("\n", "", " ", "", "\f", "", "　", "").Replace(string(text))
			for _, want := range []string{s.Title, s.ShopName, s.CertNo, s.Code.Grouped(), s.Issuer, "2029年11月20日"} {
				if !strings.Contains(flat, strings.ReplaceAll(want, " ", "")) {
					t.Errorf("%s of %s lacks %q", name, shop, want)
				}
			}
			// Slanted words come out in pieces.
			if strings.Contains(flat, "演") != s.DemoMark {
				t.Errorf("%s of %s: the mark of invented data should be %t", name, shop, s.DemoMark)
			}
		}
	}
}
