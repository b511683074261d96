package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestImports(t *testing.T) {
	for _, s := range product(t) {
		for imported, why := range importFaults(s.name, s.imports) {
			if !excepted(s.name, imported) {
				t.Errorf("%s imports %s: %s", s.name, imported, why)
			}
		}
	}
}

func excepted(file, what string) bool {
	return slices.ContainsFunc(exceptions, func(e exception) bool { return e.file == file && e.what == what })
}

func TestExceptionsAreNeeded(t *testing.T) {
	all := map[string][]string{}
	for _, s := range product(t) {
		all[s.name] = s.imports
	}
	for _, e := range exceptions {
		needed := importFaults(e.file, all[e.file])[e.what] != ""
		if path.Ext(e.file) != ".go" && slices.Contains(repo(t), e.file) {
			needed = slices.ContainsFunc(phraseFaults(e.file, read(t, e.file)), func(f found) bool { return f.words == e.what })
		}
		if !needed {
			t.Errorf("the exception for %s (%s) is no longer needed: remove it", e.file, e.what)
		}
	}
}

// importFaults says which imports of a file break a rule, and why that is one.
func importFaults(name string, imports []string) map[string]string {
	faults := map[string]string{}
	say := func(imported, why string) { faults[imported] = why }
	for _, imported := range imports {
		if slices.Contains(harmless, imported) {
			continue
		}
		for _, f := range fences {
			if within(imported, f.pkg) && !match(name, f.allowed) {
				say(imported, f.why)
			}
		}
		for _, w := range walls {
			if match(name, w.place) && slices.ContainsFunc(w.forbidden, func(pkg string) bool { return within(imported, pkg) }) {
				say(imported, w.why)
			}
		}
		own, isOwn := strings.CutPrefix(imported, "fangxin/")
		for _, r := range rings {
			if isOwn && slices.Contains(r.place, path.Dir(name)) && !slices.ContainsFunc(r.allowed, func(pkg string) bool { return within(own, pkg) }) {
				say(imported, r.why)
			}
		}
	}
	return faults
}

// The rules must refuse what they are for.
func TestImportRulesRefuse(t *testing.T) {
	for _, tt := range []struct {
		file, imported string
		refused        bool
	}{
		{"internal/badge/submit.go", "github.com/uptrace/bun", true},
		{"internal/badge/store.go", "github.com/uptrace/bun", false},
		{"internal/badge/submit.go", "github.com/danielgtaylor/huma/v2", true},
		{"internal/badge/api.go", "github.com/danielgtaylor/huma/v2/sse", false},
		{"internal/badge/badge.go", "github.com/skip2/go-qrcode", true},
		{"internal/badge/badge.go", "github.com/go-playground/validator/v10", true},
		{"internal/certificate/store.go", "github.com/riverqueue/river", true},
		{"internal/web/shopper/badge.go", "fangxin/internal/db", true},
		{"internal/web/shopper/badge.go", "github.com/danielgtaylor/huma/v2", true},
		{"internal/badge/submit.go", "fangxin/internal/httpapi", true},
		{"internal/badge/submit.go", "net/http", true},
		{"internal/web/shopper/badge.go", "fangxin/internal/badge", false},
		{"internal/calendar/date.go", "database/sql/driver", false},
		{"internal/lifecycle/lifecycle.go", "net/http", true},
		{"internal/lifecycle/lifecycle.go", "fangxin/internal/access", false},
		{"internal/lifecycle/lifecycle.go", "fangxin/internal/badge", true},
		{"internal/usecase/call.go", "fangxin/internal/badge", true},
		{"internal/badge/badge.go", "fangxin/internal/web/page", true},
		{"internal/badge/badge.go", "fangxin/internal/testkit", true},
		{"internal/badge/badge.go", "fangxin/internal/badgecode", false},
		{"internal/badge/badge.go", "C", true},
	} {
		if faults := importFaults(tt.file, []string{tt.imported}); (len(faults) > 0) != tt.refused {
			t.Errorf("%s importing %s: %q", tt.file, tt.imported, faults)
		}
	}
}

func TestTopLevel(t *testing.T) {
	for _, name := range repo(t) {
		first, _, _ := strings.Cut(name, "/")
		if !strings.HasPrefix(first, ".") && !slices.Contains(topLevel, first) {
			t.Errorf("%s: %s does not belong in the root", name, first)
		}
	}
}

func TestFileLength(t *testing.T) {
	for _, s := range sources(t) {
		if n := strings.Count(read(t, s.name), "\n"); n > maxLines && !ast.IsGenerated(s.file) {
			t.Errorf("%s has %d lines, at most %d are allowed: it may hold more than one thing", s.name, n, maxLines)
		}
	}
}

func TestPhrases(t *testing.T) {
	for _, name := range repo(t) {
		if match(name, foreign) || strings.Contains(name, "/testdata/") {
			continue
		}
		text := read(t, name)
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			continue // a picture, a font, a table in another encoding
		}
		for _, f := range phraseFaults(name, text) {
			if !excepted(name, f.words) {
				t.Errorf("%s:%d: %q: %s", name, f.line, f.words, f.why)
			}
		}
	}
}

// found are words that a rule keeps out.
type found struct {
	line       int
	words, why string
}

func phraseFaults(name, text string) (faults []found) {
	for _, p := range phrases {
		if len(p.in) > 0 && !match(name, p.in) {
			continue
		}
		for _, at := range p.bad.FindAllStringIndex(text, -1) {
			words := text[at[0]:at[1]]
			if p.but == nil || !p.but.MatchString(words) {
				faults = append(faults, found{1 + strings.Count(text[:at[0]], "\n"), words, p.why})
			}
		}
	}
	return faults
}

func TestPhrasesRefuse(t *testing.T) {
	for text, want := range map[string]int{
		"// TO" + "DO later":                         1,
		"see proxy." + "golang.org":                  1,
		`dir := "/wor` + `k/main"`:                   1,
		`<p style="color:red">`:                      1,
		`<button onclick="go()">`:                    1,
		`<script>go()</script>`:                      1,
		`<script src="/app.js" defer></script>`:      0,
		`<a href="/network/root/" class="on-line">x`: 0,
	} {
		if got := len(phraseFaults("page.html", text)); got != want {
			t.Errorf("%q: refused %d times, want %d", text, got, want)
		}
	}
}

func TestPackageComments(t *testing.T) {
	type state struct{ first, comment string }
	packages := map[string]*state{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		dir := path.Dir(s.name)
		p := packages[dir]
		if p == nil {
			p = &state{first: s.name}
			packages[dir] = p
		}
		if s.file.Doc == nil {
			continue
		}
		if p.comment != "" {
			t.Errorf("%s: the package is already described elsewhere", s.name)
		}
		p.comment = s.file.Doc.Text()
		if start := map[bool]string{true: "Command ", false: "Package "}[s.file.Name.Name == "main"]; !strings.HasPrefix(p.comment, start) {
			t.Errorf("%s: the package comment should begin with %q", s.name, start)
		}
	}
	for dir, p := range packages {
		if p.comment == "" {
			t.Errorf("%s: no package comment; say what it owns and what it refuses", dir)
		}
	}
}

// Texts for people are in the catalogue, in both languages.
func TestPagesHoldNoChinese(t *testing.T) {
	for _, s := range product(t) {
		if !strings.HasPrefix(s.name, "internal/web/") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, filepath.Join(root, s.name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && strings.ContainsFunc(l.Value, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s:%d: %s belongs in the catalogue", s.name, set.Position(l.Pos()).Line, l.Value)
			}
			return true
		})
	}
}

func TestMigrationsComeInPairs(t *testing.T) {
	trees := map[string][]string{}
	for _, name := range repo(t) {
		if path.Ext(name) == ".sql" && strings.HasPrefix(name, "migrations/") {
			trees[path.Dir(name)] = append(trees[path.Dir(name)], path.Base(name))
		}
	}
	sqlite, postgres := trees["migrations/sqlite"], trees["migrations/postgres"]
	slices.Sort(sqlite)
	slices.Sort(postgres)
	if len(sqlite) == 0 || !slices.Equal(sqlite, postgres) {
		t.Errorf("the names differ:\n  sqlite   %q\n  postgres %q", sqlite, postgres)
	}
}

// The second module builds the product too; with other versions it would
// test another program.
func TestToolsUseTheVersionsOfTheProduct(t *testing.T) {
	tools := requirements(read(t, "internal/tools/go.mod"))
	for module, version := range requirements(read(t, "go.mod")) {
		if tools[module] != version {
			t.Errorf("internal/tools/go.mod requires %s %q, the product %q", module, tools[module], version)
		}
	}
	for line := range strings.Lines(read(t, "go.sum")) {
		if !strings.Contains(read(t, "internal/tools/go.sum"), line) {
			t.Errorf("internal/tools/go.sum lacks %s", line)
		}
	}
}

func requirements(mod string) map[string]string {
	list := map[string]string{}
	for line := range strings.Lines(mod) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && strings.HasPrefix(f[1], "v") && strings.Contains(f[0], ".") {
			list[f[0]] = f[1]
		}
	}
	return list
}
