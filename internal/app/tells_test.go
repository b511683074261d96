package app_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/assets"
	"fangxin/internal/access"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/usecase"
)

// untold are the lifecycles of which nobody is told, and why. Every other one
// has a preview.
var untold = map[string]string{
	"sticker": "prints hang in the holder's own shop",
	"module":  "drafts of checklists concern their writers, who see them on one page",
	"halt":    "a halt is read where cases wait for it",
	"bulk":    "its dry run lists everybody whose title it touches",
}

var (
	forms  = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	target = regexp.MustCompile(`\b(?:form)?action="([^"]*)"`)
	holes  = regexp.MustCompile(`\{\{[^}]*\}\}`)
	params = regexp.MustCompile(`\\\{[a-z]+\\\}`)
)

// Every form of the desk that takes a step of a lifecycle says who will be
// told of it, by the one part that asks the code that tells. A form that lacks
// it, and a lifecycle that nobody thought of, fail here.
func TestEveryStepOfTheDeskSaysWhoIsTold(t *testing.T) {
	start(t, "")
	texts := map[string]string{}
	err := fs.WalkDir(assets.FS, "tpl", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(assets.FS, path)
		texts[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	where := map[string]string{}
	for _, d := range usecase.Defs() {
		where[d.Name] = d.Mounted("page")
	}
	seen := 0
	for _, m := range lifecycle.Machines() {
		previewed := slices.Contains(notify.Previewed(), m.Noun)
		if _, silent := untold[m.Noun]; silent == previewed {
			t.Errorf("%s: either its steps have a preview, or it is listed with the reason why nobody is told", m.Noun)
		}
		if !previewed {
			continue
		}
		for _, st := range m.Steps {
			if !slices.ContainsFunc(st.Roles, func(r access.Role) bool { return slices.Contains(access.Officers, r) || r == access.Administrator }) {
				continue
			}
			method, pattern, ok := strings.Cut(where[m.Noun+"."+string(st.Action)], " ")
			if !ok || method != "POST" || !strings.HasPrefix(pattern, "/desk/") {
				continue
			}
			found := false
			for path, text := range texts {
				for _, f := range forms.FindAllStringSubmatch(text, -1) {
					for _, at := range target.FindAllStringSubmatch(f[1]+" "+f[2], -1) {
						if !strings.HasPrefix(at[1], "/") && !strings.HasPrefix(path, "tpl/bureau/") || !leads(at[1], pattern, string(st.Action)) {
							continue
						}
						found = true
						seen++
						if !says(f[2], m.Noun, string(st.Action), at[1]) {
							t.Errorf("%s: the form of %s.%s does not say who will be told", path, m.Noun, st.Action)
						}
					}
				}
			}
			if !found {
				t.Errorf("%s.%s is taken at %s, and no form leads there", m.Noun, st.Action, pattern)
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d forms were found", seen)
	}
}

// leads reports whether a form's address, with its holes, can be that of a step.
func leads(address, pattern, action string) bool {
	re := params.ReplaceAllString(regexp.QuoteMeta(pattern), `[^/]+`)
	if !strings.HasPrefix(address, "/") { // begins with a hole
		address = "/desk/schemes/x/y" + strings.TrimPrefix(address, holes.FindString(address))
	}
	filled := holes.ReplaceAllString(address, "x")
	if !regexp.MustCompile("^" + re + "$").MatchString(filled) {
		return false
	}
	last := address[strings.LastIndex(address, "/")+1:]
	return strings.HasPrefix(last, "{{") || last == action
}

// says reports whether the body of a form holds the part for the step: for the
// very action where several share the form.
func says(body, noun, action, address string) bool {
	if strings.Contains(body, `template "tells"`) {
		return true
	}
	for _, part := range regexp.MustCompile(`template "step-tells" \(dict [^}]*"noun" "`+noun+`"[^}]*\}\}`).FindAllString(body, -1) {
		if strings.HasSuffix(address, "}}") || strings.Contains(part, `"action" "`+action+`"`) {
			return true
		}
	}
	return false
}
