package plaque

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// DoneCommand records that a plaque was taken in, or destroyed where it hung.
type DoneCommand struct {
	ID       ident.PlaqueID `json:"-" validate:"required,uuid7"`
	On       string         `json:"on" validate:"required,date" doc:"Day on which it happened."`
	HandedBy string         `json:"handed_by" validate:"max=40,oneline,plain" doc:"Who handed it in, or was there when it was destroyed."`
	Photo    string         `json:"photo" validate:"required,sha256" doc:"SHA-256 of a photo that was uploaded before."`
	Note     string         `json:"note" validate:"max=500,plain"`
}

// MissingCommand records that a plaque was not handed in. The public reads
// that, not the words.
type MissingCommand struct {
	ID    ident.PlaqueID `json:"-" validate:"required,uuid7"`
	Note  string         `json:"note" validate:"required,notblank,max=500,plain" doc:"What was tried: not found, refused, shop closed. For officers and the holder."`
	Photo string         `json:"photo" validate:"omitempty,sha256" doc:"SHA-256 of a photo that was uploaded before."`
}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "plaque." + string(a), Allow: lifecycle.Plaques.Roles(a)})
}

var (
	recoverDef = define(lifecycle.Recover)
	destroyDef = define(lifecycle.Destroy)
	missingDef = define(lifecycle.ReportGone)
)

// Recover records that the plaque was handed in. Late is allowed, also after
// it was published as missing.
func (s *Service) Recover(ctx context.Context, cmd DoneCommand) (View, error) {
	return s.done(ctx, recoverDef, lifecycle.Recover, cmd)
}

// Destroy records that the plaque was destroyed where it hung.
func (s *Service) Destroy(ctx context.Context, cmd DoneCommand) (View, error) {
	return s.done(ctx, destroyDef, lifecycle.Destroy, cmd)
}

func (s *Service) done(ctx context.Context, d *usecase.Def, a lifecycle.Action, cmd DoneCommand) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID, a)
		if err != nil {
			return View{}, err
		}
		if today := calendar.DateOf(c.Now).String(); cmd.On > today {
			return View{}, fault.OnField("/on", "future_day", "")
		}
		if cmd.On < r.EndedOn {
			return View{}, fault.OnField("/on", "before_end", r.EndedOn)
		}
		if err := s.use(ctx, c, r, cmd.Photo); err != nil {
			return View{}, err
		}
		r.DoneOn, r.HandedBy, r.Photo, r.Note = cmd.On, cmd.HandedBy, cmd.Photo, cmd.Note
		return s.record(ctx, c, &r, a, cmd.Note)
	})
}

// ReportMissing records, and publishes, that the plaque was not handed in.
func (s *Service) ReportMissing(ctx context.Context, cmd MissingCommand) (View, error) {
	return usecase.Do(ctx, s.rt, missingDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID, lifecycle.ReportGone)
		if err != nil {
			return View{}, err
		}
		if cmd.Photo != "" {
			if err := s.use(ctx, c, r, cmd.Photo); err != nil {
				return View{}, err
			}
		}
		r.DoneOn, r.Photo, r.Note = calendar.DateOf(c.Now).String(), cmd.Photo, cmd.Note
		return s.record(ctx, c, &r, lifecycle.ReportGone, cmd.Note)
	})
}

// mine reads a recovery for an officer whom nothing keeps out of it.
func (s *Service) mine(ctx context.Context, c *usecase.Call, id ident.PlaqueID, a lifecycle.Action) (record, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, err
	}
	c.About(string(r.ID), r.Scope)
	if _, err := lifecycle.Plaques.Check(c.By, a, r.State, ""); err != nil {
		return r, err
	}
	if err := c.Precondition(ctx, r.Version); err != nil {
		return r, err
	}
	return r, c.Apart(ctx, lifecycle.Plaques, a, usecase.Matter{Operator: r.Operator})
}

func (s *Service) use(ctx context.Context, c *usecase.Call, r record, sha string) error {
	err := s.files.Use(ctx, c, blob.Use{SHA256: sha, Noun: lifecycle.Certificate.Noun, ID: string(r.Certificate), Operator: r.Operator, Scope: r.Scope, Kind: blob.Image})
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.UnsupportedMedia) {
		return fault.OnField("/photo", "photo_unknown", "")
	}
	return err
}

// record keeps the proof, takes the step and settles the task. The proof is
// stored first, because the table asks for it in the state that follows.
func (s *Service) record(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, words string) (View, error) {
	r.Officer, r.UpdatedAt = c.By.Name, c.Now
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	v, err := s.step(ctx, c, r, a, words)
	if err != nil {
		return View{}, err
	}
	if err := s.tasks.Settle(ctx, c, string(r.ID), task.PlaqueWanted); err != nil {
		return View{}, err
	}
	c.About(string(r.ID), r.Scope)
	return v, nil
}

// step moves a recovery and tells.
func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, words string) (View, error) {
	to, err := c.Step(ctx, lifecycle.Plaques, r.subject(), a, "", words)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version = to, r.Version+1
	if a == lifecycle.Annul {
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.PlaqueWanted); err != nil {
			return View{}, err
		}
	}
	if err := s.titles.Reface(ctx, c, r.Certificate); err != nil { // scans say what is outstanding
		return View{}, err
	}
	v := s.view(*r, c.By, c.Now)
	return v, s.tell(ctx, c, v, a)
}

func (s *Service) tell(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error {
	for _, hook := range s.OnMoved {
		if err := hook(ctx, c, v, a); err != nil {
			return err
		}
	}
	c.About(string(v.ID), v.Scope)
	return nil
}

// WouldMove tells what other slices would hear if the reader took a step now.
func (s *Service) WouldMove(ctx context.Context, idb usecase.Reader, id ident.PlaqueID, by access.Principal) (View, error) {
	r, err := get(ctx, idb, id, by)
	return s.view(r, by, s.rt.Now()), err
}
