package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/authority"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/config"
	"fangxin/internal/export"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/inspection"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/module"
	"fangxin/internal/notify"
	"fangxin/internal/oversight"
	"fangxin/internal/plaque"
	"fangxin/internal/pledge"
	"fangxin/internal/rectify"
	"fangxin/internal/reinspect"
	"fangxin/internal/renewal"
	"fangxin/internal/reply"
	"fangxin/internal/scheme"
	"fangxin/internal/sms"
	"fangxin/internal/street"
	"fangxin/internal/tablet"
	"fangxin/internal/takeover"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Services are the slices, tied to each other.
type Services struct {
	Runtime        *usecase.Runtime
	Authorities    *authority.Service
	Accounts       *account.Service
	Files          *blob.Service
	Tasks          *task.Service
	Merchants      *merchant.Service
	Schemes        *scheme.Service
	Applications   *application.Service
	Inspections    *inspection.Service
	Badges         *badge.Service
	Certificates   *certificate.Service
	Streets        *street.Service
	Appeals        *appeal.Service
	Pledges        *pledge.Service
	Imports        *importer.Service
	Exports        *export.Service
	Notices        *notify.Service
	Tablets        *tablet.Service
	Modules        *module.Service
	Rectifications *rectify.Service
	Plaques        *plaque.Service
	Renewals       *renewal.Service
	Oversight      *oversight.Service
	Takeovers      *takeover.Service
	Replies        *reply.Service
	Reinspections  *reinspect.Service
}

// provinceScope is the scope of the province, which looks after everything
// that is nobody's.
const provinceScope = "/36/"

// newServices builds the slices and sets the hooks by which they speak to each
// other inside one transaction.
func newServices(ctx context.Context, rt *usecase.Runtime, c config.Config) (*Services, error) {
	s := &Services{Runtime: rt}
	key, err := badgeKey(ctx, rt, c.BadgeKey)
	if err != nil {
		return nil, err
	}
	ring, err := badgecode.NewRing(key)
	if err != nil {
		return nil, err
	}
	var sender sms.Sender = sms.Log{Log: rt.Log}
	if c.SMSGateway != "" {
		if sender, err = sms.NewGateway(c.SMSGateway); err != nil {
			return nil, err
		}
	}
	s.Authorities = authority.New(rt)
	s.Accounts = account.New(rt, s.Authorities, account.Options{
		Passwords: c.Passwords, StaffTOTP: c.StaffTOTP, ShowCodes: c.Demo && c.SMSGateway == "",
		Secure: strings.HasPrefix(c.BaseURL, "https:"), Sender: sender, Texts: i18n.Shipped(),
	})
	s.Files = blob.New(rt, filepath.Join(c.Data, "files"))
	s.Tasks = task.New(rt)
	inCharge := func(ctx context.Context, idb usecase.Reader, division string) (string, error) {
		v, err := s.Authorities.InCharge(ctx, idb, division)
		return v.Path, err
	}
	s.Merchants = merchant.New(rt, s.Accounts, inCharge, s.Files, s.Tasks)
	s.Schemes = scheme.New(rt)
	if err := s.Schemes.Seed(ctx); err != nil {
		return nil, err
	}
	s.Badges = badge.New(rt, ring, c.BaseURL)
	s.Badges.Root = provinceScope
	s.Badges.OpenTask = func(ctx context.Context, c *usecase.Call, kind, subject, scope string, data map[string]any) (ident.TaskID, error) {
		due := calendar.Shipped().AddWorkdays(calendar.DateOf(c.Now), 5).Date.String()
		return s.Tasks.Open(ctx, c, task.Opening{Kind: kind, Noun: "certificate", Subject: subject, Scope: scope, DueOn: due, Data: data, Each: true})
	}
	s.Certificates = certificate.New(rt, s.Badges, s.Schemes.Texts, calendar.Shipped())
	s.Certificates.Label = s.Schemes.Label
	s.Imports = importer.New(rt, s.Merchants, s.Certificates, inCharge)
	s.Applications = application.New(rt, s.Merchants, s.Files, s.Tasks, application.Titles{
		Issue: s.issue, Halted: s.halted, Excluded: s.Certificates.Excluded, Downgraded: s.Certificates.Downgraded, Live: s.Certificates.Live, Street: s.streetOf,
	}, calendar.Shipped())
	s.Schemes.Cases = s.Applications.OpenCases
	s.Appeals = appeal.New(rt, s.Certificates, calendar.Shipped())
	s.Appeals.Applications = s.Applications
	s.Oversight = oversight.New(rt, s.Certificates, s.Tasks, calendar.Shipped())
	s.Oversight.Path = func(ctx context.Context, idb usecase.Reader, code string) (string, error) {
		v, err := s.Authorities.InCharge(ctx, idb, code)
		return v.Path, err
	}
	s.Certificates.Halted = s.Oversight.Halted
	s.Pledges = pledge.New(rt, s.Merchants, s.Certificates, s.Tasks, s.Files, calendar.Shipped())
	s.Pledges.Eligible = s.Applications.Eligible
	s.Merchants.OnClosed = append(s.Merchants.OnClosed, s.titlesEnd)
	s.Appeals.Deeds = s.deedsBehind
	s.Inspections = inspection.New(rt)
	s.Pledges.Visits = s.Inspections
	s.Inspections.Inspectors = func(ctx context.Context, idb usecase.Reader, scope access.Scope) ([]inspection.Person, error) {
		people, err := s.Accounts.Holders(ctx, idb, access.Inspector, scope)
		out := make([]inspection.Person, len(people))
		for i, p := range people {
			out[i] = inspection.Person{ID: p.ID, Name: p.Name}
		}
		return out, err
	}
	s.Inspections.Attach = func(ctx context.Context, c *usecase.Call, sha, subject, scope string) error {
		return s.Files.Use(ctx, c, blob.Use{SHA256: sha, Noun: "inspection", ID: subject, Scope: scope})
	}
	s.Inspections.Describe = s.describeFiles
	s.Inspections.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	s.Inspections.OpenFile = func(ctx context.Context, sha string) (io.ReadCloser, error) {
		_, f, err := s.Files.Open(usecase.System(ctx, "inspection.record"), sha)
		return f, err
	}
	s.Inspections.OfTitle = s.visitOfTitle
	s.Certificates.OnMoved = append(s.Certificates.OnMoved, s.visitsEnd)
	s.Renewals = renewal.New(rt, s.Certificates, s.Merchants, s.Tasks, calendar.Shipped())
	s.Renewals.Rules = s.Schemes.InForce
	s.Certificates.Rechecks = s.Schemes.Rechecks
	s.Replies = reply.New(rt, s.Certificates, s.Tasks, calendar.Shipped())
	s.Replies.Deeds = s.deedsBehind
	s.Inspections.OnAccepted = append(s.Inspections.OnAccepted, s.recordInspected, s.Pledges.Tested)
	s.Rectifications = rectify.New(rt, s.Certificates, s.Inspections, s.Files, s.Tasks, calendar.Shipped())
	s.Plaques = plaque.New(rt, s.Certificates, s.Files, s.Tasks, calendar.Shipped())
	s.Plaques.Office = func(ctx context.Context, idb usecase.Reader, scope string) (string, string, error) {
		v, err := s.Authorities.ByPath(ctx, idb, scope)
		if fault.Is(err, fault.NotFound) {
			return "", "", nil
		}
		return v.NameZh, v.NameEn, err
	}
	s.Inspections.OnAccepted = append(s.Inspections.OnAccepted, s.noteInspected)
	s.Inspections.Seen = s.seenBefore
	s.Reinspections = reinspect.New(rt, s.Certificates, s.Inspections, s.Tasks, calendar.Shipped())
	s.Reinspections.Deeds, s.Reinspections.Rules = s.deedsBehind, s.Schemes.Version
	s.Inspections.OnAmended = append(s.Inspections.OnAmended, s.recordAmended)
	s.Applications.OnMoved = append(s.Applications.OnMoved, s.planInspection)
	s.Modules = module.New(rt, provinceScope)
	s.Modules.Past, s.Modules.Wanted, s.Schemes.Sheets = s.pastInspections, scheme.Wanting, s.Modules.Library
	s.Pledges.Sheet = s.Modules.Sheet
	s.Applications.Sheets = s.Modules.Sheet
	s.tieStreets(inCharge)
	s.Takeovers = takeover.New(rt, takeover.Slices{
		Shops: s.Merchants, Applications: s.Applications, Titles: s.Certificates, Badges: s.Badges, Files: s.Files, Tasks: s.Tasks,
	}, calendar.Shipped())
	s.Exports = export.New(rt, s.Certificates, s.Inspections, filepath.Join(c.Data, "exports"))
	channels, err := noticeOptions(c, rt, sender)
	if err != nil {
		return nil, err
	}
	s.Notices = notify.New(rt, s.Accounts, i18n.Shipped(), channels)
	if s.Tablets, err = s.tablets(ctx, c); err != nil {
		return nil, err
	}
	s.Oversight.Tell = s.Notices.TellHolder
	s.Notices.Listen(notify.Sources{
		Accounts: s.Accounts, Applications: s.Applications, Inspections: s.Inspections, Certificates: s.Certificates, Pledges: s.Pledges, Tasks: s.Tasks, Imports: s.Imports, Exports: s.Exports, Streets: s.Streets, Rectifications: s.Rectifications,
		Plaques: s.Plaques, Takeovers: s.Takeovers,
		Renewals: s.Renewals, Schemes: s.Schemes,
		Replies: s.Replies, Appeals: s.Appeals, Reinspections: s.Reinspections,
	})
	return s, nil
}

// halted refuses while the province or a city issues no titles. The slice that
// knows is made later than those that ask.
func (s *Services) halted(ctx context.Context, idb usecase.Reader, scheme, scope string) error {
	return s.Oversight.Halted(ctx, idb, scheme, scope)
}

// issue makes the title that the province decided on.
func (s *Services) issue(ctx context.Context, c *usecase.Call, in application.CertifyInput) (ident.CertificateID, error) {
	p := in.Premises
	holder := p.ID
	if in.Street != "" {
		holder = "" // the street holds it, not the office that stands for it
	}
	v, err := s.Certificates.Issue(ctx, c, certificate.IssueInput{
		Scheme: in.Scheme.Code, SchemeVersion: in.Scheme.Version, Premises: holder, Street: in.Street, Operator: in.Operator,
		Application: in.Application, Scope: in.Scope, Holder: p.Name, Address: p.Address, Division: p.Division,
		Sectors: p.Sectors, Photo: p.Photo, Phone: p.Phone, Issuer: in.Scheme.Issuer.Zh, Approval: in.Scheme.Approval,
		IssuedOn: in.IssuedOn, ExpiresOn: in.ExpiresOn, InspectedOn: in.InspectedOn, Grade: in.Grade,
		Promises: certificate.Promises{Zh: in.PromisesZh, En: in.PromisesEn},
	})
	return v.ID, err
}

// planInspection orders a visit when a case reaches the field, and calls it
// off when the case is no longer pursued.
func (s *Services) planInspection(ctx context.Context, c *usecase.Call, m application.Moved) error {
	switch m.To {
	case lifecycle.ToInspect:
		plan := m.Sheet.Plan
		if plan == "" {
			plan = checklist.ModelShop // titles without a sheet of their own are looked at like shops
		}
		sheet, err := s.Modules.Sheet(ctx, c.Tx, plan, m.Sheet.Sector)
		if err != nil {
			return err
		}
		p, err := s.Merchants.PremisesIn(ctx, c.Tx, m.Premises, access.Internal("inspection"))
		if err != nil {
			return err
		}
		_, err = s.Inspections.Plan(ctx, c, inspection.PlanInput{
			Application: m.Application, Premises: m.Premises, Operator: m.Operator, Holder: p.Name, Address: p.Address,
			Division: p.Division, Scope: m.Scope, DueOn: m.DueOn, Sheet: sheet,
		})
		return err
	case lifecycle.Withdrawn, lifecycle.Refused:
		return s.Inspections.VoidOpen(ctx, c, m.Application, string(m.Action))
	}
	return nil
}

// badgeKey gives the secret of the badge check: the configured one, or one
// that was made at the first start and is kept in the database. Losing it
// would turn every printed badge into a forgery.
func badgeKey(ctx context.Context, rt *usecase.Runtime, configured string) ([]byte, error) {
	if configured != "" {
		return []byte(configured), nil
	}
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	stored, err := setting(ctx, rt, "badge_key", hex.EncodeToString(fresh))
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(stored)
}

// setting reads a setting, storing value first when there is none.
func setting(ctx context.Context, rt *usecase.Runtime, name, value string) (string, error) {
	if value != "" {
		if _, err := rt.DB.W.NewRaw("INSERT INTO setting (name, value, at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING", name, value, rt.Now()).Exec(ctx); err != nil {
			return "", fmt.Errorf("setting %s: %w", name, err)
		}
	}
	var values []string
	err := rt.DB.W.NewRaw("SELECT value FROM setting WHERE name = ?", name).Scan(ctx, &values)
	if err != nil || len(values) == 0 {
		return "", err
	}
	return values[0], nil
}

// work lists who does which job.
func (s *Services) work() (map[string]jobs.Work, []jobs.Periodic) {
	work := s.Accounts.Workers()
	work[application.SweepKind] = s.Applications.Worker()
	work[importer.JobKind] = s.Imports.Worker()
	work[importer.SweepKind] = s.Imports.Sweeper()
	work[tablet.SweepKind] = s.Tablets.Sweeper()
	work[pledge.SweepKind] = s.Pledges.Worker()
	work["idempotency.sweep"] = func(ctx context.Context, _ json.RawMessage) error {
		_, err := s.Runtime.DB.W.NewRaw("DELETE FROM idempotency WHERE at < ?", s.Runtime.Now().Add(-usecase.AnswerLifetime)).Exec(ctx)
		return err
	}
	work[street.SweepKind] = s.Streets.Worker()
	work[rectify.SweepKind] = s.Rectifications.Worker()
	work[plaque.SweepKind] = s.Plaques.Worker()
	maps.Copy(work, s.Notices.Workers())
	maps.Copy(work, s.Exports.Workers())
	maps.Copy(work, s.Oversight.Workers())
	return work, append(slices.Concat(s.Accounts.Periodic(), s.Notices.Periodic(), s.Exports.Periodic()),
		jobs.Periodic{Kind: application.SweepKind, Every: time.Hour},
		jobs.Periodic{Kind: rectify.SweepKind, Every: time.Hour},
		jobs.Periodic{Kind: plaque.SweepKind, Every: time.Hour},
		jobs.Periodic{Kind: importer.SweepKind, Every: importer.SweepEvery},
		jobs.Periodic{Kind: tablet.SweepKind, Every: tablet.SweepEvery},
		jobs.Periodic{Kind: pledge.SweepKind, Every: 10 * time.Minute},
		jobs.Periodic{Kind: street.SweepKind, Every: time.Hour},
		jobs.Periodic{Kind: "idempotency.sweep", Every: 24 * time.Hour})
}
