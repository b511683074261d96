package application

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

var (
	objectDef  = usecase.Define(usecase.Def{Name: "notice.object", Allow: access.Roles})
	upholdDef  = define(lifecycle.UpholdObjection)
	dismissDef = usecase.Define(usecase.Def{Name: "application.dismiss_objection", Allow: lifecycle.Application.Roles(lifecycle.UpholdObjection)})
)

// Receipt is what an objector keeps.
type Receipt struct {
	Number string         `json:"number" doc:"Quote it when asking about the objection."`
	Notice ident.NoticeID `json:"notice" format:"uuid"`
}

// Object files an objection while the notice runs.
func (s *Service) Object(ctx context.Context, cmd ObjectCommand) (Receipt, error) {
	return usecase.Do(ctx, s.rt, objectDef, cmd, func(ctx context.Context, c *usecase.Call) (Receipt, error) {
		n, err := noticeByID(ctx, c.Tx, cmd.Notice)
		if err != nil {
			return Receipt{}, err
		}
		c.About(string(n.Application), n.Scope)
		today := calendar.DateOf(c.Now)
		if n.Outcome != "" || n.ClosesOn < today.String() {
			return Receipt{}, fault.New(fault.Gone, "notice_over", n.ClosesOn)
		}
		seq, err := db.Next(ctx, c.Tx, "objection/"+strconv.Itoa(today.Year()))
		if err != nil {
			return Receipt{}, err
		}
		o := objectionRow{
			ID: ident.New[ident.ObjectionID](), Number: fmt.Sprintf("赣放心异〔%d〕%06d号", today.Year(), seq), Notice: n.ID,
			Application: n.Application, Scope: n.Scope, Body: strings.TrimSpace(cmd.Body), Party: cmd.Party,
			Name: strings.TrimSpace(cmd.Name), Contact: ident.NormalPhone(cmd.Contact), State: "open", Version: 1, CreatedAt: c.Now,
		}
		if err := insertObjection(ctx, c.Tx, &o); err != nil {
			return Receipt{}, err
		}
		c.Note("objection", o.Number)
		r, err := get(ctx, c.Tx, n.Application, access.Internal("application"))
		if err != nil {
			return Receipt{}, err
		}
		return Receipt{Number: o.Number, Notice: n.ID}, s.objectionTask(ctx, c, o, deciding(r), n.ClosesOn)
	})
}

// UpholdObjection ends the case because an objection is right.
func (s *Service) UpholdObjection(ctx context.Context, cmd ObjectionCommand) (View, error) {
	return usecase.Do(ctx, s.rt, upholdDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.UpholdObjection)
		if err != nil {
			return View{}, err
		}
		if err := decideObjection(ctx, c.Tx, cmd, "upheld", c.By.Account, c.Now); err != nil {
			return View{}, err
		}
		if err := closeNotice(ctx, c.Tx, r.ID, "objection_upheld"); err != nil {
			return View{}, err
		}
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.ObjectionFiled); err != nil {
			return View{}, err
		}
		r.Reason, r.AppealUntil = cmd.Reason, s.appealUntil(c, sch)
		return s.move(ctx, c, &r, sch, lifecycle.UpholdObjection, "", cmd.Reason)
	})
}

// DismissObjection decides that an objection does not stand; the case goes on.
func (s *Service) DismissObjection(ctx context.Context, cmd ObjectionCommand) (View, error) {
	return usecase.Do(ctx, s.rt, dismissDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.UpholdObjection)
		if err != nil {
			return View{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		if err := decideObjection(ctx, c.Tx, cmd, "dismissed", c.By.Account, c.Now); err != nil {
			return View{}, err
		}
		c.Note("objection", cmd.Objection)
		if open, err := openObjections(ctx, c.Tx, r.ID); err != nil {
			return View{}, err
		} else if open == 0 {
			if err := s.tasks.Settle(ctx, c, string(r.ID), task.ObjectionFiled); err != nil {
				return View{}, err
			}
		}
		r.UpdatedAt = c.Now
		return s.keep(ctx, c, &r, sch)
	})
}

// objectionView hides who objected from everybody but the deciding officers,
// and the words from the applicant, whom they might tell.
func objectionView(o objectionRow, by access.Principal) ObjectionView {
	v := ObjectionView{ID: o.ID, Number: o.Number, Notice: o.Notice, Party: o.Party, State: o.State, CreatedAt: o.CreatedAt, Version: o.Version}
	if by.Staff() {
		v.Body, v.Reason = o.Body, o.Reason
	}
	if by.Has(lifecycle.Application.Roles(lifecycle.UpholdObjection)...) {
		v.Name, v.Contact = o.Name, o.Contact
	}
	return v
}

// deciding is the path of the authority that decides on a case during its
// notice: the province, or the city of a scheme that a city awards.
func deciding(r record) string {
	if r.Decides == access.CityOfficer {
		if above := access.Above(r.Scope); len(above) > 1 {
			return above[1]
		}
	}
	return provincial(r.Scope)
}

// provincial is the path of the province above a scope: "/36/3601/" → "/36/".
func provincial(scope string) string {
	if i := strings.IndexByte(strings.TrimPrefix(scope, "/"), '/'); i >= 0 {
		return scope[:i+2]
	}
	return scope
}
