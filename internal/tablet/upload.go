package tablet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/usecase"
)

// Limits of uploads.
const (
	MaxChunk = 256 << 10 // bytes of one request
	// UploadLife is how long an upload that was begun waits for its rest.
	UploadLife = 30 * 24 * time.Hour
	// MaxUnfinished is how many bytes one inspector may have under way.
	MaxUnfinished = 2 << 30
)

// ChunkCommand adds bytes to an upload.
type ChunkCommand struct {
	SHA256 string `json:"sha256" validate:"required,len=64,hexadecimal,lowercase"`
	Offset int64  `json:"offset" validate:"min=0"`
	Length int64  `json:"length" validate:"min=0,max=6291472"` // whole, in the first request
	Data   []byte `json:"-" validate:"max=262144"`
}

// Progress is how far an upload is.
type Progress struct {
	Offset, Length int64
	Done           bool
}

var (
	uploadDef = usecase.Define(usecase.Def{Name: "tablet.upload", Allow: inspectors, NoPage: "done by the tablet's program"})
	stateDef  = usecase.Define(usecase.Def{Name: "tablet.upload_state", Allow: inspectors, NoPage: "asked by the tablet's program"})
)

// fileLocks lets one request at a time work on a file.
type fileLocks struct {
	mu   sync.Mutex
	held map[string]*heldLock
}

type heldLock struct {
	mu    sync.Mutex
	users int
}

func (l *fileLocks) lock(name string) (unlock func()) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]*heldLock{}
	}
	h := l.held[name]
	if h == nil {
		h = &heldLock{}
		l.held[name] = h
	}
	h.users++
	l.mu.Unlock()
	h.mu.Lock()
	return func() {
		h.mu.Unlock()
		l.mu.Lock()
		if h.users--; h.users == 0 {
			delete(l.held, name)
		}
		l.mu.Unlock()
	}
}

func (s *Service) partPath(sha string, account ident.AccountID) string {
	return filepath.Join(s.dir, "part", string(account)+"-"+sha)
}

func (s *Service) donePath(sha string) string { return filepath.Join(s.dir, "done", sha[:2], sha) }

// UploadState tells how far the bytes of an encrypted photo are.
func (s *Service) UploadState(ctx context.Context, sha string) (Progress, error) {
	return usecase.Read(ctx, s.rt, stateDef, ChunkCommand{SHA256: sha}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Progress, error) {
		if info, err := os.Stat(s.donePath(sha)); err == nil {
			s.placePhotos(ctx, sha) // in case the server stopped before it could
			return Progress{info.Size(), info.Size(), true}, nil
		}
		row, err := uploadOf(ctx, idb, sha, by.Account)
		if err != nil {
			return Progress{}, err
		}
		return s.progress(row), nil
	})
}

func (s *Service) progress(row uploadRow) Progress {
	p := Progress{Length: row.Bytes}
	if info, err := os.Stat(s.partPath(row.SHA256, row.Account)); err == nil {
		p.Offset = min(info.Size(), row.Bytes)
	}
	return p
}

// Upload adds bytes at the offset that the device believes to be the end. When
// it is another, the answer says which, beside the refusal. The photo is
// complete when all bytes are there and have the hash that names them.
func (s *Service) Upload(ctx context.Context, cmd ChunkCommand) (Progress, error) {
	by := access.From(ctx)
	refuse := func(p Progress, cause error) (Progress, error) {
		_, err := usecase.Do(ctx, s.rt, uploadDef, cmd, func(_ context.Context, c *usecase.Call) (struct{}, error) {
			c.About(cut(cmd.SHA256, 64), string(c.By.Scope))
			return struct{}{}, cause
		})
		return p, err
	}
	if err := errors.Join(uploadDef.Authorise(by), checked(cmd)); err != nil {
		return refuse(Progress{}, nil)
	}
	if !importing(ctx) && !s.pace.allow(string(by.Account)+"/photos", s.rt.Now()) {
		return refuse(Progress{}, fault.New(fault.RateLimited, ""))
	}
	defer s.writing.lock(string(by.Account) + cmd.SHA256)()
	if info, err := os.Stat(s.donePath(cmd.SHA256)); err == nil {
		s.placePhotos(ctx, cmd.SHA256)
		return Progress{info.Size(), info.Size(), true}, nil
	}
	row, err := uploadOf(ctx, s.rt.DB.R, cmd.SHA256, by.Account)
	if fault.Is(err, fault.NotFound) {
		row, err = s.begin(ctx, cmd)
	}
	if err != nil {
		return Progress{}, err
	}
	p := s.progress(row)
	if p.Offset != cmd.Offset {
		return refuse(p, fault.New(fault.Conflict, "upload_offset", p.Offset))
	}
	if p.Offset+int64(len(cmd.Data)) > row.Bytes {
		return refuse(p, fault.New(fault.TooLarge, "upload_longer"))
	}
	if err := appendFile(s.partPath(row.SHA256, row.Account), cmd.Data, p.Offset); err != nil {
		return Progress{}, err
	}
	p.Offset += int64(len(cmd.Data))
	if p.Offset < row.Bytes {
		return p, nil
	}
	return s.finish(ctx, row, p, refuse)
}

// begin notes a new upload.
func (s *Service) begin(ctx context.Context, cmd ChunkCommand) (uploadRow, error) {
	return usecase.Do(ctx, s.rt, uploadDef, cmd, func(ctx context.Context, c *usecase.Call) (uploadRow, error) {
		c.About(cmd.SHA256, string(c.By.Scope))
		if cmd.Length == 0 {
			return uploadRow{}, fault.OnField("header/Upload-Length", "required", "")
		}
		open, err := unfinished(ctx, c.Tx, c.By.Account)
		if err != nil {
			return uploadRow{}, err
		}
		if open+cmd.Length > MaxUnfinished {
			return uploadRow{}, fault.New(fault.RateLimited, "upload_unfinished")
		}
		row := uploadRow{SHA256: cmd.SHA256, Account: c.By.Account, Bytes: cmd.Length, CreatedAt: c.Now, ExpiresAt: c.Now.Add(UploadLife)}
		return row, insertUpload(ctx, c.Tx, &row)
	})
}

// finish checks a complete upload and takes it over. Bytes of another hash are
// dropped: the device sends them again.
func (s *Service) finish(ctx context.Context, row uploadRow, p Progress, refuse func(Progress, error) (Progress, error)) (Progress, error) {
	part := s.partPath(row.SHA256, row.Account)
	same, err := hasHash(part, row.SHA256)
	if err != nil {
		return Progress{}, err
	}
	if !same {
		if err := os.Remove(part); err != nil {
			return Progress{}, err
		}
		return refuse(Progress{Length: row.Bytes}, fault.New(fault.Conflict, "upload_hash"))
	}
	if err := moveFile(part, s.donePath(row.SHA256)); err != nil {
		return Progress{}, err
	}
	_, err = usecase.Do(ctx, s.rt, uploadDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(row.SHA256, string(c.By.Scope))
		c.Note("bytes", row.Bytes)
		return struct{}{}, uploadDone(ctx, c.Tx, row.SHA256, row.Account, c.Now)
	})
	if err != nil {
		return Progress{}, err
	}
	s.placePhotos(ctx, row.SHA256)
	p.Done = true
	return p, nil
}

// appendFile writes bytes at the end of a file and returns when they are on
// the disk.
func appendFile(path string, data []byte, at int64) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, at)
	return errors.Join(err, f.Sync(), f.Close())
}

func moveFile(from, to string) error {
	dir := filepath.Dir(to)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func hasHash(path, want string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, inspection.MaxPhotoBytes+1024)); err != nil {
		return false, err
	}
	return hex.EncodeToString(h.Sum(nil)) == want, nil
}

func removeFile(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
