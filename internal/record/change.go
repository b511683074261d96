package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"fangxin/internal/checklist"
)

// Diff lists the fields in which two answers differ, by name. Either may be
// nil.
func Diff(before, after *checklist.Answer) ([]Field, error) {
	was, err := fieldsOf(before)
	if err != nil {
		return nil, err
	}
	is, err := fieldsOf(after)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for k := range was {
		names[k] = true
	}
	for k := range is {
		names[k] = true
	}
	out := []Field{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !bytes.Equal(was[name], is[name]) {
			out = append(out, Field{Name: name, Old: was[name], New: is[name]})
		}
	}
	return out, nil
}

func fieldsOf(a *checklist.Answer) (map[string]json.RawMessage, error) {
	if a == nil {
		return nil, nil
	}
	b, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	if b, err = checklist.Canonical(b); err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	delete(fields, "item")
	return fields, nil
}

// Same reports whether two answers say the same; either may be nil.
func Same(a, b *checklist.Answer) bool {
	fields, err := Diff(a, b)
	return err == nil && len(fields) == 0 && (a == nil) == (b == nil)
}

// TakenBack reports an answer that says nothing: the inspector took it back.
func TakenBack(a checklist.Answer) bool {
	return a.Verdict == "" && a.Score == nil && a.Number == nil && a.Choice == "" && a.Text == "" && a.Signature == "" &&
		a.Refused == "" && a.Place == nil && a.Note == "" && len(a.Photos) == 0 && len(a.Audio) == 0
}

// Apply gives the answers with a correction, by item. It refuses a change
// whose starting point is not what the answers say.
func Apply(answers []checklist.Answer, changes []Change) ([]checklist.Answer, error) {
	byItem := map[string]checklist.Answer{}
	for _, a := range answers {
		byItem[a.Item] = a
	}
	for _, ch := range changes {
		var now *checklist.Answer
		if a, ok := byItem[ch.Item]; ok {
			now = &a
		}
		if !Same(now, ch.Before) {
			return nil, fmt.Errorf("record: item %s does not say what the correction starts from", ch.Item)
		}
		if ch.After == nil {
			delete(byItem, ch.Item)
		} else if ch.After.Item != ch.Item {
			return nil, fmt.Errorf("record: the correction of item %s answers item %s", ch.Item, ch.After.Item)
		} else {
			byItem[ch.Item] = *ch.After
		}
	}
	out := make([]checklist.Answer, 0, len(byItem))
	for _, item := range slices.Sorted(maps.Keys(byItem)) {
		out = append(out, byItem[item])
	}
	return out, nil
}

// Mark says of each entry whether it counts: the newest of its item does,
// unless it takes the answer back.
func Mark(entries []Entry) []Entry {
	out := slices.Clone(entries)
	last := map[string]int{}
	for i := range out {
		out[i].Counts = false
		if j, ok := last[out[i].Item]; !ok || out[i].N > out[j].N {
			last[out[i].Item] = i
		}
	}
	for _, i := range last {
		out[i].Counts = !TakenBack(out[i].Answer)
	}
	return out
}

// Counting lists the answers that count, by item.
func Counting(entries []Entry) []checklist.Answer {
	out := []checklist.Answer{}
	for _, e := range entries {
		if e.Counts {
			out = append(out, e.Answer)
		}
	}
	slices.SortFunc(out, func(a, b checklist.Answer) int { return bytes.Compare([]byte(a.Item), []byte(b.Item)) })
	return out
}

// Decides reports whether a result has other consequences than the one before.
func Decides(before, after checklist.Result) bool {
	return before.Passed != after.Passed || before.Grade != after.Grade
}

// hashes is the set of files that answers and signatures refer to.
func hashes(answers []checklist.Answer, signatures []Signature) map[string]bool {
	out := map[string]bool{}
	add := func(list ...string) {
		for _, sha := range list {
			if sha != "" {
				out[sha] = true
			}
		}
	}
	for _, a := range answers {
		add(a.Photos...)
		add(a.Audio...)
		add(a.Signature)
	}
	for _, s := range signatures {
		add(s.Drawing)
	}
	return out
}

// Hashes lists the files that answers and signatures refer to, in order.
func Hashes(answers []checklist.Answer, signatures []Signature) []string {
	return slices.Sorted(maps.Keys(hashes(answers, signatures)))
}
