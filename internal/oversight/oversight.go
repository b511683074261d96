// Package oversight owns what an authority does about many titles at once:
// halts of issuance (暂停颁发), the question which titles something affects, and
// measures for all of them (批量处置), listed first and then carried out one by
// one.
//
// It changes no title itself: each measure goes through the use-case of the
// certificate slice, as the officer who confirmed it, with an audit entry of
// its own.
//
// Invariants: a halt is lifted by two people; a measure is confirmed with a
// reason after its titles were listed; what one title refuses does not keep
// the measure from the others.
package oversight

import (
	"context"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Service runs the use-cases of oversight.
type Service struct {
	rt       *usecase.Runtime
	titles   *certificate.Service
	tasks    *task.Service
	calendar *calendar.Calendar

	// Path gives the authority path of a city or county by its code; the
	// authority slice stands behind it.
	Path func(ctx context.Context, idb usecase.Reader, code string) (string, error)
	// Tell tells the holder of a title something; the notify slice stands
	// behind it. key makes a repetition one message.
	Tell func(ctx context.Context, c *usecase.Call, v certificate.View, operator ident.OperatorID, text, key string) error
}

// New makes the service; the composition root sets Path and Tell.
func New(rt *usecase.Runtime, titles *certificate.Service, tasks *task.Service, cal *calendar.Calendar) *Service {
	return &Service{rt: rt, titles: titles, tasks: tasks, calendar: cal}
}

// Halt is a stop on the issuance of titles.
type Halt struct {
	ID         ident.HaltID    `json:"id" format:"uuid"`
	Scheme     string          `json:"scheme" doc:"Empty for every title."`
	Area       string          `json:"area" doc:"GB/T 2260 code of the province, city or county."`
	State      lifecycle.State `json:"state"`
	Note       string          `json:"note" doc:"Public words."`
	Reason     string          `json:"reason,omitempty" doc:"For officers."`
	ImposedBy  string          `json:"imposed_by,omitempty"`
	ImposedAt  time.Time       `json:"imposed_at"`
	ProposedBy string          `json:"proposed_by,omitempty" doc:"Who wants to lift it."`
	Proposal   string          `json:"proposal,omitempty" doc:"Why it should be lifted."`
	LiftedBy   string          `json:"lifted_by,omitempty"`
	LiftedAt   *time.Time      `json:"lifted_at,omitempty"`
	Actions    []Allowed       `json:"actions,omitempty"`
	Version    int64           `json:"version"`
}

// Covers reports whether a halt holds back a title of a scheme in a division:
// GB/T 2260 codes end in zeros where they stand for all beneath. An empty code
// of either stands for any.
func (h Halt) Covers(scheme, division string) bool {
	wide := strings.TrimSuffix(strings.TrimSuffix(h.Area, "00"), "00")
	narrow := strings.TrimSuffix(strings.TrimSuffix(division, "00"), "00")
	return (h.Scheme == "" || scheme == "" || h.Scheme == scheme) && (strings.HasPrefix(narrow, wide) || strings.HasPrefix(wide, narrow))
}

// Allowed is a step as its button needs it.
type Allowed struct {
	Action lifecycle.Action `json:"action"`
	Open   bool             `json:"open"`
	Why    string           `json:"why,omitempty" doc:"Code of the fault with which it would be refused."`
}

var (
	officers = access.Officers
	watchers = append([]access.Role{access.Supervisor, access.Administrator, access.System}, access.Officers...)
)
