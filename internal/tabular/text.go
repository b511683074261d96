package tabular

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Decode finds the encoding of a text and gives it as UTF-8: UTF-8 with or
// without a mark, UTF-16 with one, else GB18030, which holds GBK and GB 2312.
func Decode(content []byte) (string, error) {
	switch {
	case bytes.HasPrefix(content, []byte{0xEF, 0xBB, 0xBF}):
		content = content[3:]
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}), bytes.HasPrefix(content, []byte{0xFE, 0xFF}):
		b, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(content)
		if err != nil {
			return "", &FileError{Reason: "encoding", cause: err}
		}
		return string(b), nil
	}
	if utf8.Valid(content) {
		return string(content), nil
	}
	b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil || bytes.ContainsRune(b, utf8.RuneError) {
		return "", &FileError{Reason: "encoding", cause: err}
	}
	return string(b), nil
}

// maxLinesInCell is how many line breaks a cell of a text file may hold; more
// means that a quotation mark was opened and never closed.
const maxLinesInCell = 50

func readText(content []byte) ([][]string, error) {
	text, err := Decode(content)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(text, 0) {
		return nil, &FileError{Reason: "binary"}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = delimiter(text)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var rows [][]string
	end, filled := 0, 0 // last line of the record before; rows that hold something
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, &FileError{Reason: "binary", cause: err}
		}
		// The reader leaves out blank lines; row numbers must stay those of
		// the spreadsheet, where a cell with line breaks is still one row.
		line, _ := r.FieldPos(0)
		for ; end < line-1; end++ {
			rows = append(rows, nil)
		}
		end = line
		for _, cell := range record {
			breaks := strings.Count(cell, "\n")
			if breaks > maxLinesInCell {
				return nil, &FileError{Reason: "quote", Args: []any{len(rows) + 1}}
			}
			end += breaks
		}
		rows = append(rows, trimEnd(record))
		if err := checkSize(rows[len(rows)-1], &filled); err != nil {
			return nil, err
		}
	}
	if filled == 0 {
		return nil, &FileError{Reason: "empty"}
	}
	return rows, nil
}

// checkSize counts a row that holds something against the limits.
func checkSize(row []string, filled *int) error {
	if len(row) > MaxColumns {
		return &FileError{Reason: "too_wide", Args: []any{MaxColumns}}
	}
	if len(row) > 0 {
		*filled++
	}
	if *filled > MaxRows {
		return &FileError{Reason: "too_long", Args: []any{MaxRows}}
	}
	return nil
}

// trimEnd drops the empty cells at the end of a row.
func trimEnd(row []string) []string {
	for len(row) > 0 && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1]
	}
	return row
}

// delimiter is the one that most of the first lines have, outside quotation
// marks; of two the one that is there more often. Excel's own hint, a first
// line sep=;, decides.
func delimiter(text string) rune {
	if len(text) > 5 && strings.EqualFold(text[:4], "sep=") && strings.ContainsRune(",;\t", rune(text[4])) {
		return rune(text[4])
	}
	best, mostLines, most := ',', 0, 0
	for _, d := range []rune{',', '\t', ';'} {
		lines, total := 0, 0
		seen, n, quoted := 0, 0, false
		for _, r := range text {
			switch {
			case r == '"':
				quoted = !quoted
			case r == d && !quoted:
				n++
			case r == '\n' && !quoted:
				if n > 0 {
					lines++
				}
				total, n, seen = total+n, 0, seen+1
			}
			if seen >= headerWithin*2 {
				break
			}
		}
		if n > 0 {
			lines, total = lines+1, total+n
		}
		if lines > mostLines || lines == mostLines && total > most {
			best, mostLines, most = d, lines, total
		}
	}
	return best
}

func isHTML(content []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(content[:min(len(content), 2000)], []byte{0xEF, 0xBB, 0xBF}), " \t\r\n"))
	return bytes.HasPrefix(head, []byte("<")) && (bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<table")))
}

// isOLE reports the container of Excel before 2007, of WPS tables (.et) and of
// workbooks with a password.
func isOLE(content []byte) bool { return bytes.HasPrefix(content, []byte{0xD0, 0xCF, 0x11, 0xE0}) }

func isZip(content []byte) bool { return bytes.HasPrefix(content, []byte("PK\x03\x04")) }
