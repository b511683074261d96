// Package spec reads the description of the API as other programs do and holds
// it to the rules that a reader of it needs.
package spec

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../../openapi/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestTheDescriptionIsValid asks a library that had no part in writing it.
func TestTheDescriptionIsValid(t *testing.T) {
	doc := load(t)
	if err := doc.Validate(context.Background(), openapi3.DisableExamplesValidation()); err != nil {
		t.Error(err)
	}
	if doc.Info.Title == "" || doc.Info.Version == "" || doc.Info.License == nil || len(doc.Servers) == 0 {
		t.Errorf("the head lacks something: %+v", doc.Info)
	}
}

var named = regexp.MustCompile(`\{(\w+)\}`)

// TestEveryOperationIsTold checks what a reader needs of each operation.
func TestEveryOperationIsTold(t *testing.T) {
	doc := load(t)
	tags, ids := map[string]bool{}, map[string]string{}
	for _, tag := range doc.Tags {
		tags[tag.Name] = true
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			where := method + " " + path
			if other := ids[op.OperationID]; op.OperationID == "" || other != "" {
				t.Errorf("%s: its id %q is empty or the one of %s", where, op.OperationID, other)
			}
			ids[op.OperationID] = where
			if op.Summary == "" || strings.HasSuffix(op.Summary, ".") || len(op.Summary) > 90 {
				t.Errorf("%s: summary %q", where, op.Summary)
			}
			if len(op.Tags) != 1 {
				t.Errorf("%s: tags %v", where, op.Tags)
			}
			good, bad := false, false
			for code, r := range op.Responses.Map() {
				good = good || strings.HasPrefix(code, "2")
				if strings.HasPrefix(code, "4") || strings.HasPrefix(code, "5") || code == "default" {
					bad = true
					if r.Value.Content.Get("application/problem+json") == nil {
						t.Errorf("%s: %s is no problem", where, code)
					}
				}
				if r.Value.Description == nil || *r.Value.Description == "" {
					t.Errorf("%s: %s is not described", where, code)
				}
			}
			if !good || !bad {
				t.Errorf("%s: it lacks answers (success %v, refusal %v)", where, good, bad)
			}
			have := map[string]bool{}
			for _, p := range append(item.Parameters, op.Parameters...) {
				have[p.Value.In+" "+p.Value.Name] = true
				if p.Value.Schema == nil {
					t.Errorf("%s: %s has no type", where, p.Value.Name)
				}
			}
			for _, m := range named.FindAllStringSubmatch(path, -1) {
				if !have["path "+m[1]] {
					t.Errorf("%s: {%s} is not described", where, m[1])
				}
			}
		}
	}
	if len(ids) < 60 {
		t.Errorf("only %d operations", len(ids))
	}
}
