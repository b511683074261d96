package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/tabular"
)

// say words a text in both languages.
func (s *Service) say(key string, args ...any) i18n.Text {
	return i18n.Text{Zh: s.texts.T(i18n.Zh, key, args...), En: s.texts.T(i18n.En, key, args...)}
}

// problem makes a refusal of a row: the texts import.problem_<code> and
// import.fix_<code>.
func (s *Service) problem(row int, column, code string, args ...any) Problem {
	return Problem{Row: row, Column: header(column), Problem: s.say("import.problem_"+code, args...), WayOut: s.say("import.fix_"+code, args...), Refused: true}
}

// hint makes a remark that does not keep the row out.
func (s *Service) hint(row int, column, code string, args ...any) Problem {
	p := s.problem(row, column, code, args...)
	p.Refused = false
	return p
}

// rule words a broken rule of a field.
func (s *Service) rule(row int, column, rule, param string) Problem {
	return Problem{Row: row, Column: header(column), Problem: s.say("rule."+rule, param), WayOut: s.say("import.fix_rule"), Refused: true}
}

// pointers tell which column a field of a command comes from.
var pointers = map[string]string{
	"/uscc": "uscc", "/legal_form": "form", "/founded_on": "founded", "/contact_name": "contact", "/contact_phone": "phone",
	"/address": "address", "/division": "division", "/sectors": "sector", "/number": "number", "/expires_on": "expires",
}

// refusal words what a use-case said about a row. name and phone are the
// columns of the fields with these names.
func (s *Service) refusal(row int, err error, name, phone string) []Problem {
	f, ok := fault.As(err)
	if !ok {
		f = fault.New(fault.Internal, "")
	}
	var out []Problem
	for _, field := range f.Fields {
		column := pointers[field.Pointer]
		switch {
		case field.Pointer == "/name":
			column = name
		case field.Pointer == "/phone":
			column = phone
		case len(field.Pointer) > 6 && field.Pointer[:6] == "/point":
			column = "lng"
		case len(field.Pointer) > 8 && field.Pointer[:8] == "/sectors":
			column = "sector"
		}
		out = append(out, s.rule(row, column, field.Rule, field.Param))
	}
	if out != nil {
		return out
	}
	entry := fault.Lookup(f.Code)
	p := Problem{Row: row, Problem: i18n.Text{Zh: entry.TitleZh, En: entry.TitleEn}, WayOut: i18n.Text{Zh: entry.HelpZh, En: entry.HelpEn}, Refused: true}
	if f.Detail != "" && s.texts.Has("fault."+f.Detail) {
		p.Problem = s.say("fault."+f.Detail, f.Args...)
	}
	return []Problem{p}
}

// errorFile writes every problem with the row as it stands in the file, as CSV
// that spreadsheets open (with a mark for UTF-8).
func (s *Service) errorFile(lang string, table *tabular.Table, problems []Problem) ([]byte, error) {
	if len(problems) == 0 {
		return nil, nil
	}
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	line := func(first []string, cells []string) error {
		record := append([]string(nil), first...)
		for _, c := range cells {
			record = append(record, tabular.Guard(c))
		}
		return w.Write(record)
	}
	head := make([]string, 4)
	for i, key := range []string{"import.file_row", "import.file_column", "import.file_problem", "import.file_fix"} {
		head[i] = s.texts.T(lang, key)
	}
	if err := line(head, table.Header); err != nil {
		return nil, err
	}
	cells := map[int][]string{}
	for _, r := range table.Rows {
		cells[r.Number] = r.Cells
	}
	for _, p := range problems {
		first := []string{strconv.Itoa(p.Row), tabular.Guard(p.Column), tabular.Guard(p.Problem.In(lang)), tabular.Guard(p.WayOut.In(lang))}
		if err := line(first, cells[p.Row]); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// Explain words a refusal of a whole file for the command line.
func (s *Service) Explain(lang string, err error) error {
	f, ok := fault.As(err)
	if !ok || f.Code == fault.Internal {
		return err
	}
	entry := fault.Lookup(f.Code)
	words := []string{entry.Title(lang)}
	if f.Detail != "" {
		words = append(words, s.texts.T(lang, "fault."+f.Detail, f.Args...))
	}
	for _, field := range f.Fields {
		words = append(words, strings.TrimPrefix(field.Pointer, "/")+": "+s.texts.T(lang, "rule."+field.Rule, field.Param))
	}
	return errors.New(strings.Join(words, "; "))
}
