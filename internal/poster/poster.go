// Package poster owns what hangs in a shop and on its door: the A4 poster,
// the door sticker and the certificate of a title, drawn as PDF with their
// fonts inside and the QR code as vectors.
//
// It knows no database and decides nothing: whoever calls it has already
// asked whether the title may be printed. It refuses to print a page on which
// a character would stay blank, or words would not fit.
//
// The same sheet gives the same bytes.
package poster

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/qr"
)

// Sheet is everything that one print shows.
type Sheet struct {
	Title       string         // of the award (称号), such as 放心消费示范店
	TitleEn     string         // may be empty
	Label       string         // words of the scheme beside its title (标识用语); may be empty
	Scheme      string         // programme that awards it (称号项目); may be empty
	ShopName    string         // name on the sign
	Address     string         // may be empty
	Operator    string         // legal name of the operator (经营主体); on the certificate, may be empty
	CertNo      string         // certificate number (称号编号)
	Code        badgecode.Code // storefront code of this very print
	URL         string         // what the QR code opens
	Issuer      string         // authority (发证机关)
	ApprovalDoc string         // decision that the title rests on (批准文件); may be empty
	IssuedOn    calendar.Date
	ExpiresOn   calendar.Date
	Promises    []string  // public commitments; what follows a colon is printed smaller
	Phone       string    // the shop's own line for complaints; may be empty
	PrintSerial string    // number and batch of the print, such as "26B-3"
	PrintedAt   time.Time // goes into the file's properties
	DemoMark    bool      // marks invented data
}

// Bounds of a sheet. A text beyond them cannot be read from the pavement.
const (
	MaxText     = 120 // characters of one field
	MaxPromises = 6
)

// FieldError says which field of a sheet keeps it from being printed.
type FieldError struct {
	Field string // name of the field of [Sheet]
	Rule  string // "required", "max", "order" or "qr"
	Err   error  // cause, if there is one
}

func (e *FieldError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("poster: %s: %s: %v", e.Field, e.Rule, e.Err)
	}
	return fmt.Sprintf("poster: %s: %s", e.Field, e.Rule)
}

func (e *FieldError) Unwrap() error { return e.Err }

// GlyphError says that no font at hand can draw some characters of a field.
// Nothing is printed then: a name with a gap is a wrong name.
type GlyphError struct {
	Field string
	Runes []rune // each once, in order of appearance
}

func (e *GlyphError) Error() string {
	names := make([]string, len(e.Runes))
	for i, r := range e.Runes {
		names[i] = fmt.Sprintf("%q (%U)", r, r)
	}
	return fmt.Sprintf("poster: %s: no font has %s", e.Field, strings.Join(names, ", "))
}

type field struct {
	name, text string
	required   bool
}

func (s Sheet) fields() []field {
	fields := []field{
		{"Title", s.Title, true}, {"TitleEn", s.TitleEn, false}, {"Label", s.Label, false}, {"Scheme", s.Scheme, false},
		{"ShopName", s.ShopName, true}, {"Address", s.Address, false}, {"Operator", s.Operator, false},
		{"CertNo", s.CertNo, true}, {"Code", string(s.Code), true}, {"URL", s.URL, true},
		{"Issuer", s.Issuer, true}, {"ApprovalDoc", s.ApprovalDoc, false},
		{"IssuedOn", s.IssuedOn.String(), true}, {"ExpiresOn", s.ExpiresOn.String(), true},
		{"Phone", s.Phone, false}, {"PrintSerial", s.PrintSerial, false},
	}
	for i, p := range s.Promises {
		fields = append(fields, field{fmt.Sprintf("Promises[%d]", i), p, true})
	}
	return fields
}

// Check tells whether a sheet can be printed: every fault of it, joined, each
// a [FieldError] or a [GlyphError].
func (s Sheet) Check() error {
	f, err := fonts()
	if err != nil {
		return err
	}
	var all []error
	for _, field := range s.fields() {
		switch {
		case field.required && strings.TrimSpace(field.text) == "":
			all = append(all, &FieldError{Field: field.name, Rule: "required"})
		case utf8.RuneCountInString(field.text) > MaxText:
			all = append(all, &FieldError{Field: field.name, Rule: "max"})
		default:
			if missing := f.missing(field.text); len(missing) > 0 {
				all = append(all, &GlyphError{Field: field.name, Runes: missing})
			}
		}
	}
	if len(s.Promises) > MaxPromises {
		all = append(all, &FieldError{Field: "Promises", Rule: "max"})
	}
	if s.ExpiresOn.Before(s.IssuedOn) {
		all = append(all, &FieldError{Field: "ExpiresOn", Rule: "order"})
	}
	if _, err := s.matrix(); s.URL != "" && err != nil {
		all = append(all, &FieldError{Field: "URL", Rule: "qr", Err: err})
	}
	return errors.Join(all...)
}

// maxModules bounds the size of the code. The usual storefront address gives
// 29 modules of 2 mm on poster and sticker; an address with a path of its own
// may take more, down to 1.5 mm, which a phone still reads from half a metre.
const maxModules = 41

func (s Sheet) matrix() (qr.Matrix, error) {
	m, err := qr.Encode(s.URL, qr.Q)
	if err == nil && m.Modules() > maxModules {
		err = fmt.Errorf("%d modules a side, at most %d: shorten the base address", m.Modules(), maxModules)
	}
	return m, err
}

// promise splits a commitment at its first colon into head and detail.
func promise(p string) (head, detail string) {
	if i := strings.IndexAny(p, ":：|"); i >= 0 {
		_, size := utf8.DecodeRuneInString(p[i:])
		return strings.TrimSpace(p[:i]), strings.TrimSpace(p[i+size:])
	}
	return strings.TrimSpace(p), ""
}

// printable is whether a character takes ink or is an ordinary space.
func printable(r rune) bool { return r == ' ' || r == '\u3000' || unicode.IsGraphic(r) }
