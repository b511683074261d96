package i18n_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"fangxin/internal/i18n"
)

func TestPlaceholders(t *testing.T) {
	c, err := i18n.Load(fstest.MapFS{"a.json": {Data: []byte(`{
		"pos":   {"zh": "{0}，共 {1} 件", "en": "{0} of {1} {1|case|cases}"},
		"named": {"zh": "{shop}还差 {n} 步", "en": "{n} {n|step|steps} left for {shop}"},
		"odd":   {"zh": "GET /b/{code} {", "en": "GET /b/{code} {9} {"}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	one := 1
	for _, v := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"en", "pos", []any{1, 1}, "1 of 1 case"},
		{"en", "pos", []any{1, 12}, "1 of 12 cases"},
		{"zh", "pos", []any{1, 12}, "1，共 12 件"},
		{"en", "pos", []any{&one, &one}, "1 of 1 case"}, // and not where it lies
		{"en", "named", []any{i18n.Args{"n": &one, "shop": "A"}}, "1 step left for A"},
		{"en", "named", []any{i18n.Args{"n": 1, "shop": "A"}}, "1 step left for A"},
		{"zh", "named", []any{i18n.Args{"n": 3, "shop": "瓷韵轩"}}, "瓷韵轩还差 3 步"},
		{"zh", "odd", []any{"x"}, "GET /b/{code} {"},
		{"en", "odd", []any{"x"}, "GET /b/{code} {9} {"},
		{"zh", "pos", []any{"{1}", 2}, "{1}，共 2 件"}, // what is filled in is not read again
	} {
		if got := c.T(v.lang, v.key, v.args...); got != v.want {
			t.Errorf("%s %s %v: %q, want %q", v.lang, v.key, v.args, got, v.want)
		}
	}
	if got := c.T("zh", "nowhere"); got != "nowhere" || !slices.Equal(c.Missing(), []string{"nowhere"}) {
		t.Errorf("unknown key: %q, remembered %v", got, c.Missing())
	}
}

func TestFormats(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567", 123456: "123,456"} {
		if got := i18n.Number(n); got != want {
			t.Errorf("%d reads %q", n, got)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 KB", 216_000: "216 KB", 999_600: "1.0 MB", 7_900_000: "7.9 MB"} {
		if got := i18n.Bytes(n); got != want {
			t.Errorf("%d bytes reads %q", n, got)
		}
	}
	c := i18n.Shipped()
	for days, want := range map[int][2]string{
		3:  {"剩余 3 个工作日", "3 working days left"},
		1:  {"剩余 1 个工作日", "1 working day left"},
		0:  {"今天到期", "Due today"},
		-2: {"已超期 2 个工作日", "2 working days overdue"},
	} {
		if zh, en := c.Left("zh", days), c.Left("en", days); zh != want[0] || en != want[1] {
			t.Errorf("%d days: %q, %q", days, zh, en)
		}
	}
}
