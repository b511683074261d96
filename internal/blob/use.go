package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// shaForm keeps anything but a hash away from the file system.
var shaForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// putCommand is what the audit trail and replays know of a sent file.
type putCommand struct {
	Original string `json:"original"`
}

// Put takes an image, a recording or a PDF document and stores it. The same bytes sent
// again give the same answer.
func (s *Service) Put(ctx context.Context, data []byte) (View, error) {
	sum := sha256.Sum256(data)
	original := hex.EncodeToString(sum[:])
	// Who may not send is told so before anything is decoded.
	var r record
	var content []byte
	if putDef.Authorise(access.From(ctx)) == nil {
		var err error
		if r, content, err = prepare(data); err != nil {
			return refuse(ctx, s, original, err)
		}
		if err := s.write(r.SHA256, content); err != nil {
			return refuse(ctx, s, original, err)
		}
	}
	return usecase.Do(ctx, s.rt, putDef, putCommand{original}, func(ctx context.Context, c *usecase.Call) (View, error) {
		r.OriginalSHA256, r.Owner, r.CreatedAt = original, string(c.By.Account), c.Now
		c.About(r.SHA256, string(c.By.Scope))
		if err := insert(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		if c.By.Account == "" {
			return r.view(), nil
		}
		return r.view(), insertUse(ctx, c.Tx, &use{SHA256: r.SHA256, Noun: "account", ID: string(c.By.Account), At: c.Now})
	})
}

// refuse records a refusal that happened before the transaction.
func refuse(ctx context.Context, s *Service, original string, cause error) (View, error) {
	return usecase.Do(ctx, s.rt, putDef, putCommand{original}, func(context.Context, *usecase.Call) (View, error) {
		return View{}, cause
	})
}

// prepare makes what will be stored from what was sent, by looking at the
// bytes and never at a name or declared type.
func prepare(data []byte) (record, []byte, error) {
	r := record{Kind: PDF}
	switch {
	case len(data) == 0:
		return r, nil, fault.New(fault.UnsupportedMedia, "file_empty")
	case bytes.HasPrefix(data, []byte("%PDF-")):
		if len(data) > MaxPDFBytes {
			return r, nil, fault.New(fault.TooLarge, "pdf_bytes", MaxPDFBytes>>20)
		}
		if tail := data[max(0, len(data)-2048):]; !bytes.Contains(tail, []byte("%%EOF")) {
			return r, nil, fault.New(fault.UnsupportedMedia, "pdf_cut_off")
		}
	case AudioType(data) != "":
		if r.Kind = Audio; len(data) > MaxAudioBytes {
			return r, nil, fault.New(fault.TooLarge, "audio_bytes", MaxAudioBytes>>20)
		}
	default:
		out, w, h, err := Normalise(data)
		if err != nil {
			return r, nil, err
		}
		r.Kind, r.Width, r.Height, data = Image, w, h, out
	}
	sum := sha256.Sum256(data)
	r.SHA256, r.Bytes = hex.EncodeToString(sum[:]), int64(len(data))
	return r, data, nil
}

// Stat describes a file that the caller may see.
func (s *Service) Stat(ctx context.Context, sha string) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		if !shaForm.MatchString(sha) {
			return View{}, fault.New(fault.NotFound, "")
		}
		r, err := get(ctx, idb, sha, by)
		return r.view(), err
	})
}

// Open gives the bytes of a file that the caller may see; close them.
func (s *Service) Open(ctx context.Context, sha string) (View, io.ReadSeekCloser, error) {
	v, err := s.Stat(ctx, sha)
	if err != nil {
		return View{}, nil, err
	}
	f, err := s.open(sha)
	if err != nil {
		return View{}, nil, err
	}
	return v, f, nil
}

// Use notes that a record holds a file. Whoever attaches it must be able to
// see it, so that a hash alone opens nothing.
func (s *Service) Use(ctx context.Context, c *usecase.Call, u Use) error {
	if !shaForm.MatchString(u.SHA256) {
		return fault.New(fault.NotFound, "file_unknown")
	}
	r, err := get(ctx, c.Tx, u.SHA256, c.By)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "file_unknown")
	}
	if err != nil {
		return err
	}
	if u.Kind != "" && r.Kind != u.Kind {
		return fault.New(fault.UnsupportedMedia, "file_kind")
	}
	return insertUse(ctx, c.Tx, &use{
		SHA256: u.SHA256, Noun: u.Noun, ID: u.ID, Operator: u.Operator, Scope: u.Scope, Open: u.Open, At: c.Now,
	})
}

// Describe tells what is kept of files, by their hashes in order; unknown ones
// are left out. It asks nobody's leave: the caller already holds the files.
func (s *Service) Describe(ctx context.Context, idb usecase.Reader, shas []string) ([]View, error) {
	rows, err := listed(ctx, idb, shas)
	if err != nil {
		return nil, err
	}
	out := make([]View, len(rows))
	for i, r := range rows {
		out[i] = r.view()
	}
	return out, nil
}
