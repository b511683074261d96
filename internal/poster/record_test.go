package poster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/record"
	"fangxin/internal/sector"
)

// paperOf is a visit with failures, many pictures, a refusal and a correction.
func paperOf(t *testing.T, pictures int) RecordPaper {
	t.Helper()
	sheet, err := checklist.ForSector(sector.Store)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	var answers []checklist.Answer
	v := &record.Visit{
		Holder: "瓷韵轩陶瓷店", Address: "珠山路1号", Division: "360203", SheetHash: sheet.Hash(),
		Inspectors: []record.Person{{Account: "a", Name: "龚海波"}, {Account: "b", Name: "邹春梅"}},
		Started:    record.Stamp{Server: at, Moment: record.Moment{Device: "平板 7", At: &at, Place: &checklist.Place{LngE7: 1172000000, LatE7: 292900000, Datum: "wgs84", Accuracy: 9}}},
		Submitted:  record.Stamp{Server: at.Add(time.Hour)},
		Signatures: []record.Signature{
			{Party: "lead", Name: "龚海波", Drawing: "sig1", Server: at}, {Party: "second", Name: "邹春梅", Drawing: "sig2", Server: at},
			{Party: "merchant", Name: "涂金莲", Refused: "认为价签不算问题", Witness: "社区干部 李敏", Server: at},
		},
	}
	n := int64(0)
	for it := range sheet.Items() {
		a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass}
		switch {
		case it.Flag == checklist.BonusItem:
			continue
		case it.ID == "COM-02":
			a.Verdict, a.Note = checklist.Fail, "营业执照被货架遮挡，𪚥 \U0001F600 看不清"
			for i := range pictures {
				a.Photos = append(a.Photos, fmt.Sprintf("photo%02d", i))
			}
		case it.ID == "STO-03":
			a.Verdict, a.NAReason = checklist.NotApplicable, "不使用计量器具"
		}
		n++
		answers = append(answers, a)
		v.Entries = append(v.Entries, record.Entry{N: n, Item: it.ID, Label: it.Text, Answer: a, Counts: true, At: at})
	}
	v.Result = checklist.Score(&sheet, answers)
	for _, a := range answers {
		for _, sha := range a.Photos {
			v.Files = append(v.Files, record.File{SHA256: sha + strings.Repeat("0", 57), Source: []string{"camera", "file", ""}[len(v.Files)%3]})
		}
	}
	seal := strings.Repeat("5e", 32)
	return RecordPaper{
		Record: record.Record{Format: record.Format, Kind: record.Submission, N: 1, At: at.Add(time.Hour), Inspection: "0190c0de-0000-7000-8000-000000000001", Visit: v, Seal: seal},
		Sheet:  &sheet, Address: "https://fx.example.gov.cn/records/" + seal, Lang: "zh",
		Later: []record.Record{{Kind: record.Amendment, N: 2, At: at.Add(5 * time.Hour), Seal: strings.Repeat("ab", 32), Correction: &record.Correction{
			By: record.Person{Name: "喻晓燕"}, Reason: "照片显示执照可见", Result: v.Result,
			Changes: []record.Change{{Item: "COM-02", Label: checklist.Text{Zh: "在显著位置亮照亮证"}, Fields: []record.Field{{Name: "verdict", Old: []byte(`"fail"`), New: []byte(`"pass"`)}}}},
		}}},
		Open: func(sha string) ([]byte, error) {
			if sha == "photo00" {
				return nil, errors.New("gone")
			}
			img := image.NewRGBA(image.Rect(0, 0, 900, 600))
			for x := range 900 {
				img.Set(x, 300, color.RGBA{R: 200, A: 255})
			}
			var b bytes.Buffer
			err := jpeg.Encode(&b, img, nil)
			return b.Bytes(), err
		},
	}
}

func printed(t *testing.T, in RecordPaper) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Record(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRecordPrintsTheSameForEver(t *testing.T) {
	if a, b := printed(t, paperOf(t, 3)), printed(t, paperOf(t, 3)); !bytes.Equal(a, b) {
		t.Error("the same record prints differently")
	}
	few, many := printed(t, paperOf(t, 0)), printed(t, paperOf(t, 30))
	if n, m := bytes.Count(few, []byte("/Type /Page\n")), bytes.Count(many, []byte("/Type /Page\n")); n < 3 || m <= n {
		t.Errorf("%d pages without pictures, %d with thirty", n, m)
	}
}

// What the paper says can be found in it, and its code leads to the record.
func TestRecordCanBeReadAndScanned(t *testing.T) {
	tools(t, "pdftoppm", "pdftotext", "zbarimg")
	for _, lang := range []string{"zh", "en"} {
		in := paperOf(t, 9)
		in.Lang = lang
		file := filepath.Join(t.TempDir(), "record.pdf")
		if err := os.WriteFile(file, printed(t, in), 0o600); err != nil {
			t.Fatal(err)
		}
		picture := strings.TrimSuffix(file, ".pdf")
		if out, err := exec.Command("pdftoppm", "-r", "150", "-singlefile", "-png", file, picture).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		out, err := exec.Command("zbarimg", "--quiet", "--raw", picture+".png").Output()
		if err != nil || strings.TrimSpace(string(out)) != in.Address {
			t.Errorf("%s: the phone reads %q, %v", lang, out, err)
		}
		text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.NewReplacer("\n", "", " ", "", "\f", "", "　", "").Replace(string(text))
		want := []string{"瓷韵轩陶瓷店", "龚海波", "认为价签不算问题", "社区干部李敏", "营业执照被货架遮挡", "不使用计量器具", "照片显示执照可见", in.Record.Seal, "COM-13"}
		if lang == "zh" {
			want = append(want, "放心消费核查记录", "达标", "未列入经营异常名录", "2026年3月2日10:00:00", "不符合→符合", "应用内拍摄", "选自文件")
		} else {
			want = append(want, "Inspectionrecord", "Refusedtosign", "Passed", "takenintheapp")
		}
		for _, w := range want {
			if !strings.Contains(flat, w) {
				t.Errorf("%s: the paper lacks %q", lang, w)
			}
		}
	}
}
