// Package badgecode owns the numbers on a badge: the storefront code that the
// QR carries, with a keyed check that refuses inventions without a query, and
// the certificate number that people type, with a check character.
//
// It knows no certificate and no database: it only says whether a number is
// well formed and whether its check is right.
package badgecode

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/width"
)

// Serial is the random 64-bit number of one printed badge. The database keeps
// its bit pattern as a signed integer.
type Serial uint64

// Value stores the bit pattern.
func (s Serial) Value() (driver.Value, error) { return int64(s), nil }

// Scan reads the bit pattern.
func (s *Serial) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("cannot read a badge serial from %T", src)
	}
	*s = Serial(v)
	return nil
}

// NewSerial draws a serial from the system's randomness.
func NewSerial() (Serial, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, err
	}
	return Serial(binary.BigEndian.Uint64(b[:])), nil
}

// Code is a storefront code in canonical form: 16 characters of an alphabet
// without I, L, O and U, holding the 64-bit serial and a 16-bit check.
type Code string

// Length of a code, in characters: 80 bits of five each.
const Length = 16

// alphabet is Crockford's base 32: digits and capitals that QR codes hold in
// their compact alphanumeric mode.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var (
	// ErrMalformed means that the text has not the form of a code.
	ErrMalformed = errors.New("not of the form of a badge code")
	// ErrForged means that the form is right and the keyed check is not.
	ErrForged = errors.New("badge code fails its check")
)

// Ring holds the keys of the check: codes are made with the first and
// accepted with any, so that keys can be rotated while old prints hang.
type Ring struct{ keys []*key }

// key computes checks with one secret. Its pool keeps keyed hashes, because
// setting one up costs more than using it.
type key struct{ macs sync.Pool }

func newKey(secret []byte) *key {
	secret = bytes.Clone(secret)
	return &key{sync.Pool{New: func() any {
		return &mac{Hash: hmac.New(sha256.New, secret), buf: make([]byte, 0, len(purpose)+8+sha256.Size)}
	}}}
}

// mac is a keyed hash with room for what it reads and gives.
type mac struct {
	hash.Hash
	buf []byte
}

// NewRing makes a ring; each key needs at least 32 bytes.
func NewRing(current []byte, older ...[]byte) (*Ring, error) {
	r := &Ring{}
	for _, secret := range append([][]byte{current}, older...) {
		if len(secret) < 32 {
			return nil, errors.New("a badge key needs at least 32 bytes")
		}
		r.keys = append(r.keys, newKey(secret))
	}
	return r, nil
}

// purpose keeps the check apart from other uses of the same secret.
const purpose = "fangxin storefront code 1\x00"

func (k *key) check(serial uint64) uint16 {
	m := k.macs.Get().(*mac)
	defer k.macs.Put(m)
	m.Reset()
	msg := binary.BigEndian.AppendUint64(append(m.buf, purpose...), serial)
	m.Write(msg)
	return binary.BigEndian.Uint16(m.Sum(msg[len(msg):]))
}

// Encode makes the code of a serial with the current key.
func (r *Ring) Encode(s Serial) Code {
	hi, lo := uint64(s), r.keys[0].check(uint64(s))
	var out [Length]byte
	// 80 bits: the serial above, the check below.
	for i := Length - 1; i >= 0; i-- {
		var five byte
		if i > 12 { // the last three characters hold 15 bits of the check
			five = byte(lo & 31)
			lo >>= 5
		} else if i == 12 { // one bit of the check and four of the serial
			five = byte(lo&1) | byte(hi&15)<<1
			hi >>= 4
		} else {
			five = byte(hi & 31)
			hi >>= 5
		}
		out[i] = alphabet[five]
	}
	return Code(out[:])
}

// Parse reads a code as scanned or typed: any case, grouped or not, with the
// usual confusions of letters and digits.
func (r *Ring) Parse(typed string) (Serial, error) {
	s, _, err := r.Resolve(typed)
	return s, err
}

// Resolve reads a code like [Ring.Parse] and gives it as it is printed today,
// with the current key.
func (r *Ring) Resolve(typed string) (Serial, Code, error) {
	c, err := Canonical(typed)
	if err != nil {
		return 0, "", err
	}
	hi, lo, ok := split(string(c))
	if !ok {
		return 0, "", ErrMalformed
	}
	for i, k := range r.keys {
		if subtle.ConstantTimeEq(int32(k.check(hi)), int32(lo)) != 1 {
			continue
		}
		if i > 0 {
			c = r.Encode(Serial(hi))
		}
		return Serial(hi), c, nil
	}
	return 0, "", ErrForged
}

// SerialOf reads the serial of a code in canonical form without its check:
// whoever uses it has to know from elsewhere that exactly this code is
// genuine. ok is false for every other text.
func SerialOf(canonical string) (s Serial, ok bool) {
	hi, _, ok := split(canonical)
	return Serial(hi), ok
}

// split takes a canonical code apart into the serial and the check.
func split(canonical string) (serial uint64, check uint16, ok bool) {
	if len(canonical) != Length {
		return 0, 0, false
	}
	for i := range Length {
		five := values[canonical[i]]
		switch {
		case five < 0:
			return 0, 0, false
		case i < 12:
			serial = serial<<5 | uint64(five)
		case i == 12:
			serial = serial<<4 | uint64(five>>1)
			check = uint16(five & 1)
		default:
			check = check<<5 | uint16(five)
		}
	}
	return serial, check, true
}

// values are the places of characters in the alphabet, -1 of all others.
var values = func() (v [256]int8) {
	for i := range v {
		v[i] = int8(strings.IndexByte(alphabet, byte(i)))
	}
	return v
}()

// Canonical gives a typed code its canonical form without checking it.
func Canonical(typed string) (Code, error) {
	if len(typed) > maxTyped {
		return "", ErrMalformed
	}
	if _, _, ok := split(typed); ok {
		return Code(typed), nil
	}
	var out [Length]byte
	n := 0
	for _, r := range strings.ToUpper(width.Narrow.String(typed)) {
		if dropSeparators(r) < 0 {
			continue
		}
		switch r {
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		if n == Length || r > 127 || strings.IndexByte(alphabet, byte(r)) < 0 {
			return "", ErrMalformed
		}
		out[n] = byte(r)
		n++
	}
	if n != Length {
		return "", ErrMalformed
	}
	return Code(out[:]), nil
}

// maxTyped bounds what is read at all, in bytes: a full-width number with a
// separator after each character stays below it.
const maxTyped = 200

// dropSeparators gives -1 for what people put between groups: spaces of any
// width and the hyphens and dashes that input methods offer.
func dropSeparators(r rune) rune {
	switch r {
	case '-', '_', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212':
		return -1
	}
	if unicode.IsSpace(r) {
		return -1
	}
	return r
}

// Grouped writes the code for people: XXXX-XXXX-XXXX-XXXX.
func (c Code) Grouped() string {
	if len(c) != Length {
		return string(c)
	}
	return string(c[:4] + "-" + c[4:8] + "-" + c[8:12] + "-" + c[12:])
}

// URL is what the QR code opens. Scheme and host ignore case and the server
// accepts /B/, so everything is in capitals: that keeps the code in the
// alphanumeric mode and its modules large.
//
// A base address with a path of its own keeps that as it is, because its case
// matters. When the path has a small letter or another character outside the
// alphanumeric set, the whole address stays as configured: it is right, and
// its QR code is a size larger.
func URL(base string, c Code) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return strings.TrimRight(base, "/") + "/b/" + string(c)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if strings.Trim(path, alphanumeric) != "" {
		return u.Scheme + "://" + u.Host + path + "/b/" + string(c)
	}
	return strings.ToUpper(u.Scheme+"://"+u.Host) + path + "/B/" + string(c)
}

// alphanumeric is the character set of that mode, GB/T 18284 (ISO/IEC 18004).
const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
