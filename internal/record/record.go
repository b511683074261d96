// Package record owns the record of an inspection (核查记录) as evidence: a
// document that says everything which was seen, answered, signed and counted,
// the seal that binds it, the chain of later corrections (补正), and the audit
// that recomputes all of it from an exported file.
//
// It is pure: it knows no database and asks nobody. It does not decide who may
// correct a record or what follows from a correction; the inspection slice
// does.
//
// Invariants: a record is canonical JSON ([checklist.Canonical]: keys in byte
// order, no white space, integers only); its seal is the SHA-256 of these
// bytes without the field "seal"; each later record of an inspection names the
// seal of the one before it; nothing in a record depends on a clock or a
// setting of the program that reads it.
package record

import (
	"encoding/json"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
)

// The formats of sealed records.
const (
	// FirstFormat bound only the newest answers and the signatures. No new
	// records of it are made; those that exist are still verified.
	FirstFormat = 1
	// Format is what is sealed now.
	Format = 2
)

// Kind says what a record of the chain is.
type Kind string

// The kinds.
const (
	Submission Kind = "submission" // 核查提交: the sheet as it was closed
	Amendment  Kind = "amendment"  // 补正: a correction with its reason
	Decision   Kind = "decision"   // 补正复核: whether a correction counts
)

// Values lists the codes for the API's enum.
func (Kind) Values() []string {
	return []string{string(Submission), string(Amendment), string(Decision)}
}

// Record is one sealed document. Exactly one of Visit, Correction and Verdict
// is there, by its kind; a record of [FirstFormat] has Sealed and Sheet.
type Record struct {
	Format     int                `json:"format"`
	Kind       Kind               `json:"kind"`
	Inspection ident.InspectionID `json:"inspection"`
	N          int                `json:"n"`                  // place in the chain, from 1
	Previous   string             `json:"previous,omitempty"` // seal of the record before
	At         time.Time          `json:"at"`                 // when it was sealed, by the server's clock
	Visit      *Visit             `json:"visit,omitempty"`
	Correction *Correction        `json:"correction,omitempty"`
	Verdict    *Verdict           `json:"verdict,omitempty"`
	Sealed     string             `json:"sealed,omitempty"` // of FirstFormat: the very text that was hashed
	Sheet      json.RawMessage    `json:"sheet,omitempty"`  // of FirstFormat: the sheet that the text names
	Seal       string             `json:"seal"`             // SHA-256, lower-case hexadecimal
}

// Visit is the sheet as two inspectors closed it.
type Visit struct {
	Application ident.ApplicationID `json:"application,omitempty"`
	Purpose     string              `json:"purpose,omitempty"`   // of an inspection that belongs to no application
	Reference   string              `json:"reference,omitempty"` // noun/id of the record that it is for instead
	Premises    ident.PremisesID    `json:"premises"`
	Operator    ident.OperatorID    `json:"operator"`
	Holder      string              `json:"holder"` // name of the shop
	Address     string              `json:"address"`
	Division    string              `json:"division"`
	Authority   string              `json:"authority"`  // path of the authority in charge
	Inspectors  []Person            `json:"inspectors"` // 主检, then 协检
	Started     Stamp               `json:"started"`
	Submitted   Stamp               `json:"submitted"`
	SheetHash   string              `json:"sheet_hash"`
	Sheet       json.RawMessage     `json:"sheet"` // whole: wording, order, options and scoring as seen
	Entries     []Entry             `json:"entries"`
	Files       []File              `json:"files"`
	Signatures  []Signature         `json:"signatures"`
	Result      checklist.Result    `json:"result"`
}

// Person is somebody who acted.
type Person struct {
	Account ident.AccountID `json:"account"`
	Name    string          `json:"name"`
	Role    access.Role     `json:"role,omitempty"` // in which the person acted
}

// Moment is what a device knows of an instant. Its clock may be wrong, so the
// server's is kept beside it and counts.
type Moment struct {
	Device string     `json:"device,omitempty" validate:"max=60,plain" doc:"Name of the device."`
	At     *time.Time `json:"device_at,omitempty" doc:"By the device's clock; never used for ordering."`
	// AgeMS tells a wrong clock from a late transfer: no setting of the clock
	// changes what the device counted since.
	AgeMS *int64           `json:"age_ms,omitempty" validate:"omitempty,min=0" doc:"Milliseconds between the act and the sending of this request, by the device's monotonic clock."`
	Place *checklist.Place `json:"place,omitempty" doc:"Where the device was, with datum and accuracy."`
	// FixedAt tells a place found now from one that was found earlier.
	FixedAt *time.Time `json:"fixed_at,omitempty" doc:"When the device found that place, by its own clock."`
}

// UTC gives the moment with its time in UTC, the form of all times in a record.
func (m Moment) UTC() Moment {
	if m.At != nil {
		at := m.At.UTC()
		m.At = &at
	}
	if m.FixedAt != nil {
		at := m.FixedAt.UTC()
		m.FixedAt = &at
	}
	return m
}

// Stamp is an instant by both clocks, and who acted.
type Stamp struct {
	Moment
	Server time.Time       `json:"at"` // by the server's clock
	By     ident.AccountID `json:"by,omitempty"`
}

// Entry is one answer that was given, in the order of arrival. All are kept;
// the newest of an item counts unless it takes the answer back.
type Entry struct {
	N        int64            `json:"n"`
	ID       string           `json:"id"` // made on the device
	Item     string           `json:"item"`
	Label    checklist.Text   `json:"label"` // the wording under which it was answered
	Answer   checklist.Answer `json:"answer"`
	Digest   string           `json:"digest"` // as the device's receipt says
	Device   string           `json:"device,omitempty"`
	DeviceAt *time.Time       `json:"device_at,omitempty"`
	AgeMS    *int64           `json:"age_ms,omitempty"`
	At       time.Time        `json:"at"` // received, by the server's clock
	By       ident.AccountID  `json:"by"`
	Counts   bool             `json:"counts"`
}

// File is a photo, recording or drawing that the record refers to.
type File struct {
	SHA256   string    `json:"sha256"` // of the bytes that are kept and exported
	Kind     string    `json:"kind"`   // image, pdf or audio
	Bytes    int64     `json:"bytes"`
	Width    int       `json:"width,omitempty"`
	Height   int       `json:"height,omitempty"`
	Original string    `json:"original_sha256"`  // of the bytes that the device sent
	Source   string    `json:"source,omitempty"` // camera: taken in the app; file: chosen on the device; empty when nothing was said
	At       time.Time `json:"at"`               // received, by the server's clock
}

// Signature is one party's mark, or the recorded refusal to make one.
type Signature struct {
	Moment
	Party   string          `json:"party"` // lead, second, merchant
	Name    string          `json:"name"`
	Drawing string          `json:"drawing,omitempty"` // SHA-256 of the picture
	Refused string          `json:"refused,omitempty"` // why there is none
	Witness string          `json:"witness,omitempty"` // 见证人 of a refusal
	Server  time.Time       `json:"at"`
	By      ident.AccountID `json:"by,omitempty"` // on whose device it was made
}

// Correction changes answers of a closed sheet. The sheet stays as it is; the
// result with the correction stands beside it.
type Correction struct {
	Moment
	ID      ident.AmendmentID `json:"id"`
	By      Person            `json:"by"`
	Reason  string            `json:"reason"`
	Changes []Change          `json:"changes"`
	Files   []File            `json:"files"` // that the changes bring
	Result  checklist.Result  `json:"result"`
	// Decides says that the result passes or grades otherwise than before, so
	// that another person has to take the correction over.
	Decides bool `json:"decides"`
}

// Change is what a correction does to one item.
type Change struct {
	Item   string            `json:"item"`
	Label  checklist.Text    `json:"label"`
	Before *checklist.Answer `json:"before,omitempty"` // none when it was not answered
	After  *checklist.Answer `json:"after,omitempty"`  // none when the answer is taken back
	Fields []Field           `json:"fields"`
}

// Field is one difference between two answers, as JSON values; a missing
// value was not given.
type Field struct {
	Name string          `json:"name"`
	Old  json.RawMessage `json:"old,omitempty"`
	New  json.RawMessage `json:"new,omitempty"`
}

// Verdict says whether a correction counts.
type Verdict struct {
	Amendment ident.AmendmentID `json:"amendment"`
	Seal      string            `json:"amendment_seal"`
	By        Person            `json:"by"`
	Accepted  bool              `json:"accepted"`
	Reason    string            `json:"reason,omitempty"`
}
