package badge

import (
	"strconv"
	"sync"
	"time"

	"fangxin/internal/badgecode"
)

// Lifetime is how long finished bytes may answer before the row is read
// again. A decision in this process drops them at once; another process's
// decision shows after this time at the latest.
const Lifetime = time.Second

// cacheSize bounds the memory: 64 shards of 512 entries of a few kilobytes.
const (
	shards    = 64
	shardSize = 512
)

// Key names one finished answer: a sticker in one form ("json", "page/zh" …).
type Key struct {
	Serial badgecode.Serial
	Form   string
}

// Bytes is a finished answer.
type Bytes struct {
	Status int // HTTP status
	Body   []byte
	// Code is the genuine code, in canonical form, that the answer was made
	// for; "" when the answer is not to be found by its code.
	Code badgecode.Code
	// Length is the Content-Length of the body, ready to be a header; set by
	// [Cache.Put] and never to be changed.
	Length []string
	made   time.Time
}

type shard struct {
	mu      sync.RWMutex
	entries map[Key]Bytes
	dropped map[badgecode.Serial]time.Time
}

// Cache keeps finished answers for a moment, so that a badge which a crowd
// scans costs one read a second.
type Cache struct {
	shards [shards]shard
	now    func() time.Time // monotonic; not the registry's clock
}

// NewCache makes an empty cache.
func NewCache() *Cache {
	c := &Cache{now: time.Now}
	for i := range c.shards {
		c.shards[i].entries = make(map[Key]Bytes, shardSize)
		c.shards[i].dropped = make(map[badgecode.Serial]time.Time)
	}
	return c
}

func (c *Cache) of(s badgecode.Serial) *shard { return &c.shards[uint64(s)%shards] }

// Get finds a fresh answer.
func (c *Cache) Get(k Key) (Bytes, bool) {
	sh := c.of(k.Serial)
	sh.mu.RLock()
	b, ok := sh.entries[k]
	sh.mu.RUnlock()
	if !ok || c.now().Sub(b.made) > Lifetime {
		return Bytes{}, false
	}
	return b, true
}

// Kept finds a fresh answer by the code itself. The keyed check was made when
// the answer was kept: only that very code is found.
func (c *Cache) Kept(code, form string) (Bytes, bool) {
	serial, ok := badgecode.SerialOf(code)
	if !ok {
		return Bytes{}, false
	}
	b, ok := c.Get(Key{Serial: serial, Form: form})
	return b, ok && string(b.Code) == code
}

// Mark notes the moment before a read begins; hand it to [Cache.Put].
func (c *Cache) Mark() time.Time { return c.now() }

// Put keeps an answer that was read after mark, and gives it with its length.
// One whose badge was dropped since then is not kept, or a decision could be
// hidden by a slow reader.
func (c *Cache) Put(k Key, b Bytes, mark time.Time) Bytes {
	b.made, b.Length = mark, []string{strconv.Itoa(len(b.Body))}
	sh := c.of(k.Serial)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if at, ok := sh.dropped[k.Serial]; ok && !at.Before(mark) {
		return b
	}
	if len(sh.entries) >= shardSize {
		c.makeRoom(sh)
	}
	sh.entries[k] = b
	return b
}

// makeRoom removes what is stale, or else an arbitrary eighth.
func (c *Cache) makeRoom(sh *shard) {
	now, removed := c.now(), 0
	for k, b := range sh.entries {
		if now.Sub(b.made) > Lifetime {
			delete(sh.entries, k)
			removed++
		}
	}
	for k := range sh.entries {
		if removed >= shardSize/8 {
			break
		}
		delete(sh.entries, k)
		removed++
	}
}

// Drop forgets every form of the badges' answers.
func (c *Cache) Drop(serials ...badgecode.Serial) {
	now := c.now()
	for _, s := range serials {
		sh := c.of(s)
		sh.mu.Lock()
		for k := range sh.entries {
			if k.Serial == s {
				delete(sh.entries, k)
			}
		}
		for old, at := range sh.dropped {
			if now.Sub(at) > 2*Lifetime+time.Minute {
				delete(sh.dropped, old)
			}
		}
		sh.dropped[s] = now
		sh.mu.Unlock()
	}
}

// DropAll forgets everything.
func (c *Cache) DropAll() {
	for i := range c.shards {
		sh := &c.shards[i]
		sh.mu.Lock()
		clear(sh.entries)
		sh.mu.Unlock()
	}
}
