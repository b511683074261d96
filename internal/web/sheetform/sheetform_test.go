package sheetform_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/web/sheetform"
)

// sent reads a form as a page sends it; files are stored under their content.
func sent(t *testing.T, fields map[string][]string, files map[string]string) (checklist.Answer, error) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range fields {
		for _, v := range values {
			if err := m.WriteField("p."+name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		part, err := m.CreateFormFile("p."+name, "file")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(part, content)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	if err := sheetform.Parse(httptest.NewRecorder(), r); err != nil {
		t.Fatal(err)
	}
	return sheetform.Read(r, "p.", "RETB-01", 1000, func(data []byte) (string, error) { return "sha-" + string(data), nil })
}

func TestReadingEveryKindOfAnswer(t *testing.T) {
	a, err := sent(t, map[string][]string{"verdict": {"fail"}, "note": {" 拒绝退货 "}, "photos": {"old1", "old2"}, "audio": {"rec1", "rec2"}, "remove": {"old1", "rec2"}},
		map[string]string{"photo": "new", "recording": "voice"})
	if err != nil || a.Verdict != checklist.Fail || a.Note != "拒绝退货" || !slices.Equal(a.Photos, []string{"old2", "sha-new"}) || !slices.Equal(a.Audio, []string{"rec1", "sha-voice"}) {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = sent(t, map[string][]string{"lat": {"28.682976"}, "lng": {"115.8581970"}}, nil)
	if err != nil || a.Place == nil || *a.Place != (checklist.Place{LatE7: 286829760, LngE7: 1158581970, Datum: "wgs84"}) {
		t.Errorf("%+v, %v", a.Place, err)
	}
	for _, bad := range []map[string][]string{{"lat": {"91"}, "lng": {"0"}}, {"lat": {"28"}}, {"lat": {"28"}, "lng": {"NaN"}}, {"number": {"1,5"}}} {
		if _, err := sent(t, bad, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	a, err = sent(t, map[string][]string{"signature": {"before"}, "refused": {"不在场"}}, map[string]string{"drawing": "ink"})
	if err != nil || a.Signature != "sha-ink" || a.Refused != "" {
		t.Errorf("a drawing: %+v, %v", a, err)
	}
	a, err = sent(t, map[string][]string{"refused": {"不在场"}}, nil)
	if err != nil || a.Refused != "不在场" || a.Signature != "" {
		t.Errorf("a refusal: %+v, %v", a, err)
	}
	a, err = sent(t, map[string][]string{"verdict": {"na"}, "na_reason": {"不销售"}, "number": {"3"}, "choice": {"x"}}, nil)
	if err != nil || a.Number != nil || a.Choice != "" || a.NAReason != "不销售" {
		t.Errorf("not applicable: %+v, %v", a, err)
	}
}
