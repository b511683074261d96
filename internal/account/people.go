package account

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Person is an account as other slices need it to choose somebody.
type Person struct {
	ID   ident.AccountID
	Name string
}

// Holders lists the active staff who hold a role in a scope, by name: whom an
// officer may send somewhere.
func (s *Service) Holders(ctx context.Context, idb usecase.Reader, role access.Role, scope access.Scope) ([]Person, error) {
	var rows []*record
	err := idb.NewSelect().Model(&rows).Where("active").Apply(db.InScope("scope", scope)).Order("name", "id").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	people := []Person{}
	for _, r := range rows {
		if slices.Contains(r.Roles, role) {
			people = append(people, Person{ID: r.ID, Name: r.Name})
		}
	}
	return people, nil
}
