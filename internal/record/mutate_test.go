package record_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"fangxin/internal/checklist"
)

// pathsOf lists every place of a JSON text: keys and indexes from the top.
func pathsOf(text []byte) [][]any {
	var out [][]any
	var walk func(v any, path []any)
	walk = func(v any, path []any) {
		if len(path) > 0 {
			out = append(out, slices.Clone(path))
		}
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(v[k], append(path, k))
			}
		case []any:
			for i := range v {
				walk(v[i], append(path, i))
			}
		}
	}
	walk(decode(text), nil)
	return out
}

func decode(text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		panic(err)
	}
	return v
}

// mutate makes one change somewhere in the tree and writes it canonically, so
// that nothing but the change gives it away.
func mutate(rng *rand.Rand, text []byte, paths [][]any) (changed []byte, what string) {
	for {
		root := decode(text)
		path := paths[rng.IntN(len(paths))]
		what = change(rng, root, path)
		if what == "" {
			continue
		}
		b, err := json.Marshal(root)
		if err != nil {
			panic(err)
		}
		if b, err = checklist.Canonical(b); err != nil {
			panic(err)
		}
		if !bytes.Equal(b, text) {
			return b, fmt.Sprintf("%s at %v", what, path)
		}
	}
}

// change changes the value at a path; "" when there is nothing to change.
func change(rng *rand.Rand, root any, path []any) string {
	parent := root
	for _, step := range path[:len(path)-1] {
		parent = into(parent, step)
	}
	last := path[len(path)-1]
	switch p := parent.(type) {
	case map[string]any:
		key := last.(string)
		switch rng.IntN(4) {
		case 0:
			delete(p, key)
			return "removed"
		case 1:
			p[key+"x"] = p[key]
			delete(p, key)
			return "renamed"
		case 2:
			p["extra"] = "x"
			return "added"
		}
		return revalue(rng, p[key], func(v any) { p[key] = v })
	case []any:
		i := last.(int)
		if rng.IntN(2) == 0 && len(p) > 1 {
			j := (i + 1 + rng.IntN(len(p)-1)) % len(p)
			p[i], p[j] = p[j], p[i]
			return "order"
		}
		return revalue(rng, p[i], func(v any) { p[i] = v })
	}
	return ""
}

func into(v, step any) any {
	if m, ok := v.(map[string]any); ok {
		return m[step.(string)]
	}
	return v.([]any)[step.(int)]
}

// revalue changes a value, or an array as a whole.
func revalue(rng *rand.Rand, v any, set func(any)) string {
	switch v := v.(type) {
	case string:
		switch {
		case v == "" || rng.IntN(3) == 0:
			set(v + "补")
		case rng.IntN(2) == 0:
			r := []rune(v)
			r[rng.IntN(len(r))]++
			set(string(r))
		default:
			set(strings.TrimSuffix(v, v[len(v)-1:]) + "0")
		}
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			panic("a number that is not whole: " + v)
		}
		set(json.Number(fmt.Sprint(n + 1 + rng.Int64N(1000))))
	case bool:
		set(!v)
	case nil:
		set("x")
	case []any:
		if len(v) == 0 || rng.IntN(2) == 0 {
			set(append(slices.Clone(v), "x"))
			return "added"
		}
		set(slices.Delete(slices.Clone(v), 0, 1))
		return "removed"
	default:
		set(map[string]any{})
	}
	return "value"
}
