package application

import (
	"context"

	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// RecordAmended puts the result of a corrected inspection into the case, in
// the transaction of the correction. Later steps judge by it. It moves no
// state; decided tells that the case had already ended with a title, which
// somebody has to look at.
func (s *Service) RecordAmended(ctx context.Context, c *usecase.Call, in Inspected) (decided bool, err error) {
	sys := c.AsSystem()
	r, err := get(inner(ctx), sys.Tx, in.Application, sys.By)
	if err != nil || r.Result == nil || r.Result.Inspection != in.Result.Inspection {
		return false, err
	}
	was := *r.Result
	in.Result.InspectedOn = was.InspectedOn
	r.Result, r.UpdatedAt = &in.Result, c.Now
	if err := setResult(ctx, sys.Tx, &r); err != nil {
		return false, err
	}
	c.Note("application", r.ID)
	return r.State == lifecycle.Certified && was.Passed != in.Result.Passed, nil
}
