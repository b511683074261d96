package export

import (
	"context"
	"os"
	"path/filepath"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	startDef  = usecase.Define(usecase.Def{Name: "export.start", Allow: access.StaffRoles})
	listDef   = usecase.Define(usecase.Def{Name: "export.list", Allow: access.StaffRoles})
	getDef    = usecase.Define(usecase.Def{Name: "export.get", Allow: access.StaffRoles})
	fileDef   = usecase.Define(usecase.Def{Name: "export.file", Allow: access.StaffRoles})
	finishDef = usecase.Define(usecase.Def{
		Name: "export.finish", Allow: append([]access.Role{access.System}, access.StaffRoles...),
		NoAPI: "ends export.start in the background", NoPage: "ends export.start in the background",
	})
)

// StartCommand asks for a file.
type StartCommand struct {
	What   What   `json:"what,omitempty" validate:"omitempty,oneof=register answers" doc:"The register when absent."`
	Format Format `json:"format" validate:"required,oneof=csv xlsx"`
	Filter
	Lang string `json:"-"`
}

// Start begins to write a file of the register, or of the answers, of the
// caller's area.
func (s *Service) Start(ctx context.Context, cmd StartCommand) (View, error) {
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if cmd.What == "" {
			cmd.What = Register
		}
		if cmd.What == Answers && cmd.Scheme != "" {
			return View{}, fault.OnField("/scheme", "export_of_titles", "")
		}
		if cmd.What == Answers && cmd.Standing != "" {
			return View{}, fault.OnField("/standing", "export_of_titles", "")
		}
		n, err := underWay(ctx, c.Tx, c.By.Account)
		if err != nil {
			return View{}, err
		}
		if n >= MostAtOnce {
			return View{}, fault.New(fault.Conflict, "export_running", MostAtOnce)
		}
		r := record{
			ID: ident.New[ident.ExportID](), What: cmd.What, Format: cmd.Format, Filter: cmd.Filter, Lang: cmd.Lang, State: Waiting, Account: c.By.Account,
			Actor: actorOf(c.By), Scope: string(c.By.Scope), Version: 1, CreatedAt: c.Now, ExpiresAt: c.Now.Add(KeepFor),
		}
		c.About(string(r.ID), r.Scope)
		c.Note("what", r.What)
		c.Note("format", r.Format)
		if err := insert(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		return r.view(), c.Later(ctx, writeJob{Run: r.ID})
	})
}

// ListQuery pages through the caller's own exports.
type ListQuery struct {
	Limit int    `json:"limit" validate:"min=0,max=200"`
	After string `json:"after" validate:"max=400"`
}

// Page is one page of exports.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// List lists the caller's own exports, newest first.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := list(ctx, idb, q, by, s.rt.Now())
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = r.view()
		}
		return p, err
	})
}

// Get reads one of the caller's own exports.
func (s *Service) Get(ctx context.Context, id ident.ExportID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by, s.rt.Now())
		return r.view(), err
	})
}

// Open opens the file of one of the caller's own exports; the caller of Open
// closes it.
func (s *Service) Open(ctx context.Context, id ident.ExportID) (View, *os.File, error) {
	v, err := usecase.Read(ctx, s.rt, fileDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by, s.rt.Now())
		if err == nil && r.State != Done {
			err = fault.New(fault.NotReady, "export_not_done")
		}
		return r.view(), err
	})
	if err != nil {
		return v, nil, err
	}
	f, err := os.Open(s.path(v.ID, v.Format))
	if os.IsNotExist(err) {
		return v, nil, fault.Wrap(fault.Gone, err, "export_gone")
	}
	return v, f, err
}

// path is where a file lies. Its name is made of an id and a format that were
// checked.
func (s *Service) path(id ident.ExportID, f Format) string {
	return filepath.Join(s.dir, string(id)+"."+string(f))
}
