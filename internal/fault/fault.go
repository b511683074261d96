// Package fault owns the closed catalogue of ways in which the registry says
// no: stable codes, the words for them in both languages, and the error value
// that carries one through the house.
//
// It knows nothing of HTTP: internal/httpapi alone maps a code to a status.
// Whatever is not a [Fault] is unknown to the catalogue and is shown to nobody.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Code names one kind of refusal. Codes are part of the public contract: they
// end the type URI of a problem document and are never renamed.
type Code string

// Field is one thing wrong with one value that was sent.
type Field struct {
	Pointer string `json:"pointer"`         // JSON pointer into the body, or "query/limit", "path/id", "header/If-Match"
	Rule    string `json:"code"`            // key of the broken rule in the catalogue of field rules: required, max, uscc_check_digit …
	Param   string `json:"param,omitempty"` // the rule's limit, for instance "40"
}

// Fault is a refusal with its reason. Detail is a key into the fault texts of
// the i18n catalogue when the code alone does not say enough; Args fill its
// placeholders. Neither ever holds what the visitor sent.
type Fault struct {
	Code   Code
	Detail string
	Args   []any
	Fields []Field
	cause  error
}

// New makes a fault of a code. detail may be empty.
func New(code Code, detail string, args ...any) *Fault {
	return &Fault{Code: code, Detail: detail, Args: args}
}

// Wrap makes a fault that remembers its cause for the log.
func Wrap(code Code, cause error, detail string, args ...any) *Fault {
	return &Fault{Code: code, Detail: detail, Args: args, cause: cause}
}

// OnField makes an [Invalid] fault about one field.
func OnField(pointer, rule, param string) *Fault {
	return &Fault{Code: Invalid, Fields: []Field{{Pointer: pointer, Rule: rule, Param: param}}}
}

// OnFields makes an [Invalid] fault about several fields, in a stable order.
func OnFields(fields []Field) *Fault {
	sort.SliceStable(fields, func(i, j int) bool { return fields[i].Pointer < fields[j].Pointer })
	return &Fault{Code: Invalid, Fields: fields}
}

// Because makes the fault remember its cause.
func (f *Fault) Because(cause error) *Fault {
	f.cause = cause
	return f
}

// Error is for logs; people read the catalogue's words.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(string(f.Code))
	if f.Detail != "" {
		fmt.Fprintf(&b, " (%s %v)", f.Detail, f.Args)
	}
	for _, field := range f.Fields {
		fmt.Fprintf(&b, " %s:%s", field.Pointer, field.Rule)
	}
	if f.cause != nil {
		fmt.Fprintf(&b, ": %v", f.cause)
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// FaultCode tells pages the code without importing this package.
func (f *Fault) FaultCode() string { return string(f.Code) }

// As finds the fault in err's chain.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is reports whether err is a fault of the code.
func Is(err error, code Code) bool {
	f, ok := As(err)
	return ok && f.Code == code
}

// CodeOf gives the code of err, [Internal] for an unknown error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if f, ok := As(err); ok {
		return f.Code
	}
	return Internal
}
