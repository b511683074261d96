package httpapi

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// SpecOperation is an operation of the specification, for the reference page.
type SpecOperation = huma.Operation

// BodyField is one property of a request's body.
type BodyField struct {
	Name, Type, Doc string
	Required        bool
}

// TypeName words a schema for people: "string (uuid)", "list of string" …
func TypeName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Type == "array":
		return "list of " + TypeName(s.Items)
	case len(s.Enum) > 0:
		names := make([]string, 0, len(s.Enum))
		for _, v := range s.Enum {
			if text, ok := v.(string); ok {
				names = append(names, text)
			}
		}
		return strings.Join(names, " | ")
	case s.Format != "":
		return s.Type + " (" + s.Format + ")"
	}
	return s.Type
}

// BodyFields lists the properties of an operation's JSON body, in order of
// name with the required ones first.
func BodyFields(spec *huma.OpenAPI, op *huma.Operation) []BodyField {
	media, ok := op.RequestBody.Content["application/json"]
	if !ok || media.Schema == nil {
		return nil
	}
	s := media.Schema
	if s.Ref != "" {
		s = spec.Components.Schemas.SchemaFromRef(s.Ref)
	}
	var out []BodyField
	for name, p := range s.Properties {
		doc := p.Description
		if p.Ref != "" && doc == "" {
			if full := spec.Components.Schemas.SchemaFromRef(p.Ref); full != nil {
				doc = full.Description
			}
		}
		out = append(out, BodyField{Name: name, Type: TypeName(p), Doc: doc, Required: slices.Contains(s.Required, name)})
	}
	slices.SortFunc(out, func(a, b BodyField) int {
		if a.Required != b.Required {
			if a.Required {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
