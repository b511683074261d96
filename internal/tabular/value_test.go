package tabular_test

import (
	"errors"
	"strings"
	"testing"

	"fangxin/internal/tabular"
)

// reasonOf gives why a value was refused, and that it has words.
func reasonOf(t *testing.T, err error) string {
	t.Helper()
	var v *tabular.ValueError
	if err == nil {
		return ""
	}
	if !errors.As(err, &v) || !errors.Is(err, tabular.ErrValue) {
		t.Fatalf("%v is no value error", err)
	}
	if zh, en := v.Words("zh"), v.Words("en"); zh == en || strings.Contains(zh, "tabular.") || strings.Contains(zh, "rule.") {
		t.Errorf("%s has no words: %s", v.Reason, zh)
	}
	return v.Reason
}

func TestDates(t *testing.T) {
	for _, s := range []string{"2024.3.5", "2024年3月5日", "2024/03/05", "2024-3-5", "20240305", "45356", "45356.5", "2024-03-05 10:00:00", "2024-03-05T10:00:00Z",
		"２０２４．０３．０５", "2024年03月05日", "2024 年 3 月 5 日", "2024/3/5 10:30", "2024年3月5日10时", " 2024.3.5　"} {
		if d, err := tabular.ParseDate(s); err != nil || d.String() != "2024-03-05" {
			t.Errorf("%q: %s %v", s, d, err)
		}
	}
	for s, reason := range map[string]string{
		"": "required", "　": "required", "2024-13-05": "no_such_day", "2024.2.30": "no_such_day", "20240231": "no_such_day", "2023-02-29": "no_such_day",
		"yesterday": "date_form", "12": "date_form", "2024": "date_form", "99999999": "date_form", "24.3.5": "date_form", "2024-3": "date_form",
		"12345": "date_form", "2024-3-5 and more": "date_form", "2024-03-05至2025-03-04": "date_form", "#N/A": "formula_error",
	} {
		if _, err := tabular.ParseDate(s); reasonOf(t, err) != reason {
			t.Errorf("%q: %v, want %s", s, err, reason)
		}
	}
	table := &tabular.Table{Date1904: true}
	for s, want := range map[string]string{"43894": "2024-03-05", "2024.3.5": "2024-03-05", "20240305": "2024-03-05"} {
		if d, err := table.Date(s); err != nil || d.String() != want {
			t.Errorf("from 1904, %q: %s %v", s, d, err)
		}
	}
}

func TestCreditCodes(t *testing.T) {
	for s, repaired := range map[string]bool{
		"91360102MA1TEUT08T": false, "9136O1O2ma1teutO8t": true, "９１３６０１０２ＭＡ１ＴＥＵＴ０８Ｔ": false, "91360102MAITEUT08T": true,
		"'91360102MA1TEUT08T": false, "9136 0102-MA1TEUT08T\u200b": false, "91360102MA1TEUT08T\n": false,
	} {
		code, fixed, err := tabular.ParseUSCC(s)
		if err != nil || code != "91360102MA1TEUT08T" || fixed != repaired {
			t.Errorf("%q: %s %v %v", s, code, fixed, err)
		}
	}
	for s, reason := range map[string]string{
		"91360102MA1TEUT08X": "uscc_check_digit", "9136O102MA1TEUT08X": "uscc_alphabet", "123": "uscc_length", "360100210012345": "uscc_old_number",
		"9.14403E+17": "lost_digits", "": "required", "#REF!": "formula_error",
	} {
		if _, _, err := tabular.ParseUSCC(s); reasonOf(t, err) != reason {
			t.Errorf("%q: %v, want %s", s, err, reason)
		}
	}
}

func TestPhones(t *testing.T) {
	for s, want := range map[string]string{
		"0791-88881234、13812345678": "079188881234", "": "", "13812345678.0": "13812345678", "1.3812345678E10": "13812345678", "1.3812345678E+10": "13812345678",
		"（０７９１）８８８８１２３４": "079188881234", "0791-88881234转801": "079188881234", "+86 138 1234 5678": "13812345678", "'13812345678": "13812345678", "'+8613812345678": "13812345678",
	} {
		if n, err := tabular.ParsePhone(s); err != nil || n != want {
			t.Errorf("%q: %q %v", s, n, err)
		}
	}
	for s, reason := range map[string]string{"1.38123E+10": "lost_digits", "1381234567": "phone", "无": "phone", "、": "phone"} {
		if _, err := tabular.ParsePhone(s); reasonOf(t, err) != reason {
			t.Errorf("%q: %v, want %s", s, err, reason)
		}
	}
}

func TestNumbers(t *testing.T) {
	for s, want := range map[string]float64{"12": 12, "１，２３４．５": 1234.5, "-3": -3, "1.5E3": 1500, "115.891234": 115.891234, "0": 0} {
		if n, err := tabular.ParseNumber(s); err != nil || n != want {
			t.Errorf("%q: %v %v", s, n, err)
		}
	}
	for s, reason := range map[string]string{"12㎡": "number", "5%": "number", "1,23": "number", "NaN": "number", "0x10": "number", "": "required", "91360102000000000": "too_big", "9E400": "number", "9E300": "too_big"} {
		if _, err := tabular.ParseNumber(s); reasonOf(t, err) != reason && !(s == "9E400" && reasonOf(t, err) == "too_big") {
			t.Errorf("%q: %v, want %s", s, err, reason)
		}
	}
}
