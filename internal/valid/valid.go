// Package valid owns the one validator of the house: the rules that commands
// state in their "validate" tags, the field names that people see, and the
// translation of what it finds into a [fault.Fault].
//
// It knows no command; a rule that needs the database is not for tags.
package valid

import (
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"fangxin/internal/calendar"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/sector"
)

// rules lists the custom rules with the function that checks them. Each has a
// text "rule.<name>" in the i18n catalogue.
var rules = map[string]func(string) bool{
	"uuid7":  ident.IsID,
	"mobile": func(s string) bool { return ident.IsMobile(ident.NormalPhone(s)) },
	"phone":  func(s string) bool { return ident.IsPhone(ident.NormalPhone(s)) },
	"county": func(s string) bool {
		d, ok := division.Lookup(s)
		return ok && d.Level == division.County && division.Valid(s)
	},
	"division": division.Valid,
	"sector":   func(s string) bool { return sector.Valid(sector.Code(s)) },
	"date":     func(s string) bool { _, err := calendar.ParseDate(s); return err == nil },
	"oneline":  func(s string) bool { return !strings.ContainsAny(s, "\r\n\t\x00") },
	"plain":    func(s string) bool { return !strings.ContainsRune(s, 0) },
	"notblank": func(s string) bool { return strings.TrimSpace(s) != "" },
	// for what the public will read
	"impersonal": func(s string) bool { return !ident.Personal(s) },
}

var engine = newEngine()

func newEngine() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		if f.Anonymous {
			return embedded
		}
		for _, tag := range []string{"path", "query", "header"} {
			if name := f.Tag.Get(tag); name != "" {
				return tag + "/" + name
			}
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
			return ""
		case name != "":
			return name
		}
		return f.Name
	})
	for name, check := range rules {
		must(v.RegisterValidation(name, func(fl validator.FieldLevel) bool {
			return fl.Field().Kind() == reflect.String && check(fl.Field().String())
		}))
	}
	must(v.RegisterValidation("uscc", func(fl validator.FieldLevel) bool {
		return ident.NormalUSCC(fl.Field().String()).Valid()
	}))
	return v
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Check validates a command and returns a [fault.Invalid] fault that names
// every field and rule, or nil.
func Check(command any) error {
	v := reflect.Indirect(reflect.ValueOf(command))
	if v.Kind() != reflect.Struct {
		return nil
	}
	err := engine.Struct(command)
	if err == nil {
		return nil
	}
	found, ok := err.(validator.ValidationErrors)
	if !ok {
		return err
	}
	fields := make([]fault.Field, 0, len(found))
	for _, fe := range found {
		f := fault.Field{Pointer: pointer(fe.Namespace()), Rule: fe.Tag(), Param: fe.Param()}
		switch {
		case f.Rule == "uscc":
			// The code itself says best what is wrong with it.
			f.Rule = string(ident.NormalUSCC(reflect.ValueOf(fe.Value()).String()).Problem())
		case f.Rule == "required_if", f.Rule == "required_with", f.Rule == "required_unless", f.Rule == "required_without":
			f.Rule, f.Param = "required", ""
		case (f.Rule == "min" || f.Rule == "max" || f.Rule == "len") && (fe.Kind() == reflect.Slice || fe.Kind() == reflect.Map):
			f.Rule += "_items"
		case (f.Rule == "min" || f.Rule == "max" || f.Rule == "len") && fe.Kind() != reflect.String:
			f.Rule += "_value"
		}
		fields = append(fields, f)
	}
	return fault.OnFields(fields)
}

// embedded stands for the name of an embedded struct, which JSON does not know.
const embedded = "~"

// pointer turns "SubmitCommand.items[2].name" into "/items/2/name" and leaves
// the names of parameters ("SubmitCommand.query/limit") as "query/limit".
func pointer(namespace string) string {
	_, path, found := strings.Cut(strings.ReplaceAll(namespace, "."+embedded+".", "."), ".")
	if !found {
		path = namespace
	}
	if strings.Contains(path, "query/") || strings.Contains(path, "path/") || strings.Contains(path, "header/") {
		return path
	}
	path = strings.NewReplacer("[", "/", "]", "", ".", "/").Replace(path)
	return "/" + path
}

// Rules lists the custom rules by name, for the test that each has its words.
func Rules() []string {
	names := []string{"uscc"}
	for name := range rules {
		names = append(names, name)
	}
	return names
}
