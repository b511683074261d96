package scheme

import (
	"context"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Query picks a scheme.
type Query struct {
	Code    string `json:"-" validate:"required,max=40"`
	Version string `json:"version" validate:"max=10" doc:"The newest when empty."`
}

var (
	listDef     = usecase.Define(usecase.Def{Name: "scheme.list", Allow: access.Roles})
	getDef      = usecase.Define(usecase.Def{Name: "scheme.get", Allow: access.Roles})
	editionsDef = usecase.Define(usecase.Def{Name: "edition.list", Allow: access.StaffRoles})
	editionDef  = usecase.Define(usecase.Def{Name: "edition.get", Allow: access.StaffRoles})
	diffDef     = usecase.Define(usecase.Def{Name: "scheme.diff", Allow: access.Roles})
)

// fresh is how long a list of what is in force is used without asking again:
// another process of the same database may have published meanwhile.
const fresh = 3 * time.Second

// List lists the titles that may be applied for.
func (s *Service) List(ctx context.Context) ([]Scheme, error) {
	return usecase.Read(ctx, s.rt, listDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]Scheme, error) {
		s.mu.Lock()
		list, at := s.inForce, s.readAt
		s.mu.Unlock()
		if list != nil && time.Since(at) < fresh {
			return slices.Clone(list), nil
		}
		list, err := current(ctx, idb)
		if err == nil {
			err = s.measured(ctx, idb, list)
		}
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.inForce, s.readAt = list, time.Now()
		s.mu.Unlock()
		return slices.Clone(list), nil
	})
}

// Get tells everything about one title: what is asked before anybody starts.
func (s *Service) Get(ctx context.Context, q Query) (Scheme, error) {
	return usecase.Read(ctx, s.rt, getDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Scheme, error) {
		sch, err := inForceOrPast(ctx, idb, q.Code, q.Version)
		if err != nil {
			return sch, err
		}
		list := []Scheme{sch}
		err = s.measured(ctx, idb, list)
		return list[0], err
	})
}

// measured puts in what the checklists in force ask for.
func (s *Service) measured(ctx context.Context, idb usecase.Reader, list []Scheme) error {
	lib, err := s.Sheets(ctx, idb)
	for i := range list {
		if err == nil {
			list[i].Pass = passOf(lib, list[i].Sheet)
		}
	}
	return err
}

// Checklists is what the sheets of titles are composed from now, for pages.
func (s *Service) Checklists(ctx context.Context) (*checklist.Library, error) {
	return s.Sheets(ctx, s.rt.DB.R)
}

// Wanting lists for which sectors schemes in force use a sheet.
func Wanting(ctx context.Context, idb usecase.Reader, plan string) (map[string]bool, error) {
	list, err := current(ctx, idb)
	out := map[string]bool{}
	for _, sch := range list {
		if sch.Street != nil && sch.Street.SampleSheet == plan {
			out[string(sector.Store)] = true
		}
		if sch.Sheet != plan {
			continue
		}
		for _, code := range sch.Sectors {
			out[code] = true
		}
	}
	return out, err
}

// Editions lists the versions of a title, or of all titles, drafts included;
// the newest of a title first.
func (s *Service) Editions(ctx context.Context, code string) ([]Edition, error) {
	return usecase.Read(ctx, s.rt, editionsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Edition, error) {
		rows, err := editionRows(ctx, idb, code)
		out := make([]Edition, 0, len(rows))
		for _, r := range rows {
			v, verr := s.edition(ctx, idb, r, by)
			if verr != nil {
				return nil, verr
			}
			out = append(out, v)
		}
		return out, err
	})
}

// Edition reads one version, as a draft or later.
func (s *Service) Edition(ctx context.Context, id ident.EditionID) (Edition, error) {
	return usecase.Read(ctx, s.rt, editionDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Edition, error) {
		r, err := editionByID(ctx, idb, id)
		if err != nil {
			return Edition{}, err
		}
		return s.edition(ctx, idb, r, by)
	})
}

// DiffQuery names two published versions of a title.
type DiffQuery struct {
	Code string `json:"-" validate:"required,max=40"`
	From string `json:"from" validate:"required,max=10"`
	To   string `json:"to" validate:"max=10" doc:"The version in force when empty."`
}

// Diff is what changed from one version to another.
type Diff struct {
	Code    string   `json:"code"`
	Title   Text     `json:"title"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	Changes []Change `json:"changes"`
}

// Diff tells what changed between two published versions.
func (s *Service) Diff(ctx context.Context, q DiffQuery) (Diff, error) {
	return usecase.Read(ctx, s.rt, diffDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Diff, error) {
		from, err := inForceOrPast(ctx, idb, q.Code, q.From)
		if err != nil {
			return Diff{}, err
		}
		to, err := inForceOrPast(ctx, idb, q.Code, q.To)
		return Diff{Code: q.Code, Title: to.Title, From: from.Version, To: to.Version, Changes: Changes(from, to)}, err
	})
}

// Texts gives what a title's certificate needs from its scheme.
func (s *Service) Texts(code, version string) (titleZh, titleEn, abbreviation string, exclusionYears, rectificationDays int, ok bool) {
	sch, ok := s.version(code, version)
	return sch.texts(ok)
}

// Label gives the words beside the title on badge and certificate.
func (s *Service) Label(code, version string) Text {
	sch, _ := s.version(code, version)
	return sch.BadgeLabel
}

// Version gives a published version, or with an empty one that in force.
func (s *Service) Version(code, version string) (Scheme, bool) { return s.version(code, version) }

// InForce gives the version of a title that is in force.
func (s *Service) InForce(code string) (Scheme, bool) { return s.version(code, "") }

// version reads a published version once; the newest is always read.
func (s *Service) version(code, version string) (Scheme, bool) {
	s.mu.Lock()
	sch, ok := s.fixed[code+" "+version]
	s.mu.Unlock()
	if ok {
		return sch, true
	}
	sch, err := inForceOrPast(context.Background(), s.rt.DB.R, code, version)
	if err != nil {
		return Scheme{}, false
	}
	if version != "" {
		s.mu.Lock()
		s.fixed[code+" "+version] = sch
		s.mu.Unlock()
	}
	return sch, true
}

// EditionByID reads a version for other slices, without asking who reads.
func (s *Service) EditionByID(ctx context.Context, idb usecase.Reader, id ident.EditionID) (Edition, error) {
	r, err := editionByID(ctx, idb, id)
	if err != nil {
		return Edition{}, err
	}
	return s.edition(ctx, idb, r, access.Anonymous())
}
