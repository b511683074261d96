package tabular

import (
	"slices"
	"strings"
)

// headerWithin is how far down a header may stand, below titles and notes.
const headerWithin = 20

// headers knows which header means which column, and how well.
type headers struct {
	columns []Column
	claims  map[string]claim // by folded header
}

type claim struct {
	key  string
	rank int // the lower the better: the mapping, then names in their order, then the key itself
}

func learn(columns []Column, mapping Mapping) (*headers, error) {
	h := &headers{columns: columns, claims: map[string]claim{}}
	add := func(header, key string, rank int) {
		name := headerName(header)
		if before, ok := h.claims[name]; !ok || rank < before.rank {
			h.claims[name] = claim{key, rank}
		}
	}
	for _, c := range columns {
		for i, n := range c.Names {
			add(n, c.Key, i)
		}
		add(c.Key, c.Key, len(c.Names))
	}
	for theirs, ours := range mapping {
		i := slices.IndexFunc(columns, func(c Column) bool { return c.is(ours) })
		if i < 0 {
			return nil, &FileError{Reason: "mapping_key", Args: []any{Clean(ours), strings.Join(keys(columns), ", ")}}
		}
		add(theirs, columns[i].Key, -1)
	}
	return h, nil
}

// is reports that a key or header means the column.
func (c Column) is(name string) bool {
	return c.Key == name || slices.ContainsFunc(c.Names, func(n string) bool { return headerName(n) == headerName(name) })
}

// match gives the place of each known column in a row, and the headers left over.
func (h *headers) match(row []string) (at map[string]int, unknown []string) {
	at = map[string]int{}
	rank := map[string]int{}
	for i, cell := range row {
		c, ok := h.claims[headerName(cell)]
		if !ok {
			continue
		}
		if before, taken := rank[c.key]; !taken || c.rank < before {
			at[c.key], rank[c.key] = i, c.rank
		}
	}
	for i, cell := range row {
		if text := Clean(cell); text != "" {
			if c, ok := h.claims[headerName(cell)]; !ok || at[c.key] != i {
				unknown = append(unknown, text)
			}
		}
	}
	return at, unknown
}

// find gives the index of the header: of the first rows the one with most
// known columns, the upper of two; -1 when none has any.
func (h *headers) find(cells [][]string) int {
	best, hits := -1, 0
	for i := range min(headerWithin, len(cells)) {
		if at, _ := h.match(cells[i]); len(at) > hits {
			best, hits = i, len(at)
		}
	}
	return best
}

// shape finds the header and turns the rows below it into data.
func shape(cells [][]string, known *headers) (*Table, error) {
	head := known.find(cells)
	if head < 0 {
		e := &HeaderError{Missing: required(known.columns, func(string) bool { return false })}
		for i := range min(headerWithin, len(cells)) {
			if c := clean(cells[i]); len(c) > len(e.Found) {
				e.Found = c
			}
		}
		e.Found = e.Found[:min(len(e.Found), 30)]
		return nil, e
	}
	t := &Table{Header: cells[head], HeaderRow: head + 1}
	t.at, t.Unknown = known.match(cells[head])
	if missing := required(known.columns, t.Has); missing != nil {
		return nil, &HeaderError{Missing: missing, Found: clean(cells[head]), Row: head + 1}
	}
	for i, row := range cells {
		why := t.sort(i, head, row, known.columns)
		switch {
		case i == head:
		case why != "":
			t.Skipped = append(t.Skipped, Skip{Number: i + 1, Why: why, Text: firstText(row)})
		default:
			t.Rows = append(t.Rows, Row{Number: i + 1, Values: t.values(row), Cells: row})
		}
	}
	return t, nil
}

func (t *Table) values(row []string) map[string]string {
	values := make(map[string]string, len(t.at))
	for key, i := range t.at {
		if i < len(row) {
			values[key] = Clean(row[i])
		}
	}
	return values
}

// sort tells why a row is no data; "" when it is.
func (t *Table) sort(i, head int, row []string, columns []Column) string {
	switch {
	case blank(row):
		return Blank
	case i < head:
		return Title
	case t.repeats(row):
		return Repeated
	case isExample(row):
		return Example
	case isSection(row):
		return Section
	case t.isClosing(row, columns):
		return Signature
	}
	return ""
}

// repeats reports the header printed again on a later page, or the second row
// of one whose cells are merged downwards.
func (t *Table) repeats(row []string) bool {
	same := 0
	for _, i := range t.at {
		if i >= len(row) || Clean(row[i]) == "" {
			continue
		}
		if headerName(row[i]) != headerName(t.Header[i]) {
			return false
		}
		same++
	}
	return same >= min(2, len(t.at))
}

func firstText(row []string) string {
	for _, c := range row {
		if c = Clean(c); c != "" {
			if r := []rune(c); len(r) > 60 {
				return string(r[:60]) + "…"
			}
			return c
		}
	}
	return ""
}
