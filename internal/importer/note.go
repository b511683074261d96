package importer

import (
	"fmt"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/i18n"
)

// note is one thing to look at in one row: keys of texts and their arguments,
// so that it can be kept and read in either language.
type note struct {
	Row     int
	Column  string   // key of the column; "" when the row as a whole is meant
	Say     string   // key of the problem
	Args    []string // of both texts; they may hold what was in a cell
	Fix     string   // key of the way out
	Refused bool     // the row is not taken because of it
}

// ofCode begins keys that name an entry of the fault catalogue.
const ofCode = "code."

// problem makes a refusal of a row: the texts import.problem_<code> and
// import.fix_<code>.
func problem(row int, column, code string, args ...any) note {
	return note{Row: row, Column: column, Say: "import.problem_" + code, Args: words(args), Fix: "import.fix_" + code, Refused: true}
}

// hint makes a remark that does not keep the row out.
func hint(row int, column, code string, args ...any) note {
	n := problem(row, column, code, args...)
	n.Refused = false
	return n
}

// rule words a broken rule of a field.
func rule(row int, column, name, param string) note {
	return note{Row: row, Column: column, Say: "rule." + name, Args: []string{param}, Fix: "import.fix_rule", Refused: true}
}

func words(args []any) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = fmt.Sprint(a)
	}
	return out
}

// pointers tell which column a field of a command comes from.
var pointers = map[string]string{
	"/uscc": "uscc", "/legal_form": "form", "/founded_on": "founded", "/contact_name": "contact", "/contact_phone": "phone",
	"/address": "address", "/division": "division", "/sectors": "sector", "/number": "number", "/expires_on": "expires",
	"/facts/credit_class/source": "source", "/facts/abnormal/source": "source", "/facts/serious/source": "source", "/facts/founded/source": "source",
	"/facts/penalties/source": "source", "/penalties/0/source": "source", "/penalties/0/document": "penalty", "/penalties/0/summary": "summary",
}

// refusal notes what a use-case said about a row. name and phone are the
// columns of the fields with these names.
func refusal(row int, err error, name, phone string) []note {
	f, ok := fault.As(err)
	if !ok {
		f = fault.New(fault.Internal, "")
	}
	var out []note
	for _, field := range f.Fields {
		column := pointers[field.Pointer]
		switch {
		case field.Pointer == "/name":
			column = name
		case field.Pointer == "/phone":
			column = phone
		case strings.HasPrefix(field.Pointer, "/point"):
			column = "lng"
		case strings.HasPrefix(field.Pointer, "/sectors"):
			column = "sector"
		}
		out = append(out, rule(row, column, field.Rule, field.Param))
	}
	if out != nil {
		return out
	}
	n := note{Row: row, Say: ofCode + string(f.Code), Fix: ofCode + string(f.Code), Refused: true}
	if f.Detail != "" && i18n.Shipped().Has("fault."+f.Detail) {
		n.Say, n.Args = "fault."+f.Detail, words(f.Args)
	}
	return []note{n}
}

// problem words a note.
func (s *Service) problem(n note) Problem {
	args := make([]any, len(n.Args))
	for i, a := range n.Args {
		args[i] = a
	}
	p := Problem{Row: n.Row, Problem: s.text(n.Say, args), WayOut: s.text(n.Fix, args), Refused: n.Refused}
	if n.Column != "" {
		p.Column = header(n.Column)
	}
	if code, ok := strings.CutPrefix(n.Say, ofCode); ok {
		e := fault.Lookup(fault.Code(code))
		p.Problem = i18n.Text{Zh: e.TitleZh, En: e.TitleEn}
	}
	return p
}

// text words a key in both languages; the way out of a catalogued refusal is
// its help.
func (s *Service) text(key string, args []any) i18n.Text {
	if code, ok := strings.CutPrefix(key, ofCode); ok {
		e := fault.Lookup(fault.Code(code))
		return i18n.Text{Zh: e.HelpZh, En: e.HelpEn}
	}
	return i18n.Text{Zh: s.texts.T(i18n.Zh, key, args...), En: s.texts.T(i18n.En, key, args...)}
}

func (s *Service) problems(notes []note) []Problem {
	out := make([]Problem, len(notes))
	for i, n := range notes {
		out[i] = s.problem(n)
	}
	return out
}
