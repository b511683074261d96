package authoring_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/tabular"
)

func (s *site) upload(path, version string, content []byte) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	s.ok(m.WriteField("version", version))
	part, err := m.CreateFormFile("file", "STO.xlsx")
	s.ok(err)
	_, err = part.Write(content)
	s.ok(err)
	s.ok(m.Close())
	r := httptest.NewRequest(http.MethodPost, path+"/file", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.send(r)
}

func TestFilesOnThePage(t *testing.T) {
	s := newSite(t)
	_, path := s.begin("STO")
	version := func() string { return form(s.get(path)).Get("version") }
	s.get(path, "下载 Excel", "下载 XLSForm")
	file := s.get(path + "/file?format=xlsx")
	if w := s.upload(path, version(), []byte(file)); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	sheets, err := tabular.ReadWorkbook([]byte(file))
	s.ok(err)
	var bad []tabular.Sheet
	for _, x := range sheets {
		if x.Name == "检查项" {
			x.Rows[3][6] = "猜一猜"
		}
		bad = append(bad, tabular.Sheet{Name: x.Name, Rows: x.Rows})
	}
	content, err := tabular.Book(bad...)
	s.ok(err)
	w := s.upload(path, version(), content)
	for _, want := range []string{"文件有 1 处错误", "检查项 · 第 4 行 · 答题方式", "猜一猜", "是否 (yesno)"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page of a bad file does not say %q", want)
		}
	}
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a bad file gets %d", w.Code)
	}
	if w := s.upload(path, version(), nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `id="e-file"`) {
		t.Errorf("no file: %d", w.Code)
	}
	if w := s.upload(path, "1", []byte(file)); w.Code == http.StatusSeeOther {
		t.Error("a form of an old version is taken")
	}
	survey := tabular.Sheet{Name: "survey", Rows: [][]string{{"type", "name", "label"}, {"text", "a", "品名"}, {"date", "b", "日期"}}}
	content, err = tabular.Book(survey)
	s.ok(err)
	if w := s.upload(path, version(), content); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "没有“date”这种题型") {
		t.Errorf("what was not taken over is not said: %d", w.Code)
	}
}
