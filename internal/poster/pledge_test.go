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

func promised(t testing.TB, name string, goods int) Promise {
	p := Promise{Sheet: sheet(t, name), Days: 15, From: "2026年11月20日", Terms: []Term{
		{"怎么算", "带走的商品从买的当天算第一天；送货的从实际收到的第二天算起；最后一天遇休息日，顺延到下一个工作日"},
		{"退款", "退货后 3 天内退款，原路退回"}, {"在哪里退", "在本店办理"}, {"凭证", "购物小票或手机付款记录；凭证丢了，用其他方式能证明在本店买的也可以"},
		{"赠品", "赠品一起退回；退不了的按事先标明的价格付。不会只因赠品不在就拒绝退货"}, {"运费", "寄回商品的运费由您承担"},
	}}
	for i := range goods {
		p.Covered = append(p.Covered, Term{fmt.Sprintf("第%d类商品", i+1), "未擅自拆修，标志和机身序号在，外观无不可恢复的痕迹，没有激活或留下个人资料；通电查验不算"})
		p.Excluded = append(p.Excluded, Term{fmt.Sprintf("不退的第%d类", i+1), "拆封后不能保证下一位顾客的安全"})
	}
	return p
}

// The pledge is read by a phone at the resolution of a poor printer, and says
// its days, its goods and its exclusions, with few goods and with many.
func TestPhonesReadThePledge(t *testing.T) {
	tools(t, "pdftoppm", "pdftotext", "zbarimg")
	for name, p := range map[string]Promise{"short": promised(t, shortName, 2), "long": promised(t, longName, 13)} {
		p.DemoMark = name == "long"
		var b, again bytes.Buffer
		if err := Pledge(&b, p); err != nil {
			t.Fatal(err)
		}
		if err := Pledge(&again, p); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: the same pledge gives other bytes, %v", name, err)
		}
		file := filepath.Join(t.TempDir(), "pledge.pdf")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		picture := strings.TrimSuffix(file, ".pdf")
		if out, err := exec.Command("pdftoppm", "-r", "150", "-singlefile", "-png", file, picture).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		out, err := exec.Command("zbarimg", "--quiet", "--raw", picture+".png").Output()
		if err != nil || strings.TrimSpace(string(out)) != p.URL {
			t.Errorf("%s: the phone reads %q, %v", name, out, err)
		}
		text, err := exec.Command("pdftotext", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.NewReplacer("\n", "", " ", "", "\f", "", "　", "").Replace(string(text))
		for _, want := range []string{p.ShopName, "15", "天内无理由退货", "2026年11月20日", "第2类商品", "不退的第2类", "下一位顾客", p.Code.Grouped(), p.CertNo, "12315"} {
			if !strings.Contains(flat, strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

func TestAPledgeThatCannotBePrinted(t *testing.T) {
	for what, change := range map[string]func(*Promise){
		"no goods":           func(p *Promise) { p.Covered = nil },
		"no terms":           func(p *Promise) { p.Terms = nil },
		"too many":           func(p *Promise) { p.Excluded = make([]Term, MaxTerms+1) },
		"too long":           func(p *Promise) { p.Excluded[0].Text = strings.Repeat("长", 300) },
		"a shop of no name":  func(p *Promise) { p.ShopName = "" },
		"an unknown picture": func(p *Promise) { p.Covered[0].Head = "\U000F0000" },
	} {
		p := promised(t, shortName, 2)
		change(&p)
		err := Pledge(&bytes.Buffer{}, p)
		var field *FieldError
		var glyph *GlyphError
		if !errors.As(err, &field) && !errors.As(err, &glyph) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
