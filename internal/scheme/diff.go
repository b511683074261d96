package scheme

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Change is one thing that differs between two versions.
type Change struct {
	Field  string `json:"field" doc:"Property of the scheme: title, route, commitments."`
	Item   string `json:"item,omitempty" doc:"Id within a list: of a commitment, a state of the route, a fact."`
	Part   string `json:"part,omitempty" doc:"What of it: text.zh, required, workdays."`
	Before string `json:"before,omitempty" doc:"Empty when it was added."`
	After  string `json:"after,omitempty" doc:"Empty when it was taken out."`
}

// Kind tells what happened: added, removed or changed.
func (c Change) Kind() string {
	switch {
	case c.Before == "":
		return "added"
	case c.After == "":
		return "removed"
	}
	return "changed"
}

// Fields lists the properties of a scheme in the order in which people read
// them.
var Fields = []string{
	"title", "abbreviation", "summary", "badge_label", "issuer", "approval", "basis", "subject", "sectors", "divisions", "sheet", "decides", "route",
	"notice_workdays", "notice_days", "correction_workdays", "appeal_workdays", "validity_years", "recheck_months", "exclusion_years", "downgrade_years",
	"rectification_workdays", "reinspections", "rectification_proof", "renewal", "eligibility", "conditions", "documents", "commitments", "declaration", "terms",
	"street_min_members", "street_participation", "street_participates_with", "street_returns", "street_returns_with", "street_returns_sectors",
	"street_hundred", "street_station", "street_incident_years", "street_grace_workdays", "street_sample_least", "street_sample_roots",
	"street_sample_percent", "street_sample_sheet", "street_nudge_days", "minutes_to_apply",
}

// Changes compares two versions. Points of lists are compared by their ids,
// so that one which moved is not said to have changed; the order of the route
// is a property of its own.
func Changes(from, to Scheme) []Change {
	a, b := from.flat(), to.flat()
	keys := map[string]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	out := []Change{}
	for k := range keys {
		if a[k] == b[k] {
			continue
		}
		p := strings.SplitN(k, "/", 3)
		out = append(out, Change{Field: p[0], Item: p[1], Part: p[2], Before: a[k], After: b[k]})
	}
	sort.Slice(out, func(i, j int) bool {
		x, y := out[i], out[j]
		if x.Field != y.Field {
			return slices.Index(Fields, x.Field) < slices.Index(Fields, y.Field)
		}
		if x.Item != y.Item {
			return x.Item < y.Item
		}
		return x.Part < y.Part
	})
	return out
}

// idOf names the properties by which the points of lists are told apart.
var idOf = []string{"id", "state", "fact", "item"}

// flat lists every value under "field/item/part".
func (s Scheme) flat() map[string]string {
	var doc map[string]any
	if err := json.Unmarshal(s.Content(), &doc); err != nil {
		panic(err) // Content has just been written
	}
	out := map[string]string{}
	for field, v := range doc {
		if slices.Contains([]string{"code", "version", "hash", "pass"}, field) {
			continue
		}
		if figures, ok := v.(map[string]any); ok && field == "street" {
			for name, figure := range figures {
				flatten(out, "street_"+name+"/", "", figure)
			}
			continue
		}
		if points, ok := v.(map[string]any); ok && field == "terms" {
			list, _ := points["exclusions"].([]any)
			delete(points, "exclusions")
			flatten(out, field+"/", "exclusions", list)
		}
		flatten(out, field+"/", "", v)
	}
	if s.Street != nil {
		for _, h := range s.Street.Hundred {
			at := "street_hundred/" + h.Item + "/"
			delete(out, at+"veto")
			out[at] = map[bool]string{true: "veto", false: "grace"}[h.Veto]
		}
	}
	order := make([]string, len(s.Route))
	for i, g := range s.Route {
		order[i] = string(g.State)
	}
	out["route//order"] = strings.Join(order, " ")
	return out
}

func flatten(out map[string]string, field, part string, v any) {
	switch x := v.(type) {
	case map[string]any:
		for k, inner := range x {
			flatten(out, field, strings.TrimPrefix(part+"."+k, "."), inner)
		}
	case []any:
		for i, point := range x {
			m, isMap := point.(map[string]any)
			item := fmt.Sprint(i + 1)
			for _, key := range idOf {
				if id, ok := m[key].(string); ok {
					item = id
					delete(m, key)
				}
			}
			if !isMap {
				out[field+fmt.Sprint(point)+"/"] = fmt.Sprint(point)
				continue
			}
			inner := map[string]string{}
			flatten(inner, "", "", m)
			for k, value := range inner {
				out[field+item+"/"+strings.TrimPrefix(k, "/")] = value
			}
		}
	case nil:
	default:
		key := field + "/" + part
		if field == "" {
			key = part
		}
		out[key] = fmt.Sprint(x)
	}
}
