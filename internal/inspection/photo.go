package inspection

import (
	"context"
	"time"

	"fangxin/internal/ident"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// The limits of an announced photo.
const (
	// MaxPhotoBytes is the size of a photo as the device keeps it; it has made
	// it smaller already.
	MaxPhotoBytes = 6 << 20
	// MaxPhotos is how many photos and recordings one visit may have.
	MaxPhotos = 600
	// MaxRecording is how long the tablet records at a stretch; speech of that
	// length stays well below MaxPhotoBytes.
	MaxRecording = 20 * time.Minute
)

// Announced is a photo that a device will send, by the hash of its bytes. The
// bytes come encrypted, under the hash of what is sent.
type Announced struct {
	SHA256 string     `json:"sha256" validate:"required,len=64,hexadecimal,lowercase"`
	Bytes  int64      `json:"size" validate:"min=1,max=6291456"`
	Item   string     `json:"item" validate:"max=40"`
	Cipher Cipher     `json:"cipher"`
	Source Source     `json:"source" validate:"omitempty,oneof=camera file"`
	Moment rec.Moment `json:"-"`
}

// Cipher says how a photo's bytes were encrypted: AES-256-GCM with the tag
// behind the text, no additional data.
type Cipher struct {
	SHA256 string `json:"sha256" validate:"required,len=64,hexadecimal,lowercase"`
	Key    string `json:"key" validate:"required,max=64"` // base64url, 32 bytes
	IV     string `json:"iv" validate:"required,max=32"`  // base64url, 12 bytes
}

// Source says how a photo came into the app, as the app itself knows it.
type Source string

// The sources. What an older program sent has none.
const (
	FromCamera Source = "camera" // taken with the camera in the app
	FromFile   Source = "file"   // chosen on the device, which may be an older picture
)

// Values lists the codes for the API's enum.
func (Source) Values() []string { return []string{string(FromCamera), string(FromFile)} }

// PhotoState says how far a photo is.
type PhotoState string

// The states of a photo.
const (
	PhotoWaiting PhotoState = "waiting"
	PhotoStored  PhotoState = "stored"
	PhotoRefused PhotoState = "refused" // its bytes were no photo, or not the announced ones
)

// Values lists the codes for the API's enum.
func (PhotoState) Values() []string {
	return []string{string(PhotoWaiting), string(PhotoStored), string(PhotoRefused)}
}

// Photo is an announced photo as its readers see it.
type Photo struct {
	SHA256 string     `json:"sha256" doc:"Of the bytes on the device."`
	Item   string     `json:"item,omitempty"`
	Source Source     `json:"source,omitempty" doc:"How it came into the app; empty when an older program did not say."`
	State  PhotoState `json:"state"`
	Stored string     `json:"stored,omitempty" doc:"Name of the stored file."`
	Cause  string     `json:"cause,omitempty" doc:"Why the bytes could not be used."`
	At     time.Time  `json:"at" doc:"When it was announced, by the server's clock."`
}

func (p photoRow) view() Photo {
	v := Photo{SHA256: p.SHA256, Item: p.Item, Source: p.Source, State: PhotoWaiting, Stored: p.Stored, Cause: p.Cause, At: p.At.UTC()}
	switch {
	case p.Stored != "":
		v.State = PhotoStored
	case p.Cause != "":
		v.State = PhotoRefused
	}
	return v
}

// Awaited is a photo whose bytes have been announced and can be opened.
type Awaited struct {
	Inspection ident.InspectionID
	SHA256     string
	Bytes      int64
	Key, IV    string
	Account    ident.AccountID
}

// TakePhoto notes that a photo is coming.
func (s *Service) TakePhoto(ctx context.Context, c *usecase.Call, id ident.InspectionID, a Announced) error {
	r, err := s.working(ctx, c, id, a.Moment)
	if err != nil {
		return err
	}
	sheet, err := s.sheet(ctx, c.Tx, r.Sheet)
	if err != nil {
		return err
	}
	if a.Item != "" && sheet.Item(a.Item) == nil {
		return unplaced("unknown_item")
	}
	have, err := countPhotos(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	if have >= MaxPhotos {
		return unplaced("no_room")
	}
	return insertPhoto(ctx, c.Tx, &photoRow{
		Inspection: r.ID, SHA256: a.SHA256, Item: a.Item, Bytes: a.Bytes, Cipher: a.Cipher.SHA256, Secret: a.Cipher.Key, IV: a.Cipher.IV,
		Moment: a.Moment.UTC(), Account: c.By.Account, At: c.Now, Source: a.Source,
	})
}

// AwaitedBy lists the photos that wait for the encrypted bytes of a hash.
func (s *Service) AwaitedBy(ctx context.Context, idb usecase.Reader, cipher string) ([]Awaited, error) {
	rows, err := photosByCipher(ctx, idb, cipher)
	out := make([]Awaited, len(rows))
	for i, p := range rows {
		out[i] = Awaited{Inspection: p.Inspection, SHA256: p.SHA256, Bytes: p.Bytes, Key: p.Secret, IV: p.IV, Account: p.Account}
	}
	return out, err
}

// PhotoHere notes what became of a photo: the stored file, or the cause why its
// bytes are none. A sheet that waited for it alone is closed.
func (s *Service) PhotoHere(ctx context.Context, c *usecase.Call, a Awaited, stored, cause string) error {
	r, err := locked(ctx, c.Tx, a.Inspection)
	if err != nil {
		return err
	}
	c.About(string(r.ID), r.Scope)
	row := &photoRow{Inspection: r.ID, SHA256: a.SHA256, Stored: stored, Cause: cause}
	if stored != "" {
		row.StoredAt = c.Now
		if err := s.Attach(ctx, c, stored, string(r.ID), r.Scope); err != nil {
			return err
		}
	}
	if err := updatePhoto(ctx, c.Tx, row); err != nil {
		return err
	}
	return s.resume(ctx, c, r.ID)
}
