package application

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/scheme"
)

// markable reports a point of the case that can be given back for correction.
func markable(pointer string, sch scheme.Scheme, sheet *checklist.Sheet) bool {
	part, id, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	switch part {
	case "premises", "operator", "contact", "commitments":
		return id == ""
	case "conditions":
		return id == "" || slices.ContainsFunc(sch.Conditions, func(it scheme.Item) bool { return it.ID == id })
	case "terms":
		return id == "" && sch.Terms != nil
	case "documents":
		_, ok := sch.Document(id)
		return ok
	case "answers":
		return sheet != nil && sheet.Item(id) != nil
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }
