package page

import "fangxin/internal/usecase"

// Mount notes that a page reaches a use-case, for the test that every use-case
// is reached or says why not. A name that nothing declares is left for that
// test to find.
func Mount(name, where string) {
	for _, d := range usecase.Defs() {
		if d.Name == name {
			d.Mount("page", where)
		}
	}
}
