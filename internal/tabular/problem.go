package tabular

import (
	"errors"
	"strings"

	"fangxin/internal/i18n"
)

// ErrValue is what every [ValueError] is: a cell holds something else than its
// column says.
var ErrValue = errors.New("not a value of this column")

// words says a reason in a language. Reasons of tables stand under tabular.,
// those that forms know too under rule.; neither ever holds a cell's content.
func words(lang, reason string, args []any) string {
	c := i18n.Shipped()
	if key := "tabular." + reason; c.Has(key) {
		return c.T(lang, key, args...)
	}
	return c.T(lang, "rule."+reason, args...)
}

// FileError says why a file cannot be read at all. Its words name the way out.
type FileError struct {
	Reason string // too_large, too_long, too_wide, encoding, binary, quote, old_excel, html, not_workbook, empty, merged, mapping_file, mapping_key
	Args   []any
	cause  error
}

// Words says it in a language.
func (e *FileError) Words(lang string) string { return words(lang, e.Reason, e.Args) }

// Error is the English words, with the cause for the log.
func (e *FileError) Error() string {
	if e.cause != nil {
		return e.Words(i18n.En) + " (" + e.cause.Error() + ")"
	}
	return e.Words(i18n.En)
}

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.cause }

// HeaderError says that the header was not found or lacks columns.
type HeaderError struct {
	Missing []string // first names of the required columns that are missing
	Found   []string // headers of the row that fits best
	Row     int      // its number; 0 when no row looks like a header
	Sheet   string   // of a workbook
}

// Words says it in a language.
func (e *HeaderError) Words(lang string) string {
	list := func(names []string) string {
		if len(names) == 0 {
			return words(lang, "nothing", nil)
		}
		if lang == i18n.En {
			return strings.Join(names, ", ")
		}
		return strings.Join(names, "、")
	}
	if e.Row == 0 {
		return words(lang, "no_header", []any{headerWithin, list(e.Missing), list(e.Found)})
	}
	return words(lang, "missing_columns", []any{e.Row, list(e.Missing), list(e.Found)})
}

// Error is the English words.
func (e *HeaderError) Error() string { return e.Words(i18n.En) }

// ValueError says why a cell is no value of its column, without the value.
type ValueError struct {
	Reason string // required, date, no_such_day, number, too_big, lost_digits, formula_error, phone, uscc_…
	Args   []any
}

// Words says it in a language.
func (e *ValueError) Words(lang string) string { return words(lang, e.Reason, e.Args) }

// Error is the English words.
func (e *ValueError) Error() string { return e.Words(i18n.En) }

// Is makes every value error an [ErrValue].
func (e *ValueError) Is(target error) bool { return target == ErrValue }

func refuse(reason string, args ...any) error { return &ValueError{Reason: reason, Args: args} }
