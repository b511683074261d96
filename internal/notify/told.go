package notify

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/ident"
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
	// Chosen says, in a preview, that the form itself chooses who is told.
	Chosen bool `json:"chosen,omitempty" doc:"In a preview: those whom the step names."`
}

// ToldQuery names a record.
type ToldQuery struct {
	Noun    string `json:"noun" validate:"required,oneof=application inspection certificate plaque pledge rectification edition authority street task import export account webhook"`
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
