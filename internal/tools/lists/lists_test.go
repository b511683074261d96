// Package lists brings lists of a bureau through the page of imports, as a
// county and a city officer do: choose a file, look at what would happen,
// import it, watch it, and take the list of problems home.
package lists

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/tabular"
	"fangxin/internal/tools/browser"
)

// EnvPictures names a folder for pictures of each step.
const EnvPictures = "FANGXIN_LISTS_PICTURES"

// site serves the demonstration, its queue at work.
func site(t *testing.T) string {
	t.Helper()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.Demo, c.Listen = t.TempDir(), true, "127.0.0.1:0"
	if c, err = c.Finish(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	a, err := app.New(ctx, c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Seed(ctx, a, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	address, over := make(chan string, 1), make(chan error, 1)
	go func() { over <- a.Run(ctx, func(at string) { address <- at }) }()
	t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
		a.Close()
	})
	select {
	case at := <-address:
		return "http://" + at
	case err := <-over:
		over <- nil
		t.Fatal(err)
	}
	return ""
}

func code(county string, n int) string {
	return string(ident.CompleteUSCC("92" + county + ident.CompleteOrgCode(fmt.Sprintf("MAF%05d", n))))
}

// file writes a file to upload.
func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// shops is a list of n shops in GB18030, every tenth of an unknown sector.
func shops(t *testing.T, n int) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("东湖区经营单位名册,,,,,\n序号,单位名称,信用代码,店名,经营地址,县区,业态\n")
	for i := range n {
		sector := "超市"
		if i%10 == 9 {
			sector = "飞船"
		}
		fmt.Fprintf(&b, "%d,东湖区赣味%d商行,%s,赣味%d店,八一大道%d号,东湖区,%s\n", i+1, i, code("360102", i), i, i, sector)
	}
	b.WriteString("制表人：张三,,审核人：李四,,,\n")
	content, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// titles is a workbook whose headers nobody knows.
func titles(t *testing.T) []byte {
	t.Helper()
	rows := [][]string{{"序号", "主体代号", "字号", "详细地址", "所在县区", "业态", "所获荣誉", "授牌日期"}}
	for i := range 12 {
		rows = append(rows, []string{fmt.Sprint(i + 1), code("360103", i), fmt.Sprintf("西湖小店%d", i), fmt.Sprintf("中山路%d号", i), "西湖区", "餐饮", "示范店", "2025.6.1"})
	}
	b, err := tabular.Book(tabular.Sheet{Name: "名单", Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// person is somebody at a screen.
type person struct {
	*browser.Page
	name string
}

func signIn(t *testing.T, b *browser.Browser, base, login string, v browser.Viewport) *person {
	t.Helper()
	p := &person{b.NewPage(t, browser.Options{Base: base, Viewport: v}), login + "-" + v.Name}
	p.AllowConsole("413") // of refused uploads
	p.AllowConsole("422")
	p.Goto("/sign-in")
	p.Fill("[name=login]", login)
	p.Fill("[name=password]", demo.Password)
	p.Follow("main button[type=submit]")
	return p
}

// look checks the page and takes its picture.
func (p *person) look(step string) {
	p.CheckLook()
	if dir := os.Getenv(EnvPictures); dir != "" {
		p.ScreenshotFull(filepath.Join(dir, p.name+"-"+step+".png"))
	}
}

// says checks that the page shows some words.
func (p *person) says(t *testing.T, words ...string) {
	t.Helper()
	text := p.Text("main")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: the page does not say %q:\n%s", p.name, w, text)
		}
	}
}

func TestListsOfABureau(t *testing.T) {
	if testing.Short() {
		t.Skip("seeds the demonstration")
	}
	base := site(t)
	b := browser.Open(t)
	for i, v := range []browser.Viewport{browser.Desktop, browser.Tablet} {
		t.Run("county-"+v.Name, func(t *testing.T) { county(t, b, base, v, i == 0) })
		t.Run("city-"+v.Name, func(t *testing.T) { city(t, b, base, v, i == 0) })
	}
}

func county(t *testing.T, b *browser.Browser, base string, v browser.Viewport, first bool) {
	p := signIn(t, b, base, "county", v)
	p.Follow(`nav a >> 导入名单`)
	p.look("1-empty")
	p.says(t, "称号由省级、市级工作人员导入")
	// A file that is far too large is refused in words, with the choice kept.
	p.Check("[name=kind][value=premises]", true)
	p.Upload("#f-file", file(t, "太大.csv", make([]byte, 3*importer.MaxBytes)))
	if status := p.Follow("main button >> 检查文件"); status != 413 {
		t.Errorf("too large: %d", status)
	}
	p.says(t, "不能超过 20 MB")
	p.look("2-too-large")
	p.Upload("#f-file", file(t, "东湖名册.csv", shops(t, 400)))
	p.Follow("main button >> 检查文件")
	p.look("3-checked")
	if !first {
		p.says(t, "已有，不变", "360", "不认识的业态“飞船”")
		return
	}
	p.says(t, "还没有写入任何内容", "不认识的业态“飞船”", "跳过的非数据行")
	p.Follow("main button >> 导入 360 行")
	p.look("4-running")
	for range 200 {
		if strings.Contains(p.Text("main"), "导入完成") {
			break
		}
		p.Reload()
	}
	p.look("5-done")
	p.says(t, "导入完成", "新增", "360", "不能导入", "40")
	if list := p.Links(); !slices.ContainsFunc(list, func(href string) bool { return strings.HasSuffix(href, "/errors.csv") }) {
		t.Errorf("no list of problems among %v", list)
	}
	p.Follow("a.back")
	p.look("6-history")
	p.says(t, "东湖名册.csv", "已完成")
}

func city(t *testing.T, b *browser.Browser, base string, v browser.Viewport, first bool) {
	p := signIn(t, b, base, "city", v)
	p.Goto("/desk/import")
	p.Check("[name=kind][value=certificates]", true)
	list := file(t, "西湖示范店.xlsx", titles(t))
	p.Upload("#f-file", list)
	if status := p.Follow("main button >> 检查文件"); status != 422 {
		t.Errorf("unknown headers: %d", status)
	}
	p.says(t, "缺少：统一社会信用代码、称号", "列名对照")
	p.look("1-other-names")
	p.Select("#f-map-0", "主体代号")
	p.Select("#f-map-1", "所获荣誉")
	p.Upload("#f-file", list)
	p.Follow("main button >> 检查文件")
	p.look("2-checked")
	if first {
		p.says(t, "经营主体还没有登记，表中也没有企业名称")
	}
	if p.Has("main form button") {
		t.Error("there is nothing to import, but a button for it")
	}
}
