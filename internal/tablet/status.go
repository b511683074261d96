package tablet

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"crypto/sha256"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/usecase"
)

// listFresh is how long a status list is handed out before it is made anew. A
// device says how old its list is.
const listFresh = 10 * time.Minute

// StatusList is the signed list of what badges and titles answer, for checking
// them without a network. Body is a gzip stream of one line of JSON
// ([StatusHead]), Count prefixes of six bytes in ascending order, and Count
// half bytes, the higher one first: the place of the answer in Words. Behind
// the stream stand the 64 bytes of its Ed25519 signature.
type StatusList struct {
	Head      StatusHead
	Body      []byte
	Signature string // base64url
}

// StatusHead is the first line of a status list.
type StatusHead struct {
	Format  int       `json:"format"`
	Version string    `json:"version"` // SHA-256 of what follows the line, first 16 digits
	At      time.Time `json:"at"`
	Count   int       `json:"count"`
	Key     string    `json:"key"`
	Words   []string  `json:"words"` // answers by number; number 0 means: ask online
}

// StatusInfo tells a device whether its list is the newest.
type StatusInfo struct {
	ETag  string    `json:"etag"`
	Count int       `json:"count"`
	At    time.Time `json:"at"`
}

type statusCache struct {
	mu   sync.Mutex
	list *StatusList
	made time.Time
}

var statusDef = usecase.Define(usecase.Def{Name: "tablet.status_list", Allow: inspectors, NoPage: "read by the tablet's program"})

// words are the answers by number.
var words = func() []string {
	out := []string{""}
	for _, s := range badge.Statuses {
		out = append(out, string(s))
	}
	return out
}()

// StatusList gives the signed list.
func (s *Service) StatusList(ctx context.Context) (*StatusList, error) {
	return usecase.Read(ctx, s.rt, statusDef, struct{}{}, func(ctx context.Context, _ usecase.Reader, _ access.Principal) (*StatusList, error) {
		return s.statusList(ctx)
	})
}

func (s *Service) statusList(ctx context.Context) (*StatusList, error) {
	s.list.mu.Lock()
	defer s.list.mu.Unlock()
	now := s.rt.Now()
	if s.list.list != nil && now.Sub(s.list.made) < listFresh && !now.Before(s.list.made) {
		return s.list.list, nil
	}
	list, err := s.makeList(ctx, now)
	if err != nil {
		return nil, err
	}
	s.list.list, s.list.made = list, now
	return list, nil
}

// prefixOf is how a list names a code or number: the first 48 bits of the
// SHA-256 of its letters and digits in upper case.
func prefixOf(name string) uint64 {
	sum := sha256.Sum256([]byte(strings.ToUpper(name)))
	return binary.BigEndian.Uint64(sum[:]) >> 16
}

func (s *Service) makeList(ctx context.Context, now time.Time) (*StatusList, error) {
	var entries []uint64 // 48 bits of prefix, 4 bits of answer
	err := s.hooks.Standings(ctx, func(name, status string) error {
		entries = append(entries, prefixOf(name)<<4|uint64(max(0, slices.Index(words, status))))
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(entries)
	// Two names of one prefix: the device has to ask online.
	n := 0
	for _, e := range entries {
		if n > 0 && entries[n-1]>>4 == e>>4 {
			entries[n-1] &^= 15
			continue
		}
		entries[n] = e
		n++
	}
	entries = entries[:n]
	body := make([]byte, 0, n*6+(n+1)/2)
	for _, e := range entries {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], e>>4)
		body = append(body, b[2:]...)
	}
	for i := 0; i < n; i += 2 {
		pair := byte(entries[i]&15) << 4
		if i+1 < n {
			pair |= byte(entries[i+1] & 15)
		}
		body = append(body, pair)
	}
	keys := s.keys.Load()
	list := &StatusList{Head: StatusHead{Format: 1, Version: hashOf(body)[:16], At: now, Count: n, Key: keys.signID, Words: words}}
	head, err := json.Marshal(list.Head)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(append(append(head, '\n'), body...)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	list.Signature = keys.sign(out.Bytes())
	sig, err := b64.DecodeString(list.Signature)
	list.Body = append(out.Bytes(), sig...)
	return list, err
}

func (l *StatusList) info() StatusInfo { return StatusInfo{l.Head.Version, l.Head.Count, l.Head.At} }
