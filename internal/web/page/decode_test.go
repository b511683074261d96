package page_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/web/page"
)

type command struct {
	Name    string   `json:"name"`
	Count   int      `json:"count"`
	Small   int8     `json:"small,omitempty"`
	Share   float64  `json:"share"`
	Agree   bool     `json:"agree"`
	Tags    []string `json:"tags"`
	Numbers []int    `json:"numbers"`
	Contact struct {
		Phone string `json:"phone"`
	} `json:"contact"`
	Terms *struct {
		Days int `json:"days"`
	} `json:"terms"`
	Limit   *int          `json:"limit"`
	Opened  calendar.Date `json:"opened"`
	Members []struct {
		Name string `json:"name"`
	} `json:"members"`
	Query  string `form:"q" json:"-"`
	Hidden string `json:"-"`
	shared
}

type shared struct {
	Note string `json:"note"`
}

func decode(form url.Values) (command, error) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var c command
	return c, page.Decode(httptest.NewRecorder(), r, &c)
}

func TestDecode(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(url.Values{
		"name": {" 店 "}, "count": {"3"}, "small": {""}, "share": {"0.5"}, "agree": {"false", "on"}, "tags": {"a", "", "b"}, "numbers": {"3", "1"},
		"contact.phone": {"1"}, "terms.days": {"7"}, "limit": {""}, "opened": {"2026-03-05"},
		"members.7.name": {"second"}, "members.2.name": {"first"}, "members.x.name": {"no"}, "q": {"瓷"}, "Hidden": {"x"}, "note": {"a\r\nb"},
	}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var c command
	if err := page.Decode(httptest.NewRecorder(), r, &c); err != nil {
		t.Fatal(err)
	}
	if c.Name != "店" || c.Count != 3 || c.Small != 0 || c.Share != 0.5 || !c.Agree || !slices.Equal(c.Tags, []string{"a", "b"}) || !slices.Equal(c.Numbers, []int{3, 1}) {
		t.Errorf("%+v", c)
	}
	if c.Contact.Phone != "1" || c.Terms == nil || c.Terms.Days != 7 || c.Limit != nil || c.Opened.String() != "2026-03-05" || c.Query != "瓷" || c.Hidden != "" || c.Note != "a\nb" {
		t.Errorf("%+v", c)
	}
	if len(c.Members) != 2 || c.Members[0].Name != "first" || c.Members[1].Name != "second" {
		t.Errorf("members: %+v", c.Members)
	}
}

func TestDecodeNamesTheField(t *testing.T) {
	for field, c := range map[string]struct{ value, rule string }{
		"count": {"many", "type_integer"}, "small": {"300", "type_integer"}, "share": {"NaN", "type_number"}, "opened": {"5.3.26", "date"},
		"numbers": {"x", "type_integer"}, "terms.days": {"x", "type_integer"}, "limit": {"1e3", "type_integer"},
	} {
		_, err := decode(url.Values{field: {c.value}})
		f, ok := fault.As(err)
		if !ok || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Pointer != "/"+strings.ReplaceAll(field, ".", "/") || f.Fields[0].Rule != c.rule {
			t.Errorf("%s=%s: %v", field, c.value, err)
		}
	}
}

func TestDecodeHasLimits(t *testing.T) {
	if _, err := decode(url.Values{"name": {strings.Repeat("x", page.MaxForm)}}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a large form: %v", err)
	}
	many := url.Values{}
	for i := range 201 {
		many.Set("members."+strconv.Itoa(i)+".name", "x")
	}
	if _, err := decode(many); !fault.Is(err, fault.Invalid) {
		t.Errorf("a long list: %v", err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("--x"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if err := page.Decode(httptest.NewRecorder(), r, &command{}); !fault.Is(err, fault.MalformedRequest) {
		t.Errorf("a broken upload: %v", err)
	}
}

func TestDecodeReadsUploads(t *testing.T) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("name", "店"); err != nil {
		t.Fatal(err)
	}
	part, err := m.CreateFormFile("photo", "门头.jpg")
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte("bytes")) //nolint:errcheck // a buffer
	m.Close()
	r := httptest.NewRequest(http.MethodPost, "/", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	var c command
	if err := page.Decode(httptest.NewRecorder(), r, &c); err != nil || c.Name != "店" {
		t.Fatalf("%+v %v", c, err)
	}
	if _, h, err := r.FormFile("photo"); err != nil || h.Size != 5 {
		t.Errorf("the file: %v", err)
	}
}
