package page

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
)

// FieldError is one thing to change, beside its field and in the summary.
type FieldError struct{ Name, Message string }

// Form keeps what was typed and what is wrong with it.
type Form struct {
	Values  url.Values
	Errors  []FieldError
	Message string // what is wrong when it is no field
}

// Value gives what was typed in a field, or else what is stored.
func (f *Form) Value(name string, stored any) string {
	if f != nil && f.Values != nil {
		if v, ok := f.Values[name]; ok && len(v) > 0 {
			return v[0]
		}
		if len(f.Values) > 0 {
			return ""
		}
	}
	switch x := stored.(type) {
	case nil:
		return ""
	case string:
		return x
	}
	v := reflect.ValueOf(stored)
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	}
	return ""
}

// Checked reports whether a box or radio was chosen, or else is stored so.
func (f *Form) Checked(name, value string, stored bool) bool {
	if f != nil && len(f.Values) > 0 {
		for _, v := range f.Values[name] {
			if v == value {
				return true
			}
		}
		return false
	}
	return stored
}

// Error gives the message of a field, "" when it is fine.
func (f *Form) Error(name string) string {
	if f == nil {
		return ""
	}
	for _, e := range f.Errors {
		if e.Name == name {
			return e.Message
		}
	}
	return ""
}

// Count is how many things need changing, at least one when something does.
func (f *Form) Count() int {
	switch {
	case f == nil:
		return 0
	case len(f.Errors) > 0:
		return len(f.Errors)
	case f.Message != "":
		return 1
	}
	return 0
}

// FormOf makes the form that shows a refusal.
func FormOf(r *http.Request, texts httpapi.Texts, err error) *Form {
	lang := Lang(r.Context())
	form := &Form{Values: r.PostForm}
	f, ok := fault.As(err)
	if !ok {
		return form
	}
	for _, field := range f.Fields {
		name := strings.ReplaceAll(strings.TrimPrefix(field.Pointer, "/"), "/", ".")
		form.Errors = append(form.Errors, FieldError{Name: name, Message: httpapi.FieldMessage(texts, lang, field)})
	}
	if len(f.Fields) == 0 {
		p := httpapi.NewProblem(texts, lang, "", err)
		form.Message = p.Title + "：" + p.Detail
		if lang == "en" {
			form.Message = p.Title + ": " + p.Detail
		}
	}
	return form
}
