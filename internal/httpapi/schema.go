package httpapi

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// The framework's words about a broken schema become "rule|param", so that
// they can be said in the caller's language. They are package variables and
// set once, before anything is registered.
func init() {
	validation.MsgUnexpectedProperty = "unexpected|"
	validation.MsgExpectedRequiredProperty = "required|%s"
	validation.MsgExpectedDependentRequiredProperty = "required|%s|%s"
	validation.MsgExpectedMinLength = "min|%d"
	validation.MsgExpectedMaxLength = "max|%d"
	validation.MsgExpectedMinItems = "min_items|%d"
	validation.MsgExpectedMaxItems = "max_items|%d"
	validation.MsgExpectedMinimumNumber = "min_value|%v"
	validation.MsgExpectedMaximumNumber = "max_value|%v"
	validation.MsgExpectedOneOf = "oneof|%s"
	validation.MsgExpectedBoolean = "type_boolean|"
	validation.MsgExpectedNumber = "type_number|"
	validation.MsgExpectedInteger = "type_integer|"
	validation.MsgExpectedString = "type_string|"
	validation.MsgExpectedArray = "type_array|"
	validation.MsgExpectedObject = "type_object|"
	validation.MsgExpectedRFC4122UUID = "uuid7|%v"
	validation.MsgExpectedRFC3339Date = "date|"
	validation.MsgExpectedRFC3339DateTime = "datetime|"
	validation.MsgExpectedMatchPattern = "pattern|%s"
	validation.MsgExpectedBePattern = "pattern|%s"
	validation.MsgExpectedArrayItemsUnique = "unique|"
	validation.MsgExpectedBase64String = "type_string|"

	huma.ValidateStrictCasing = true  // else {"NAME": …} slips past the limits of "name"
	huma.DefaultArrayNullable = false // a list is a list, possibly empty
}

// Enum is a type whose possible values the schema lists.
type Enum interface{ Values() []string }

// registry derives the limits of a schema from the "validate" tags, so that
// they are said once.
type registry struct {
	huma.Registry
	done map[reflect.Type]bool
}

func newRegistry() *registry {
	return &registry{
		Registry: huma.NewMapRegistry("#/components/schemas/", schemaName),
		done:     map[reflect.Type]bool{},
	}
}

// Schema makes the schema of a type and adds what its tags say.
func (r *registry) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	s := r.Registry.Schema(t, allowRef, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	full := s
	if s.Ref != "" {
		full = r.Registry.SchemaFromRef(s.Ref)
	}
	if full != nil {
		r.enrich(t, full)
	}
	return s
}

func (r *registry) enrich(t reflect.Type, s *huma.Schema) {
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		if item := t.Elem(); item.Kind() == reflect.Struct && s.Items != nil {
			r.visit(item, s.Items)
		}
		return
	case reflect.Struct:
	default:
		return
	}
	if r.done[t] || s.Properties == nil {
		return
	}
	r.done[t] = true
	// What a command needs is said by its tags alone; in a view, what is
	// always present counts as required, as the framework has it.
	command := false
	var required []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.Properties[name]
		if !f.IsExported() || name == "" || p == nil {
			continue
		}
		if tag, ok := f.Tag.Lookup("validate"); ok {
			command = true
			if slices.Contains(strings.Split(tag, ","), "required") {
				required = append(required, name)
			}
			limit(p, f.Type, tag)
		}
		r.visit(f.Type, p)
	}
	if command {
		s.Required = required
	}
	s.PrecomputeMessages()
}

// visit goes on into the type of a field or item.
func (r *registry) visit(t reflect.Type, s *huma.Schema) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s.Ref != "" {
		s = r.Registry.SchemaFromRef(s.Ref)
	}
	if s != nil {
		r.enrich(t, s)
	}
}

// limit says in schema terms what a validate tag says. Rules without a
// counterpart (uscc, county …) are checked by the validator alone.
func limit(s *huma.Schema, t reflect.Type, tag string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if e, ok := reflect.Zero(t).Interface().(Enum); ok && len(s.Enum) == 0 {
		for _, v := range e.Values() {
			s.Enum = append(s.Enum, v)
		}
	}
	for _, rule := range strings.Split(tag, ",") {
		if rule == "dive" {
			return // what follows is about the items
		}
		name, param, _ := strings.Cut(rule, "=")
		n, err := strconv.Atoi(param)
		switch {
		case name == "oneof":
			if len(s.Enum) == 0 {
				for _, v := range strings.Fields(param) {
					s.Enum = append(s.Enum, v)
				}
			}
		case name == "uuid7":
			s.Format = "uuid"
		case name == "date":
			s.Format = "date"
		case err != nil:
		case name == "min" && t.Kind() == reflect.String:
			s.MinLength = &n
		case name == "max" && t.Kind() == reflect.String:
			s.MaxLength = &n
		case name == "len" && t.Kind() == reflect.String:
			s.MinLength, s.MaxLength = &n, &n
		case name == "min" && t.Kind() == reflect.Slice:
			s.MinItems = &n
		case name == "max" && t.Kind() == reflect.Slice:
			s.MaxItems = &n
		case name == "min" || name == "gte":
			f := float64(n)
			s.Minimum = &f
		case name == "max" || name == "lte":
			f := float64(n)
			s.Maximum = &f
		}
	}
	s.PrecomputeMessages()
}

var typeArguments = regexp.MustCompile(`\[(.*)\]`)

// schemaName qualifies a type's name with its package, because two slices may
// both have a View: merchant.View becomes MerchantView, and
// httpapi.List[application.View] becomes ListOfApplicationView.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	base, arguments := name, ""
	if m := typeArguments.FindStringSubmatch(name); m != nil {
		base = name[:strings.IndexByte(name, '[')]
		for _, arg := range strings.Split(m[1], ",") {
			arguments += "Of" + qualified(arg[strings.LastIndexByte(arg, '/')+1:])
		}
	}
	pkg := t.PkgPath()
	pkg = pkg[strings.LastIndexByte(pkg, '/')+1:]
	if pkg == "httpapi" {
		return base + arguments
	}
	return qualified(pkg+"."+base) + arguments
}

func qualified(s string) string {
	var b strings.Builder
	for _, part := range strings.Split(strings.Trim(s, "*[]"), ".") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// MarshalJSON writes the schemas; the description is made from it.
func (r *registry) MarshalJSON() ([]byte, error) { return json.Marshal(r.Map()) }

// MarshalYAML writes the schemas.
func (r *registry) MarshalYAML() (any, error) { return r.Map(), nil }
