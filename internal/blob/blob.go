// Package blob owns photos and files: each is kept once, under the SHA-256 of
// what is stored, in a directory beside the database.
//
// Images are decoded and written anew, at most 1600 pixels long, so that no
// place, device or hidden content of the original is kept; the hash of the
// original stays as evidence. PDF documents are stored as they are and only
// ever handed out as attachments, and so are recordings. Nothing else is taken.
//
// It does not know what a photo shows. Whoever attaches one to a record says
// with [Service.Use] who may see it.
package blob

import (
	"time"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Limits of what is taken.
const (
	MaxImageBytes = 12 << 20 // of an image as sent
	MaxPDFBytes   = 20 << 20
	MaxPixels     = 50_000_000
	MaxRatio      = 20   // longest edge to shortest
	MaxEdge       = 1600 // pixels of a stored image's longest edge
)

// Kind of a stored file.
type Kind string

// The kinds.
const (
	Image Kind = "image" // always JPEG
	PDF   Kind = "pdf"
	Audio Kind = "audio" // a recording as it was sent
)

// Values lists the codes for the API's enum.
func (Kind) Values() []string { return []string{string(Image), string(PDF), string(Audio)} }

// View describes a stored file.
type View struct {
	SHA256    string    `json:"sha256" doc:"Of the stored bytes; names the file everywhere."`
	Kind      Kind      `json:"kind"`
	Bytes     int64     `json:"bytes"`
	Width     int       `json:"width,omitempty" doc:"Pixels."`
	Height    int       `json:"height,omitempty" doc:"Pixels."`
	Original  string    `json:"original_sha256" doc:"Of the bytes that were sent."`
	CreatedAt time.Time `json:"created_at"`
}

// MediaType is the type under which the file is handed out; that of a
// recording is told by its bytes ([AudioType]).
func (k Kind) MediaType() string {
	switch k {
	case PDF:
		return "application/pdf"
	case Audio:
		return "application/octet-stream"
	}
	return "image/jpeg"
}

// Use says that a record holds a file, and thereby who may see it.
type Use struct {
	SHA256   string
	Noun, ID string           // the record
	Operator ident.OperatorID // whose members may see it
	Scope    string           // whose officers may see it
	Open     bool             // everybody may see it: storefront photos
	Kind     Kind             // refuse another kind when not empty
}

// Service runs the use-cases of files.
type Service struct {
	rt  *usecase.Runtime
	dir string
}

// New makes the service over a directory, which is created when missing.
func New(rt *usecase.Runtime, dir string) *Service { return &Service{rt: rt, dir: dir} }

var senders = append(append([]access.Role{access.System}, access.StaffRoles...), access.Merchant, access.Organiser)

var (
	putDef = usecase.Define(usecase.Def{Name: "file.put", Allow: senders})
	getDef = usecase.Define(usecase.Def{Name: "file.get", Allow: access.Roles})
)
