package tablet

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/jobs"
	"fangxin/internal/usecase"
)

var placeDef = usecase.Define(usecase.Def{
	Name: "tablet.place_photo", Allow: []access.Role{access.System}, NoAPI: "follows from an upload", NoPage: "follows from an upload",
})

// photoKey makes the cipher of a photo from what its item says.
func photoKey(key, iv string) (open func(text []byte) ([]byte, error), err error) {
	k, errK := b64.DecodeString(key)
	nonce, errN := b64.DecodeString(iv)
	if errK != nil || errN != nil || len(k) != 32 || len(nonce) != nonceSize {
		return nil, errSealed
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return func(text []byte) ([]byte, error) { return aead.Open(nil, nonce, text, nil) }, err
}

// placeLater places a photo whose item has just been committed, if its bytes
// came first.
func (s *Service) placeLater(ctx context.Context, sha string) {
	if _, err := os.Stat(s.donePath(sha)); err == nil {
		s.placePhotos(ctx, sha)
	}
}

// placePhotos opens, checks, re-encodes and stores the photos that wait for
// the bytes of a hash. What fails for a reason of ours is tried again by the
// sweep.
func (s *Service) placePhotos(ctx context.Context, sha string) {
	ctx = usecase.System(context.WithoutCancel(ctx), "tablet.place_photo")
	defer s.writing.lock("place" + sha)()
	waiting, err := s.inspections.AwaitedBy(ctx, s.rt.DB.W, sha)
	if err == nil && len(waiting) > 0 {
		err = s.placeAll(ctx, sha, waiting)
	}
	if err != nil {
		s.rt.Log.ErrorContext(ctx, "photo not placed", "upload", sha, "error", err)
	}
}

func (s *Service) placeAll(ctx context.Context, sha string, waiting []inspection.Awaited) error {
	text, err := os.ReadFile(s.donePath(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, a := range waiting {
		stored, cause, err := s.store(ctx, a, text)
		if err != nil {
			return err
		}
		_, err = usecase.Do(ctx, s.rt, placeDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
			return struct{}{}, s.inspections.PhotoHere(ctx, c, a, stored, cause)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// store gives the name of the stored file, or why the bytes are no photo.
func (s *Service) store(ctx context.Context, a inspection.Awaited, text []byte) (stored, cause string, err error) {
	open, err := photoKey(a.Key, a.IV)
	if err != nil {
		return "", "unreadable", nil //nolint:nilerr // the device's fault, which is noted
	}
	data, err := open(text)
	switch {
	case err != nil:
		return "", "unreadable", nil
	case hashOf(data) != a.SHA256 || int64(len(data)) != a.Bytes:
		return "", "other_hash", nil
	}
	v, err := s.hooks.StoreImage(ctx, data)
	if fault.Is(err, fault.UnsupportedMedia) || fault.Is(err, fault.TooLarge) {
		return "", "no_photo", nil
	}
	return v.SHA256, "", err
}

// SweepKind is the job that ends uploads nobody finished and places photos
// that the server could not when they came.
const SweepKind = "tablet.sweep"

// Sweeper is the work of [SweepKind].
func (s *Service) Sweeper() jobs.Work {
	return func(ctx context.Context, _ json.RawMessage) error { return s.Sweep(ctx) }
}

// SweepEvery is how often.
const SweepEvery = 10 * time.Minute

// Sweep does what [SweepKind] says, once.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.rt.Now()
	open, err := uploadsToPlace(ctx, s.rt.DB.R)
	if err != nil {
		return err
	}
	for _, sha := range open {
		s.placePhotos(ctx, sha)
	}
	over, err := uploadsOver(ctx, s.rt.DB.R, now)
	if err != nil {
		return err
	}
	for _, row := range over {
		unlock := s.writing.lock(string(row.Account) + row.SHA256)
		err := removeFile(s.partPath(row.SHA256, row.Account))
		if err == nil && !row.DoneAt.IsZero() {
			err = removeFile(s.donePath(row.SHA256))
		}
		if err == nil {
			err = dropUpload(ctx, s.rt.DB.W, row)
		}
		unlock()
		if err != nil {
			return err
		}
	}
	return nil
}
