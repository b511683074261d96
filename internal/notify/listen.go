package notify

import (
	"context"
	"strconv"

	"fangxin/internal/account"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/certificate"
	"fangxin/internal/export"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/plaque"
	"fangxin/internal/pledge"
	"fangxin/internal/rectify"
	"fangxin/internal/reinspect"
	"fangxin/internal/renewal"
	"fangxin/internal/reply"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/takeover"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Sources are the slices in which things happen that people are told.
type Sources struct {
	Accounts       *account.Service
	Applications   *application.Service
	Inspections    *inspection.Service
	Certificates   *certificate.Service
	Tasks          *task.Service
	Imports        *importer.Service
	Exports        *export.Service
	Streets        *street.Service
	Pledges        *pledge.Service
	Rectifications *rectify.Service
	Plaques        *plaque.Service
	Takeovers      *takeover.Service
	Renewals       *renewal.Service
	Schemes        *scheme.Service
	Replies        *reply.Service
	Appeals        *appeal.Service
	Reinspections  *reinspect.Service
}

// Listen ties the slice to its sources: from now on their steps are told in the
// transaction in which they are taken.
func (s *Service) Listen(src Sources) {
	s.src = src
	s.listenToStreets(src.Streets)
	src.Applications.OnMoved = append(src.Applications.OnMoved, func(ctx context.Context, c *usecase.Call, m application.Moved) error {
		return s.Tell(ctx, c, ofCase(m)...)
	})
	src.Inspections.OnChanged = append(src.Inspections.OnChanged, func(ctx context.Context, c *usecase.Call, ch inspection.Change) error {
		return s.Tell(ctx, c, ofVisit(ch)...)
	})
	src.Inspections.OnAmended = append(src.Inspections.OnAmended, func(ctx context.Context, c *usecase.Call, am inspection.Amended) error {
		return s.Tell(ctx, c, ofAmendment(am)...)
	})
	src.Certificates.OnMoved = append(src.Certificates.OnMoved, func(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
		return s.Tell(ctx, c, ofTitle(m)...)
	})
	if src.Rectifications != nil {
		src.Rectifications.OnMoved = append(src.Rectifications.OnMoved, func(ctx context.Context, c *usecase.Call, v rectify.View, a lifecycle.Action) error {
			if (a == "due_soon" || a == "overdue") && !open(c.Now) {
				return nil // the next sweep in office hours tells it
			}
			return s.Tell(ctx, c, ofRectification(v, a)...)
		})
	}
	if src.Renewals != nil {
		src.Renewals.OnMoved = append(src.Renewals.OnMoved, func(ctx context.Context, c *usecase.Call, v renewal.View, a lifecycle.Action) error {
			return s.Tell(ctx, c, ofRenewal(v, a)...)
		})
	}
	if src.Schemes != nil {
		src.Schemes.OnPublished = append(src.Schemes.OnPublished, func(ctx context.Context, c *usecase.Call, e scheme.Edition) error {
			list, err := s.ofEdition(ctx, c.Tx, e)
			if err != nil {
				return err
			}
			return s.Tell(ctx, c, list...)
		})
	}
	if src.Plaques != nil {
		src.Plaques.OnMoved = append(src.Plaques.OnMoved, func(ctx context.Context, c *usecase.Call, v plaque.View, a lifecycle.Action) error {
			if (a == "due_soon" || a == "overdue") && !open(c.Now) {
				return nil // the next sweep in office hours tells it
			}
			return s.Tell(ctx, c, ofPlaque(v, a)...)
		})
	}
	if src.Takeovers != nil {
		src.Takeovers.OnMoved = append(src.Takeovers.OnMoved, func(ctx context.Context, c *usecase.Call, v takeover.View, a lifecycle.Action) error {
			return s.Tell(ctx, c, ofTakeover(v, a)...)
		})
	}
	if src.Replies != nil {
		src.Replies.OnMoved = append(src.Replies.OnMoved, func(ctx context.Context, c *usecase.Call, v reply.View, a lifecycle.Action) error {
			return s.Tell(ctx, c, ofReply(v, a)...)
		})
	}
	if src.Appeals != nil {
		src.Appeals.OnMoved = append(src.Appeals.OnMoved, func(ctx context.Context, c *usecase.Call, v appeal.View, a lifecycle.Action) error {
			return s.Tell(ctx, c, ofAppeal(v, a)...)
		})
	}
	if src.Reinspections != nil {
		src.Reinspections.OnMoved = append(src.Reinspections.OnMoved, func(ctx context.Context, c *usecase.Call, v reinspect.View, a lifecycle.Action) error {
			return s.Tell(ctx, c, ofReinspection(v, a)...)
		})
	}
	if src.Pledges != nil {
		src.Pledges.OnMoved = append(src.Pledges.OnMoved, func(ctx context.Context, c *usecase.Call, m pledge.Moved) error {
			return s.Tell(ctx, c, ofPledge(m)...)
		})
	}
	src.Tasks.OnOpened = append(src.Tasks.OnOpened, func(ctx context.Context, c *usecase.Call, v task.View) error {
		return s.Tell(ctx, c, ofTask(v)...)
	})
	src.Imports.OnFinished = append(src.Imports.OnFinished, func(ctx context.Context, c *usecase.Call, v importer.View, by ident.AccountID, scope string) error {
		if by == "" {
			return nil // run from the command line, which waits for its end
		}
		return s.Tell(ctx, c, Occurrence{
			Event: ImportFinished, Key: string(v.ID), Noun: "import", Subject: string(v.ID), Scope: scope, Accounts: []ident.AccountID{by},
			Data: map[string]string{"file": v.Name, "new": strconv.Itoa(v.Counts.New), "refused": strconv.Itoa(v.Counts.Refused)},
		})
	})
	src.Exports.OnFinished = append(src.Exports.OnFinished, func(ctx context.Context, c *usecase.Call, v export.View, by ident.AccountID, scope string) error {
		return s.Tell(ctx, c, Occurrence{
			Event: ExportFinished, Key: string(v.ID), Noun: "export", Subject: string(v.ID), Scope: scope, Accounts: []ident.AccountID{by},
			Data: map[string]string{"file": v.Filename(), "rows": strconv.Itoa(v.Rows), "outcome": string(v.State)},
		})
	})
	src.Accounts.OnSecured = append(src.Accounts.OnSecured, func(ctx context.Context, c *usecase.Call, sec account.Secured) error {
		return s.Tell(ctx, c, Occurrence{
			Event: Code("account." + string(sec.What)), Key: string(sec.Account) + "/" + strconv.FormatInt(sec.Version, 10),
			Noun: "account", Subject: string(sec.Account), Scope: sec.Scope, Accounts: []ident.AccountID{sec.Account}, Phone: sec.OldPhone,
		})
	})
}
