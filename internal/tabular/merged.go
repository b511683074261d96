package tabular

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// area is a merged range, from 1, both ends included.
type area struct{ left, top, right, bottom int }

var mergeForm = regexp.MustCompile(`<(?:\w+:)?mergeCell\s[^>]*?ref="(\$?[A-Z]{1,3}\$?\d{1,7}):(\$?[A-Z]{1,3}\$?\d{1,7})"`)

// maxFilled is how many cells merged ranges may fill in all.
const maxFilled = 5_000_000

// mergedRanges reads the merged ranges of a sheet from its part of the
// workbook, tag by tag, without keeping any cell.
func mergedRanges(parts *zip.Reader, sheet string) ([]area, error) {
	name, err := partOf(parts, sheet)
	if name == "" || err != nil {
		return nil, err
	}
	f, err := parts.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(io.LimitReader(f, maxUnpacked), 64<<10)
	var found []area
	for {
		tag, err := r.ReadSlice('>')
		if bytes.Contains(tag, []byte("mergeCell")) {
			if m := mergeForm.FindSubmatch(tag); m != nil {
				if a, ok := makeArea(string(m[1]), string(m[2])); ok {
					found = append(found, a)
				}
			}
		}
		switch {
		case err == io.EOF:
			return found, nil
		case errors.Is(err, bufio.ErrBufferFull): // a long text; tags are short
		case err != nil:
			return nil, err
		}
	}
}

func makeArea(from, to string) (area, bool) {
	left, top, err1 := excelize.CellNameToCoordinates(from)
	right, bottom, err2 := excelize.CellNameToCoordinates(to)
	return area{left, top, right, bottom}, err1 == nil && err2 == nil && left <= right && top <= bottom
}

// partOf finds the name of a sheet's part through the workbook's relations; ""
// when it is not told.
func partOf(parts *zip.Reader, sheet string) (string, error) {
	var workbook struct {
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := readPart(parts, "xl/workbook.xml", &workbook); err != nil {
		return "", err
	}
	if err := readPart(parts, "xl/_rels/workbook.xml.rels", &relations); err != nil {
		return "", err
	}
	for _, s := range workbook.Sheets {
		for _, a := range s.Attrs {
			if s.Name != sheet || a.Name.Local != "id" {
				continue
			}
			for _, rel := range relations.All {
				if rel.ID == a.Value {
					if strings.HasPrefix(rel.Target, "/") {
						return rel.Target[1:], nil
					}
					return path.Join("xl", rel.Target), nil
				}
			}
		}
	}
	return "", nil
}

func readPart(parts *zip.Reader, name string, into any) error {
	f, err := parts.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, 16<<20)).Decode(into)
}

// fill gives every cell of a merged range its value.
func fill(rows [][]string, merged []area) error {
	own := make([]bool, len(rows)) // rows that hold something of their own
	for y, r := range rows {
		own[y] = len(r) > 0
	}
	budget := maxFilled
	for _, m := range merged {
		if m.top > len(rows) || m.left > len(rows[m.top-1]) {
			continue
		}
		value := rows[m.top-1][m.left-1]
		right := min(m.right, MaxColumns)
		bottom := min(m.bottom, len(rows))
		if budget -= (bottom - m.top + 1) * (right - m.left + 1); budget < 0 {
			return &FileError{Reason: "merged"}
		}
		for y := m.top; y <= bottom; y++ {
			if !own[y-1] {
				continue
			}
			for len(rows[y-1]) < right {
				rows[y-1] = append(rows[y-1], "")
			}
			for x := m.left; x <= right; x++ {
				rows[y-1][x-1] = value
			}
		}
	}
	return nil
}
