package tabular

// Whole is one sheet of a workbook as it stands, cell by cell.
type Whole struct {
	Name string
	Rows [][]string
}

// ReadWorkbook reads every visible sheet of a workbook, for files whose sheets
// belong together. It refuses what [Read] refuses.
func ReadWorkbook(content []byte) ([]Whole, error) {
	switch {
	case len(content) > MaxBytes:
		return nil, &FileError{Reason: "too_large", Args: []any{MaxBytes >> 20}}
	case isOLE(content):
		return nil, &FileError{Reason: "old_excel"}
	case isHTML(content):
		return nil, &FileError{Reason: "html"}
	case !isZip(content):
		return nil, &FileError{Reason: "not_workbook"}
	}
	b, err := openBook(content)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var out []Whole
	for _, name := range b.sheets() {
		rows, err := b.rows(name)
		if err != nil {
			return nil, err
		}
		out = append(out, Whole{Name: name, Rows: rows})
	}
	if len(out) == 0 {
		return nil, &FileError{Reason: "empty"}
	}
	return out, nil
}
