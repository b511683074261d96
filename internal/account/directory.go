package account

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Contact is an active account as somebody who can be told something.
type Contact struct {
	ID    ident.AccountID
	Name  string
	Phone string // mobile number in canonical form; "" when there is none
	Staff bool
	Scope string // of staff
	Roles []access.Role
}

func contacts(rows []*record) []Contact {
	out := make([]Contact, 0, len(rows))
	for _, r := range rows {
		c := Contact{ID: r.ID, Name: r.Name, Staff: r.staff(), Scope: r.Scope, Roles: r.Roles}
		if ident.IsMobile(r.Phone) {
			c.Phone = r.Phone
		}
		out = append(out, c)
	}
	return out
}

// Members lists who speaks for an operator, oldest first.
func (s *Service) Members(ctx context.Context, idb usecase.Reader, operator ident.OperatorID) ([]Contact, error) {
	rows, err := members(ctx, idb, operator)
	return contacts(rows), err
}

// InCharge lists the staff who hold a role at the authority of a path or above
// it: those whose turn it is when a record of that path waits for the role.
func (s *Service) InCharge(ctx context.Context, idb usecase.Reader, role access.Role, path string) ([]Contact, error) {
	rows, err := staffAt(ctx, idb, access.Above(path))
	rows = slices.DeleteFunc(rows, func(r *record) bool { return !slices.Contains(r.Roles, role) })
	return contacts(rows), err
}

// Contacts reads accounts by their ids; those that are not active are left out.
func (s *Service) Contacts(ctx context.Context, idb usecase.Reader, ids ...ident.AccountID) ([]Contact, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := active(ctx, idb, ids)
	return contacts(rows), err
}
