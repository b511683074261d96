// Package tablet owns what tablets of inspectors exchange with the registry:
// which devices may send, what a device takes along for a day without a
// network, the sealed items that it sends later, the signed receipts it gets
// for each, the encrypted photos, and the quarantine for what cannot be placed.
//
// It does not decide what an answer means or whether a sheet can be closed;
// the inspection slice does. It never orders by a device's clock or counter.
//
// Invariants: a receipt is given only for what is stored durably; the same item
// again has no second effect and gets the same receipt; no item blocks another;
// what cannot be placed is kept whole, with the cause; the server opens items
// with a key that never leaves it, and keeps of a ticket only the hash.
package tablet

import (
	"context"
	"sync/atomic"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/usecase"
)

// Kind says what an item is.
type Kind string

// The kinds of items.
const (
	Start     Kind = "start"     // 到场
	Answer    Kind = "answer"    // 一项的核查结论
	Photo     Kind = "photo"     // announces a photo
	Signature Kind = "signature" // 签名或拒签
	Resolve   Kind = "resolve"   // the lead's choice in a conflict
	Submit    Kind = "submit"    // 提交
	Note      Kind = "note"      // 说明
	Steps     Kind = "steps"     // entering and leaving of items
)

// Outcome is what became of an item.
type Outcome string

// The outcomes.
const (
	Accepted  Outcome = "accepted"
	Duplicate Outcome = "duplicate" // had arrived before; the receipt is that of then
	Conflict  Outcome = "conflict"  // kept beside another version
	Parked    Outcome = "parked"    // kept in quarantine
)

// Values lists the codes for the API's enum.
func (Outcome) Values() []string {
	return []string{string(Accepted), string(Duplicate), string(Conflict), string(Parked)}
}

// Limits of one request and of what is kept.
const (
	MaxItems  = 100      // in one request
	MaxPush   = 1 << 20  // bytes of one request
	MaxSealed = 64 << 10 // characters of one item
	// TicketLife is how long a ticket is good; enrolling again renews it.
	TicketLife = 180 * 24 * time.Hour
)

// Hooks are what other slices do for this one.
type Hooks struct {
	// Position gives the place of a shop, or nil.
	Position func(ctx context.Context, idb usecase.Reader, id ident.PremisesID) (*Position, error)
	// Principal gives who an account is now; a fault when it may not act.
	Principal func(ctx context.Context, idb usecase.Reader, id ident.AccountID) (access.Principal, error)
	// StoreImage re-encodes and stores the bytes of a photo and names the file.
	StoreImage func(ctx context.Context, data []byte) (blob.View, error)
	// Kept reads a secret of the installation, and Keep replaces it when it is
	// still what was read; false when somebody else was quicker.
	Kept func(ctx context.Context, idb usecase.Reader, name string) (string, error)
	Keep func(ctx context.Context, idb usecase.Reader, name, was, value string) (bool, error)
	// Standings calls fn with the canonical code or number of each badge and
	// title and one of the eight answers.
	Standings func(ctx context.Context, fn func(name, status string) error) error
}

// Position is where a shop is, in degrees.
type Position struct {
	Lat   float64 `json:"lat"`
	Lng   float64 `json:"lon"`
	Datum string  `json:"datum"`
}

// Service runs the use-cases.
type Service struct {
	rt          *usecase.Runtime
	inspections *inspection.Service
	keys        atomic.Pointer[Keys]
	dir         string
	hooks       Hooks
	list        statusCache
	pace        pace
	group       group
	writing     fileLocks
}

// New makes the service; encrypted photos on their way are kept below dir.
func New(rt *usecase.Runtime, inspections *inspection.Service, keys *Keys, dir string, hooks Hooks) *Service {
	s := &Service{rt: rt, inspections: inspections, dir: dir, hooks: hooks}
	s.keys.Store(keys)
	inspections.OnChanged = append(inspections.OnChanged, s.withdraw)
	return s
}

var inspectors = []access.Role{access.Inspector}

// plain is an item as its author's device wrote it.
type plain struct {
	ID         string             `json:"id"`
	Seq        int64              `json:"seq"`
	Device     string             `json:"device"`
	Account    ident.AccountID    `json:"account"`
	Kind       Kind               `json:"kind"`
	Inspection ident.InspectionID `json:"inspection"`
	At         *time.Time         `json:"at"`   // by the device's clock
	Boot       string             `json:"boot"` // start of the app that mono counts from
	Mono       int64              `json:"mono"` // milliseconds since then
	Skew       int64              `json:"skew"` // milliseconds, device minus server, when they last spoke
	Base       string             `json:"base"`
	Payload    rawJSON            `json:"payload"`
}

// The payloads by kind.
type (
	startPayload struct {
		Place    *checklist.Place `json:"place"`
		Accuracy int              `json:"accuracy"`
		Refused  string           `json:"refused" validate:"max=200"`
		FixedAt  *time.Time       `json:"fixed_at"`
	}
	photoPayload struct {
		inspection.Announced
		TakenAt *time.Time       `json:"taken_at"`
		Place   *checklist.Place `json:"place"`
		FixedAt *time.Time       `json:"fixed_at"`
	}
	signaturePayload struct {
		Party   inspection.Party `json:"party" validate:"required,oneof=lead second merchant"`
		Name    string           `json:"name" validate:"required,notblank,max=40,oneline,plain"`
		Drawing string           `json:"drawing" validate:"omitempty,len=64,hexadecimal,lowercase"`
		Refused string           `json:"refused" validate:"max=200,plain"`
		Witness string           `json:"witness" validate:"max=40,oneline,plain"`
		Hash    string           `json:"hash" validate:"required,len=64,hexadecimal,lowercase"`
		Place   *checklist.Place `json:"place"`
	}
	resolvePayload struct {
		Item string `json:"item" validate:"required,max=40"`
		Keep string `json:"keep" validate:"required,uuid7"`
	}
	submitPayload struct {
		Hash  string           `json:"hash" validate:"required,len=64,hexadecimal,lowercase"`
		Place *checklist.Place `json:"place"`
	}
	notePayload struct {
		Text string `json:"text" validate:"required,notblank,max=4000"`
	}
)
