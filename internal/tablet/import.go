package tablet

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// exportFormat begins the files that a tablet writes of what it has not sent.
const exportFormat = "fangxin tablet export 1"

// maxLine is the longest line of such a file: a photo in base64.
const maxLine = 12 << 20

// Imported says what came of a file.
type Imported struct {
	Items    map[Outcome]int
	Photos   int      // that are complete now
	Troubles []string // lines that were not taken, without their content
}

// exportLine is one line of the file. Items are sealed to the registry and
// photos encrypted, so the file tells nothing to whoever finds it.
type exportLine struct {
	Format  string          `json:"format"`
	Type    string          `json:"type"` // item, photo, end
	Device  string          `json:"device"`
	Account ident.AccountID `json:"account"`
	ID      string          `json:"id"`
	Seq     int64           `json:"seq"`
	Sealed  string          `json:"sealed"`
	SHA256  string          `json:"sha256"`
	Data    string          `json:"data"`
}

type importingKey struct{}

// Unpaced gives a context that is not held to the pace of a device: for files
// and measurements.
func Unpaced(ctx context.Context) context.Context {
	return context.WithValue(ctx, importingKey{}, true)
}

func importing(ctx context.Context) bool { return ctx.Value(importingKey{}) != nil }

// Errors of files that are refused as a whole.
var (
	ErrNotExport = errors.New("this is no file that a tablet exported")
	ErrCut       = errors.New("the file is not whole: its end is missing or something in it was changed")
)

// Import takes a file that a tablet exported, on the same way as the tablet
// would have sent it; a file that was taken already changes nothing. It is for
// whoever has the server's command line: each item counts as its author's.
func (s *Service) Import(ctx context.Context, file io.ReadSeeker) (Imported, error) {
	out := Imported{Items: map[Outcome]int{}}
	if err := whole(file); err != nil {
		return out, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return out, err
	}
	in := reading{s: s, ctx: Unpaced(ctx), out: &out, people: map[ident.AccountID]access.Principal{}}
	return out, errors.Join(lines(file, in.line), in.flush())
}

// whole checks that a file is one of ours and complete: its last line has the
// hash of all before.
func whole(file io.Reader) error {
	h, said, first := sha256.New(), "", true
	err := lines(file, func(n int, text []byte, l exportLine) error {
		if first && l.Format != exportFormat {
			return ErrNotExport
		}
		first = false
		if said != "" {
			return ErrCut
		}
		if l.Type == "end" {
			said = l.SHA256
			return nil
		}
		h.Write(text)
		return nil
	})
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		if first {
			return ErrNotExport
		}
		return ErrCut
	case err != nil:
		return err
	case first:
		return ErrNotExport
	case said != hex.EncodeToString(h.Sum(nil)):
		return ErrCut
	}
	return nil
}

// lines calls fn with each line of a file, its number from 1 and its text.
func lines(file io.Reader, fn func(n int, text []byte, l exportLine) error) error {
	r := bufio.NewReaderSize(file, 1<<16)
	for n := 1; ; n++ {
		var text []byte
		for {
			part, err := r.ReadSlice('\n')
			text = append(text, part...)
			if len(text) > maxLine {
				return fmt.Errorf("line %d is longer than any that a tablet writes", n)
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err == io.EOF && len(bytes.TrimSpace(text)) == 0 {
				return nil
			}
			if err != nil && err != io.EOF {
				return err
			}
			break
		}
		var l exportLine
		if err := json.Unmarshal(text, &l); err != nil {
			return err
		}
		if err := fn(n, text, l); err != nil {
			return err
		}
	}
}

// reading is the import of one file.
type reading struct {
	s      *Service
	ctx    context.Context
	out    *Imported
	people map[ident.AccountID]access.Principal
	wait   []exportLine // items of one device and author
}

func (in *reading) line(n int, _ []byte, l exportLine) error {
	switch l.Type {
	case "item":
		if len(in.wait) > 0 && (in.wait[0].Account != l.Account || in.wait[0].Device != l.Device || len(in.wait) == MaxItems) {
			if err := in.flush(); err != nil {
				return err
			}
		}
		in.wait = append(in.wait, l)
		return nil
	case "photo":
		if err := in.flush(); err != nil {
			return err
		}
		if err := in.photo(l); err != nil {
			if fault.CodeOf(err) == fault.Internal {
				return err
			}
			in.out.Troubles = append(in.out.Troubles, fmt.Sprintf("line %d: %v", n, err))
		}
	}
	return nil
}

// as acts in the name of an author.
func (in *reading) as(id ident.AccountID) (context.Context, error) {
	p, ok := in.people[id]
	if !ok {
		var err error
		if p, err = in.s.hooks.Principal(in.ctx, in.s.rt.DB.R, id); err != nil {
			return nil, fmt.Errorf("author %s: %w", id, err)
		}
		p.Pending = ""
		in.people[id] = p
	}
	return access.With(in.ctx, p), nil
}

func (in *reading) flush() error {
	items := in.wait
	in.wait = nil
	if len(items) == 0 {
		return nil
	}
	ctx, err := in.as(items[0].Account)
	if err != nil {
		in.out.Troubles = append(in.out.Troubles, err.Error())
		return nil //nolint:nilerr // said in the report
	}
	if err := in.s.enrolled(ctx, items[0].Device); err != nil {
		return err
	}
	cmd := PushCommand{Device: items[0].Device, Receipts: together}
	slices.SortStableFunc(items, func(a, b exportLine) int { return int(a.Seq - b.Seq) })
	for _, l := range items {
		cmd.Items = append(cmd.Items, SealedItem{ID: l.ID, Seq: l.Seq, Sealed: l.Sealed})
	}
	done, err := in.s.Push(ctx, cmd)
	if err != nil {
		return err
	}
	for _, r := range done.Results {
		if r.Receipt == nil {
			in.out.Troubles = append(in.out.Troubles, fmt.Sprintf("item %s: %v", r.ID, r.Problem.err))
			continue
		}
		in.out.Items[r.Outcome]++
	}
	return nil
}

func (in *reading) photo(l exportLine) error {
	ctx, err := in.as(l.Account)
	if err != nil {
		return err
	}
	data, err := b64.DecodeString(l.Data)
	if err != nil || len(data) == 0 {
		return fmt.Errorf("a photo that cannot be read")
	}
	p, err := in.s.UploadState(ctx, l.SHA256)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	for !p.Done && p.Offset < int64(len(data)) {
		part := data[p.Offset:min(p.Offset+MaxChunk, int64(len(data)))]
		if p, err = in.s.Upload(ctx, ChunkCommand{SHA256: l.SHA256, Offset: p.Offset, Length: int64(len(data)), Data: part}); err != nil {
			return err
		}
	}
	if p.Done {
		in.out.Photos++
	}
	return nil
}

// enrolled makes sure that a device is known for the caller; one that is not
// gets a ticket that nobody holds.
func (s *Service) enrolled(ctx context.Context, device string) error {
	by := access.From(ctx)
	_, err := deviceSeenBy(ctx, s.rt.DB.R, device, by.Account, access.Principal{Account: by.Account})
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	_, err = usecase.Do(ctx, s.rt, enrolDef, EnrolCommand{ID: device, Name: "—"}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(device, string(c.By.Scope))
		return struct{}{}, putDevice(ctx, c.Tx, &deviceRow{
			ID: device, Account: c.By.Account, Name: "—", Scope: string(c.By.Scope), Ticket: hashOf([]byte(rand.Text() + rand.Text())),
			CreatedAt: c.Now, ExpiresAt: c.Now,
		})
	})
	return err
}
