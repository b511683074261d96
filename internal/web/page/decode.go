package page

import (
	"encoding"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/fault"
)

// The largest bodies that [Decode] reads, in bytes: MaxForm of a form without
// files, MaxUpload with files. Past maxMemory files wait on disk, and maxItems
// is the longest list of structs.
const (
	MaxForm   = 512 << 10
	MaxUpload = 40 << 20
	maxMemory = 4 << 20
	maxItems  = 200
)

// Decode reads a posted form into a command by the names of its form tags, or
// else its json tags. Nested structs are "contact.phone", lists of texts or
// numbers repeat their name, lists of structs are "items.0.name". A value of
// the wrong type is a fault on its field; nothing is guessed. An empty number
// is not given. Files of a multipart form stay in r.MultipartForm.
func Decode(w http.ResponseWriter, r *http.Request, command any) error {
	multipart := strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/")
	var err error
	switch {
	case multipart && r.MultipartForm != nil: // the handler has read it
	case multipart:
		r.Body = http.MaxBytesReader(w, r.Body, MaxUpload)
		err = r.ParseMultipartForm(maxMemory)
	default:
		r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
		err = r.ParseForm()
	}
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.Wrap(fault.TooLarge, err, "")
		}
		return fault.Wrap(fault.MalformedRequest, err, "")
	}
	d := decoder{values: r.PostForm}
	d.fill(reflect.ValueOf(command).Elem(), "")
	if d.wrong != nil {
		return fault.OnFields(d.wrong)
	}
	return nil
}

type decoder struct {
	values url.Values
	wrong  []fault.Field
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// fill sets the fields of a struct from the values under a prefix.
func (d *decoder) fill(v reflect.Value, prefix string) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("form")
		if name == "" {
			name = f.Tag.Get("json")
		}
		name, _, _ = strings.Cut(name, ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			d.fill(v.Field(i), prefix)
		case f.IsExported() && name != "-" && name != "":
			d.field(v.Field(i), prefix+name)
		}
	}
}

func (d *decoder) field(v reflect.Value, name string) {
	if v.Kind() == reflect.Pointer {
		if !d.given(name) {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	isText := reflect.PointerTo(v.Type()).Implements(textType)
	switch {
	case v.Kind() == reflect.Struct && !isText:
		d.fill(v, name+".")
		return
	case v.Kind() == reflect.Slice && !isText && v.Type().Elem().Kind() == reflect.Struct && !reflect.PointerTo(v.Type().Elem()).Implements(textType):
		d.items(v, name)
		return
	}
	if given, ok := d.values[name]; ok {
		if rule := set(v, given, isText); rule != "" {
			d.wrong = append(d.wrong, fault.Field{Pointer: "/" + strings.ReplaceAll(name, ".", "/"), Rule: rule})
		}
	}
}

// items fills a list of structs in the order of their numbers; gaps close.
func (d *decoder) items(v reflect.Value, name string) {
	var numbers []int
	for key := range d.values {
		rest, ok := strings.CutPrefix(key, name+".")
		number, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if ok && err == nil && n >= 0 && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > maxItems {
		d.wrong = append(d.wrong, fault.Field{Pointer: "/" + name, Rule: "max_items", Param: strconv.Itoa(maxItems)})
		return
	}
	slices.Sort(numbers)
	list := reflect.MakeSlice(v.Type(), len(numbers), len(numbers))
	for i, n := range numbers {
		d.fill(list.Index(i), name+"."+strconv.Itoa(n)+".")
	}
	v.Set(list)
}

// given reports whether the form holds the field or one inside it, and not
// only an empty box.
func (d *decoder) given(name string) bool {
	for key, values := range d.values {
		if (key == name || strings.HasPrefix(key, name+".")) && slices.ContainsFunc(values, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			return true
		}
	}
	return false
}

// set stores a value and names the broken rule, if any.
func set(field reflect.Value, given []string, isText bool) string {
	first := strings.TrimSpace(given[0])
	if isText {
		u, _ := field.Addr().Interface().(encoding.TextUnmarshaler)
		if first != "" && u.UnmarshalText([]byte(first)) != nil {
			return "date"
		}
		return ""
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(strings.ReplaceAll(first, "\r\n", "\n"))
	case reflect.Bool:
		last := given[len(given)-1] // a hidden "false" may stand before the box
		field.SetBool(last == "true" || last == "on" || last == "1")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if first == "" {
			return ""
		}
		n, err := strconv.ParseInt(first, 10, field.Type().Bits())
		if err != nil {
			return "type_integer"
		}
		field.SetInt(n)
	case reflect.Float32, reflect.Float64:
		if first == "" {
			return ""
		}
		n, err := strconv.ParseFloat(first, field.Type().Bits())
		if err != nil || n-n != 0 { // no infinities
			return "type_number"
		}
		field.SetFloat(n)
	case reflect.Slice:
		list := reflect.MakeSlice(field.Type(), 0, len(given))
		for _, s := range given {
			if strings.TrimSpace(s) == "" {
				continue
			}
			item := reflect.New(field.Type().Elem()).Elem()
			if rule := set(item, []string{s}, item.Addr().Type().Implements(textType)); rule != "" {
				return rule
			}
			list = reflect.Append(list, item)
		}
		field.Set(list)
	}
	return ""
}
