package page

import (
	"encoding"
	"errors"
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

// MaxForm limits the body of a form without files, in bytes.
const MaxForm = 512 << 10

// Decode reads a posted form into a command by the names of its json tags;
// nested structs are "contact.phone", lists repeat their name. A value of the
// wrong type is a fault on its field; nothing is guessed.
func Decode(w http.ResponseWriter, r *http.Request, command any) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	}
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.New(fault.TooLarge, "")
		}
		return fault.Wrap(fault.MalformedRequest, err, "")
	}
	var wrong []fault.Field
	fill(reflect.ValueOf(command).Elem(), "", r.PostForm, &wrong)
	if wrong != nil {
		return fault.OnFields(wrong)
	}
	return nil
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

func fill(v reflect.Value, prefix string, values url.Values, wrong *[]fault.Field) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || name == "" {
			continue
		}
		name = prefix + name
		field := v.Field(i)
		if field.Kind() == reflect.Pointer {
			if !anyOf(values, name) {
				continue
			}
			field.Set(reflect.New(field.Type().Elem()))
			field = field.Elem()
		}
		if field.Kind() == reflect.Struct && !reflect.PointerTo(field.Type()).Implements(textType) {
			fill(field, name+".", values, wrong)
			continue
		}
		given, ok := values[name]
		if !ok {
			continue
		}
		if rule := set(field, given); rule != "" {
			*wrong = append(*wrong, fault.Field{Pointer: "/" + strings.ReplaceAll(name, ".", "/"), Rule: rule})
		}
	}
}

// anyOf reports whether the form holds the field or one inside it.
func anyOf(values url.Values, name string) bool {
	for k := range values {
		if k == name || strings.HasPrefix(k, name+".") {
			return true
		}
	}
	return false
}

// set stores a value and names the broken rule, if any.
func set(field reflect.Value, given []string) string {
	first := strings.TrimSpace(given[0])
	if u, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if u.UnmarshalText([]byte(first)) != nil {
			return "date"
		}
		return ""
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(strings.ReplaceAll(first, "\r\n", "\n"))
	case reflect.Bool:
		field.SetBool(first == "true" || first == "on" || first == "1")
	case reflect.Int, reflect.Int64:
		if first == "" {
			return ""
		}
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return "type_integer"
		}
		field.SetInt(n)
	case reflect.Float64:
		if first == "" {
			return ""
		}
		n, err := strconv.ParseFloat(first, 64)
		if err != nil {
			return "type_number"
		}
		field.SetFloat(n)
	case reflect.Slice:
		if field.Type().Elem().Kind() != reflect.String {
			return ""
		}
		list := reflect.MakeSlice(field.Type(), 0, len(given))
		for _, s := range given {
			if s = strings.TrimSpace(s); s != "" {
				list = reflect.Append(list, reflect.ValueOf(s).Convert(field.Type().Elem()))
			}
		}
		field.Set(list)
	}
	return ""
}
