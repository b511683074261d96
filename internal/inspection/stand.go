package inspection

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// Stand is where and when a visit was begun.
type Stand struct {
	Premises ident.PremisesID
	Started  rec.Stamp
	// Same are visits of these inspectors to other premises that were begun at
	// the very same place, of those that the reader may see.
	Same []ident.InspectionID
}

// standsRead is how many earlier visits of the inspectors are compared.
const standsRead = 400

// Stand tells where a visit was begun. Two fixes of a satellite receiver are
// practically never equal to the last digit, 10⁻⁷ degree or a centimetre.
func (s *Service) Stand(ctx context.Context, idb usecase.Reader, id ident.InspectionID, by access.Principal) (Stand, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return Stand{}, err
	}
	out := Stand{Premises: r.Premises, Started: r.Started}
	if r.Started.Place == nil {
		return out, nil
	}
	others, err := standRows(ctx, idb, r, by, standsRead)
	if err != nil {
		return out, err
	}
	for _, o := range others {
		if p := o.Started.Place; p != nil && p.LngE7 == r.Started.Place.LngE7 && p.LatE7 == r.Started.Place.LatE7 {
			out.Same = append(out.Same, o.ID)
		}
	}
	return out, nil
}
