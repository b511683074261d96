package importer

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/tabular"
)

// days are the columns that hold days.
var days = []string{"founded", "issued", "expires"}

// Columns of the list of errors before those of the file.
var errorColumns = []string{"import.file_row", "import.file_column", "import.file_problem", "import.file_fix"}

// errorFile lists each row that there is something to say about, once, with
// what is wrong, what to do, and the row as it stands in the file: it can be
// put right in place and imported again. nil when there is nothing to say.
func (s *Service) errorFile(lang string, table *tabular.Table, notes []note) ([]byte, error) {
	if len(notes) == 0 {
		return nil, nil
	}
	of := map[int][]Problem{}
	for _, n := range notes {
		of[n.Row] = append(of[n.Row], s.problem(n))
	}
	head := []string{}
	for _, key := range errorColumns {
		head = append(head, s.texts.T(lang, key))
	}
	rows := [][]string{append(head, table.Header...)}
	for _, row := range table.Rows {
		found := of[row.Number]
		if found == nil {
			continue
		}
		var columns, says, fixes []string
		for _, p := range found {
			said := p.Problem.In(lang)
			if !p.Refused {
				said = s.texts.T(lang, "import.hint") + s.texts.T(lang, "import.file_colon") + said
			}
			says = append(says, said)
			columns, fixes = once(columns, p.Column), once(fixes, p.WayOut.In(lang))
		}
		first := []string{strconv.Itoa(row.Number), strings.Join(columns, "、"), strings.Join(says, "；"), strings.Join(fixes, "；")}
		line := append(first, table.Readable(row, days...)...)
		for len(line) < len(rows[0]) {
			line = append(line, "")
		}
		rows = append(rows, line)
	}
	return tabular.CSV(rows)
}

// once adds a text that is not in the list yet.
func once(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
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
