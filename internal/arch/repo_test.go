package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// tools is the second module, for tests only: it may import what it likes.
const tools = "internal/tools/"

// files lists the repository's files with slashes, without those that git
// ignores; where there is no git, without the folders that are built.
var files = sync.OnceValues(func() ([]string, error) {
	if out, err := exec.Command("git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z").Output(); err == nil {
		var list []string
		for _, name := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
			if _, err := os.Lstat(filepath.Join(root, name)); err == nil { // not deleted
				list = append(list, name)
			}
		}
		return list, nil
	}
	var list []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		switch rel = filepath.ToSlash(rel); {
		case rel == ".git", rel == "bin", rel == "data", rel == "coverage":
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			list = append(list, rel)
		}
		return nil
	})
	return list, err
})

func repo(t *testing.T) []string {
	t.Helper()
	list, err := files()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 10 {
		t.Fatalf("found only %d files", len(list))
	}
	return list
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// source is a parsed Go file.
type source struct {
	name    string // path in the repository
	test    bool
	imports []string
	file    *ast.File
}

var parsed = sync.OnceValues(func() ([]source, error) {
	list, err := files()
	if err != nil {
		return nil, err
	}
	var sources []source
	for _, name := range list {
		if path.Ext(name) != ".go" || strings.Contains(name, "/testdata/") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return nil, err
		}
		s := source{name: name, test: strings.HasSuffix(name, "_test.go"), file: f}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return nil, err
			}
			s.imports = append(s.imports, p)
		}
		sources = append(sources, s)
	}
	return sources, nil
})

func sources(t *testing.T) []source {
	t.Helper()
	list, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// product leaves out tests and the second module.
func product(t *testing.T) (list []source) {
	t.Helper()
	for _, s := range sources(t) {
		if !s.test && !strings.HasPrefix(s.name, tools) {
			list = append(list, s)
		}
	}
	return list
}

// match tells whether a path fits one of the patterns: "a/..." is all beneath
// a, a pattern without a slash is for the last element, any other for the
// whole path.
func match(name string, patterns []string) bool {
	for _, p := range patterns {
		if folder, ok := strings.CutSuffix(p, "..."); ok {
			if strings.HasPrefix(name, folder) {
				return true
			}
			continue
		}
		what := name
		if !strings.Contains(p, "/") {
			what = path.Base(name)
		}
		if ok, err := path.Match(p, what); err == nil && ok {
			return true
		}
	}
	return false
}

// beneath makes patterns of folders.
func beneath(folders []string) (patterns []string) {
	for _, f := range folders {
		patterns = append(patterns, f+"/...")
	}
	return patterns
}

// within tells whether an import is the package or one beneath it; a major
// version such as /v2 counts as beneath.
func within(imported, pkg string) bool {
	return imported == pkg || strings.HasPrefix(imported, pkg+"/")
}
