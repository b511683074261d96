package tabular

import (
	"archive/zip"
	"bytes"
	"errors"

	"github.com/xuri/excelize/v2"
)

// What a workbook may unpack to; more than that is no list of shops.
const (
	maxUnpacked    = 512 << 20
	maxPartInPlace = 64 << 20 // larger parts go through a temporary file
)

// book is an open workbook. Rows are read as a stream and merged ranges from
// the sheet's own part: asking excelize for them would load every cell again
// and lay out the ranges cell by cell, however large they claim to be.
type book struct {
	f        *excelize.File
	parts    *zip.Reader
	date1904 bool
}

func openBook(content []byte) (*book, error) {
	parts, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, &FileError{Reason: "not_workbook", cause: err}
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue:      true, // formatting dates is slow and loses what was stored
		UnzipSizeLimit:    maxUnpacked,
		UnzipXMLSizeLimit: maxPartInPlace,
	})
	if err != nil {
		return nil, &FileError{Reason: "not_workbook", cause: err}
	}
	b := &book{f: f, parts: parts}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		b.date1904 = *props.Date1904
	}
	return b, nil
}

// Close removes temporary files.
func (b *book) Close() { _ = b.f.Close() }

// sheets lists the visible ones in their order.
func (b *book) sheets() []string {
	var visible []string
	for _, s := range b.f.GetSheetList() {
		if ok, err := b.f.GetSheetVisible(s); err != nil || ok {
			visible = append(visible, s)
		}
	}
	return visible
}

// rows reads a sheet; merged cells give their value to every cell of the
// range, as a person reads them. Blank rows at the end are left out, and a
// merged range does not fill a row that is blank otherwise.
func (b *book) rows(sheet string) ([][]string, error) {
	var rows [][]string
	filled, last := 0, 0
	err := b.each(sheet, func(cells []string) error {
		rows = append(rows, trimEnd(cells))
		if len(rows[len(rows)-1]) > 0 {
			last = len(rows)
		}
		return checkSize(rows[len(rows)-1], &filled)
	})
	if err != nil {
		return nil, err
	}
	rows = rows[:last]
	if len(rows) == 0 {
		return nil, nil
	}
	merged, err := mergedRanges(b.parts, sheet)
	if err != nil {
		return nil, &FileError{Reason: "not_workbook", cause: err}
	}
	return rows, fill(rows, merged)
}

var errEnough = errors.New("enough")

// holdsSomething looks at the first rows only.
func (b *book) holdsSomething(sheet string) bool {
	n := 0
	err := b.each(sheet, func(cells []string) error {
		if n++; !blank(cells) {
			return errEnough
		}
		if n > 1000 {
			return errors.New("blank so far")
		}
		return nil
	})
	return errors.Is(err, errEnough)
}

func (b *book) each(sheet string, do func(cells []string) error) error {
	it, err := b.f.Rows(sheet)
	if err != nil {
		return &FileError{Reason: "not_workbook", cause: err}
	}
	defer it.Close()
	for it.Next() {
		cells, err := it.Columns()
		if err != nil {
			return &FileError{Reason: "not_workbook", cause: err}
		}
		if err := do(cells); err != nil {
			return err
		}
	}
	if err := it.Error(); err != nil {
		return &FileError{Reason: "not_workbook", cause: err}
	}
	return nil
}
