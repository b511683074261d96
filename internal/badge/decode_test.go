package badge

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/lifecycle"
)

// full is a face with every field set.
func full() Face {
	return Face{
		Certificate: "0199f3f0-0000-7000-8000-000000000001", Number: "JX-SD-2026-000123-84", State: lifecycle.Active,
		Sticker: lifecycle.StickerActive, PrintNo: 12, Scheme: "jx-model-shop", TitleZh: "示范店", TitleEn: "Model shop",
		LabelZh: "先行赔付", LabelEn: "Compensates first",
		Holder: "瓷韵轩", Address: "中山路1号", Division: "360102", Sectors: []string{"store", "catering"}, Photo: "ab12", Phone: "0791-88880000",
		Issuer: "省局", Approval: "赣市监规〔2023〕9号", IssuedOn: calendar.MakeDate(2026, 1, 2), ExpiresOn: calendar.MakeDate(2028, 1, 1),
		InspectedOn: "2025-12-20", Grade: "A", PromisesZh: []string{"七日无理由退货"}, PromisesEn: []string{"Seven days"},
		Reason: "整改", Since: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), BarredUntil: "2028-01-02", Street: true, Board: "0199f3f0-0000-7000-8000-000000000002",
		Turns: []Turn{
			{Status: Rectifying, From: calendar.MakeDate(2026, 3, 2), Until: calendar.MakeDate(2026, 3, 31), Zh: "少一家", En: "one short"},
			{Status: Expired, From: calendar.MakeDate(2026, 3, 31), Zh: "失效", En: "lapsed"},
		},
		Heir: "0197b5a0-0000-7000-8000-000000000001", Plaque: lifecycle.Missing,
		Replies: []Reply{
			{About: AboutDecision, Text: "已补齐价签", On: calendar.MakeDate(2026, 3, 3)},
			{About: AboutInspection, Text: "当天停电", On: calendar.MakeDate(2026, 3, 4)},
		},
	}
}

func TestQuickFaceReadsWhatIsWritten(t *testing.T) {
	empty := Face{IssuedOn: full().IssuedOn, ExpiresOn: full().ExpiresOn}
	none := full()
	none.Sectors, none.PromisesZh, none.Street = []string{}, nil, false
	for name, f := range map[string]Face{"full": full(), "empty": empty, "empty lists": none} {
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var want Face
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		got, ok := quickFace(string(b))
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: ok %v\n got %+v\nwant %+v", name, ok, got, want)
		}
	}
	// A field that is added to the face has to be added to the reader.
	v := reflect.ValueOf(full())
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("the full face of this test has no %s", v.Type().Field(i).Name)
		}
	}
}

// Whatever is stored, the answer is that of encoding/json.
func TestDecodeFaceAgreesWithJSON(t *testing.T) {
	b, err := json.Marshal(full())
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	bodies := []string{
		"", "{}", "{", "null", "[]", good + " ", good + "x", good[:len(good)-1], strings.Replace(good, "瓷韵轩", `A \u0026 \"B\"`, 1),
		strings.Replace(good, `"print_no":12`, `"print_no":012`, 1), strings.Replace(good, `"print_no":12`, `"print_no":-1`, 1),
		strings.Replace(good, `"print_no":12`, `"print_no":1e3`, 1), strings.Replace(good, `"print_no":12`, `"print_no":`, 1),
		strings.Replace(good, `"street":true`, `"street":maybe`, 1), strings.Replace(good, `"street":true`, `"street":true,`, 1),
		strings.Replace(good, `"holder"`, `"unheard"`, 1), strings.Replace(good, `"holder":"瓷韵轩"`, `"holder":null`, 1),
		strings.Replace(good, "2026-01-02T", "2026-13-02T", 1), strings.Replace(good, `000006Z"`, `000006+08:00"`, 1),
		strings.Replace(good, `"2028-01-01"`, `"2028-02-30"`, 1), strings.Replace(good, `"2028-01-01"`, `""`, 1),
		strings.Replace(good, `["store","catering"]`, `["store",]`, 1), strings.Replace(good, `["store","catering"]`, `["store" "x"]`, 1),
		strings.Replace(good, "瓷韵轩", "\xff", 1), strings.Replace(good, "瓷韵轩", "a\tb", 1), strings.ReplaceAll(good, ":", ": "),
	}
	for i := range len(good) {
		bodies = append(bodies, good[:i], good[:i]+good[i+1:])
	}
	for _, body := range bodies {
		var want Face
		wantErr := json.Unmarshal([]byte(body), &want)
		got, err := decodeFace(body)
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("%q: %v, encoding/json says %v", body, err, wantErr)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\n got %+v\nwant %+v", body, got, want)
		}
	}
}

func BenchmarkDecodeFace(b *testing.B) {
	body, err := json.Marshal(full())
	if err != nil {
		b.Fatal(err)
	}
	s := string(body)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeFace(s); err != nil {
			b.Fatal(err)
		}
	}
}
