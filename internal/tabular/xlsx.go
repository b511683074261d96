package tabular

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

func isZip(content []byte) bool { return bytes.HasPrefix(content, []byte("PK\x03\x04")) }

// readXLSX reads the first sheet that is not empty. Merged cells give their
// value to every cell of the range, as a person reads them.
func readXLSX(content []byte) ([][]string, error) {
	if len(content) > MaxBytes {
		return nil, fmt.Errorf("the file is larger than %d MB", MaxBytes>>20)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue:      true, // formatting dates is slow and loses what was stored
		UnzipSizeLimit:    512 << 20,
		UnzipXMLSizeLimit: 64 << 20,
	})
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be opened: %w", err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := sheetRows(f, sheet)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if !blank(r) {
				return rows, fillMerged(f, sheet, rows)
			}
		}
	}
	return nil, fmt.Errorf("the workbook holds no data")
}

func sheetRows(f *excelize.File, sheet string) ([][]string, error) {
	it, err := f.Rows(sheet)
	if err != nil {
		return nil, fmt.Errorf("sheet %s: %w", sheet, err)
	}
	defer it.Close()
	var rows [][]string
	for it.Next() {
		cells, err := it.Columns()
		if err != nil {
			return nil, fmt.Errorf("sheet %s row %d: %w", sheet, len(rows)+1, err)
		}
		rows = append(rows, cells)
		if len(rows) > MaxRows {
			return nil, fmt.Errorf("the sheet has more than %d rows; split it", MaxRows)
		}
	}
	return rows, it.Error()
}

func fillMerged(f *excelize.File, sheet string, rows [][]string) error {
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", sheet, err)
	}
	for _, m := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || top > len(rows) || left > len(rows[top-1]) {
			continue
		}
		value := rows[top-1][left-1]
		if right-left > 200 || bottom-top > MaxRows {
			continue
		}
		for y := top; y <= min(bottom, len(rows)); y++ {
			for len(rows[y-1]) < right {
				rows[y-1] = append(rows[y-1], "")
			}
			for x := left; x <= right; x++ {
				rows[y-1][x-1] = value
			}
		}
	}
	return nil
}
