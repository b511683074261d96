package notify

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

var deciders = append([]access.Role{access.Inspector, access.Administrator, access.Supervisor}, access.Officers...)

var (
	toldDef    = usecase.Define(usecase.Def{Name: "message.told", Allow: everybody})
	previewDef = usecase.Define(usecase.Def{Name: "message.preview", Allow: deciders})
)

// Told is one notice about a record with everybody who got it.
type Told struct {
	Message ident.MessageID `json:"message,omitempty" format:"uuid" doc:"Absent in a preview."`
	Event   Code            `json:"event"`
	Title   string          `json:"title"`
	At      *time.Time      `json:"at,omitempty"`
	Copies  []Copy          `json:"copies"`
}

// ToldQuery names a record.
type ToldQuery struct {
	Noun    string `json:"noun" validate:"required,oneof=application inspection certificate pledge street task import export account webhook"`
	Subject string `json:"subject" validate:"required,uuid7"`
	Lang    string `json:"-"`
}

// mostTold bounds what is shown about one record.
const mostTold = 500

// Told lists what was told about a record, by which channel and with what
// success, oldest first. Staff see it for their area; others see what was told
// to them.
func (s *Service) Told(ctx context.Context, q ToldQuery) ([]Told, error) {
	return usecase.Read(ctx, s.rt, toldDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Told, error) {
		rows, err := told(ctx, idb, q.Noun, q.Subject, by, mostTold)
		out := []Told{}
		for _, r := range rows {
			if n := len(out); n == 0 || out[n-1].Message != r.Message {
				at := r.At
				out = append(out, Told{Message: r.Message, Event: r.Event, Title: s.title(q.Lang, r.Event, r.Data), At: &at})
			}
			last := &out[len(out)-1]
			last.Copies = append(last.Copies, s.copyView(r, q.Lang))
		}
		return out, err
	})
}

// PreviewQuery names a step that the reader could take.
type PreviewQuery struct {
	Noun    string           `json:"noun" validate:"required,oneof=application certificate"`
	Subject string           `json:"subject" validate:"required,uuid7"`
	Action  lifecycle.Action `json:"action" validate:"required,max=40"`
	Lang    string           `json:"-"`
}

// Preview says who would be told what, by which channel, if the reader took a
// step now. It asks the code that tells.
func (s *Service) Preview(ctx context.Context, q PreviewQuery) ([]Told, error) {
	return usecase.Read(ctx, s.rt, previewDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Told, error) {
		occurrences, err := s.would(ctx, idb, by, q)
		if err != nil {
			return nil, err
		}
		return s.Would(ctx, idb, by, q.Lang, occurrences...)
	})
}

// would lists the occurrences that a step would tell.
func (s *Service) would(ctx context.Context, idb usecase.Reader, by access.Principal, q PreviewQuery) ([]Occurrence, error) {
	switch q.Noun {
	case "application":
		m, err := s.src.Applications.WouldMove(ctx, idb, by, ident.ApplicationID(q.Subject), q.Action)
		if err != nil {
			return nil, err
		}
		return ofCase(m), nil
	case "certificate":
		m, err := s.src.Certificates.WouldMove(ctx, idb, by, ident.CertificateID(q.Subject), q.Action)
		if err != nil {
			return nil, err
		}
		return ofTitle(m), nil
	}
	return nil, fault.New(fault.NotFound, "")
}
