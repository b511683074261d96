package tabular

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// MaxBytes is the largest file that is read, and MaxRows the longest.
const (
	MaxBytes = 64 << 20
	MaxRows  = 200_000
)

// Decode finds the encoding of a text and gives it as UTF-8: UTF-8 with or
// without a mark, UTF-16 with one, else GB18030, which holds GBK and GB 2312.
func Decode(content []byte) (string, error) {
	if len(content) > MaxBytes {
		return "", fmt.Errorf("the file is larger than %d MB", MaxBytes>>20)
	}
	switch {
	case bytes.HasPrefix(content, []byte{0xEF, 0xBB, 0xBF}):
		content = content[3:]
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}), bytes.HasPrefix(content, []byte{0xFE, 0xFF}):
		b, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(content)
		return string(b), err
	}
	if utf8.Valid(content) {
		return string(content), nil
	}
	b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil || bytes.ContainsRune(b, utf8.RuneError) {
		return "", errors.New("the text is neither UTF-8 nor GB18030; save it as “CSV UTF-8” and try again")
	}
	return string(b), nil
}

func readText(content []byte) ([][]string, error) {
	text, err := Decode(content)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(text, 0) {
		return nil, errors.New("this is no table: the file holds binary data")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = delimiter(text)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var rows [][]string
	for {
		record, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the table cannot be read: %w", err)
		}
		line, _ := r.FieldPos(0)
		for len(rows) < line-1 { // the reader leaves out blank lines; numbers must stay true
			rows = append(rows, nil)
		}
		rows = append(rows, record)
		if len(rows) > MaxRows {
			return nil, fmt.Errorf("the table has more than %d rows; split it", MaxRows)
		}
	}
}

// delimiter is the one that the first lines use most.
func delimiter(text string) rune {
	head := text
	if len(head) > 4000 {
		head = head[:4000]
	}
	best, most := ',', 0
	for _, d := range []rune{',', '\t', ';'} {
		if n := strings.Count(head, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}
