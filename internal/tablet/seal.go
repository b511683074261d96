package tablet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// rawJSON is kept as it came.
type rawJSON = json.RawMessage

// Sizes of the parts of a sealed item, in bytes.
const (
	pointSize = 65 // uncompressed P-256 point
	nonceSize = 12
	tagSize   = 16
)

// Items of the first form begin with the point, whose first byte is 4, and have
// a key of their own by their nonce; those of the second begin with a 2 and
// share the key of the device's pair.
const (
	sealInfo  = "fangxin tablet item 1"
	sealInfo2 = "fangxin tablet item 2"
	second    = 2
)

var b64 = base64.RawURLEncoding

// Keys are the registry's keys towards tablets: one signs receipts and status
// lists, one opens what devices sealed.
type Keys struct {
	signing ed25519.PrivateKey
	sealing *ecdh.PrivateKey
	signID  string
	sealID  string
	opener  opener

	former []PublicKey        // that signed before, newest first
	opens  []*ecdh.PrivateKey // that were sealed to before, newest first
	kept   [2][][]byte        // the secrets: signing and sealing, newest first
}

// NewSeeds makes the secrets of a new installation.
func NewSeeds() (signing, sealing []byte, err error) {
	signing = make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(signing); err != nil {
		return nil, nil, err
	}
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	return signing, key.Bytes(), nil
}

// NewKeys makes the keys from their secrets.
func NewKeys(signing, sealing []byte) (*Keys, error) {
	return NewKeyring([][]byte{signing}, [][]byte{sealing})
}

// NewKeyring makes the keys from their secrets, newest first: the first ones
// sign and are sealed to, the others open and are shown to be true still.
func NewKeyring(signing, sealing [][]byte) (*Keys, error) {
	if len(signing) == 0 || len(sealing) == 0 {
		return nil, errors.New("tablet: there is no secret")
	}
	k, err := newKeys(signing[0], sealing[0])
	if err != nil {
		return nil, err
	}
	k.kept = [2][][]byte{signing, sealing}
	for _, secret := range signing[1:] {
		old, err := newKeys(secret, sealing[0])
		if err != nil {
			return nil, err
		}
		k.former = append(k.former, old.Public().Signing)
	}
	for _, secret := range sealing[1:] {
		old, err := newKeys(signing[0], secret)
		if err != nil {
			return nil, err
		}
		k.opens = append(k.opens, old.sealing)
	}
	return k, nil
}

func newKeys(signing, sealing []byte) (*Keys, error) {
	if len(signing) != ed25519.SeedSize {
		return nil, fmt.Errorf("tablet: the signing secret has %d bytes, %d are needed", len(signing), ed25519.SeedSize)
	}
	open, err := ecdh.P256().NewPrivateKey(sealing)
	if err != nil {
		return nil, fmt.Errorf("tablet: sealing secret: %w", err)
	}
	k := &Keys{signing: ed25519.NewKeyFromSeed(signing), sealing: open}
	k.signID, k.sealID = keyID(k.signing.Public().(ed25519.PublicKey)), keyID(open.PublicKey().Bytes())
	return k, nil
}

// keyID names a public key by the beginning of its hash.
func keyID(public []byte) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// PublicKey is one key as devices get it.
type PublicKey struct {
	ID     string `json:"id"`
	Public string `json:"public" doc:"base64url without padding: Ed25519, or an uncompressed P-256 point."`
}

// PublicKeys are the keys that devices need.
type PublicKeys struct {
	Signing PublicKey `json:"signing" doc:"Ed25519: signs receipts and the status list."`
	Sealing PublicKey `json:"sealing" doc:"P-256: items are sealed to it."`
	// Former ones verify what they signed.
	Former []PublicKey `json:"former,omitempty" doc:"Signing keys of before, newest first: receipts by them still hold."`
}

// Public gives the public halves.
func (k *Keys) Public() PublicKeys {
	return PublicKeys{
		Signing: PublicKey{k.signID, b64.EncodeToString(k.signing.Public().(ed25519.PublicKey))},
		Sealing: PublicKey{k.sealID, b64.EncodeToString(k.sealing.PublicKey().Bytes())},
		Former:  k.former,
	}
}

var errSealed = errors.New("tablet: a sealed item cannot be opened")

// opener opens items. A device keeps one key pair for a run of its app, so what
// was agreed on with it is kept for the items and requests to come.
type opener struct {
	mu   sync.Mutex
	with map[string]agreed // by point
}

// agreed is what follows from a device's point.
type agreed struct {
	shared []byte
	all    cipher.AEAD // for items of the second form
}

// keptAgreed is how many devices an opener remembers.
const keptAgreed = 512

// agree gives what follows from a device's point and one of the registry's
// keys, of which 0 is today's.
func (o *opener) agree(which int, own *ecdh.PrivateKey, point []byte) (agreed, error) {
	name := strconv.Itoa(which) + " " + string(point)
	o.mu.Lock()
	a, ok := o.with[name]
	o.mu.Unlock()
	if ok {
		return a, nil
	}
	theirs, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return a, err
	}
	if a.shared, err = own.ECDH(theirs); err != nil {
		return a, err
	}
	if a.all, err = sharedCipher(a.shared, point); err != nil {
		return a, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.with == nil || len(o.with) >= keptAgreed {
		o.with = map[string]agreed{}
	}
	o.with[name] = a
	return a, nil
}

// open gives the plain text of a sealed item, which was bound to its id. It may
// have been sealed before the registry's key was changed.
func (k *Keys) open(id, sealed string) ([]byte, error) {
	raw, err := b64.DecodeString(strings.TrimRight(sealed, "="))
	if err != nil || len(raw) == 0 {
		return nil, errSealed
	}
	form := raw[0]
	if form == second {
		raw = raw[1:]
	}
	if len(raw) < pointSize+nonceSize+tagSize {
		return nil, errSealed
	}
	point, nonce, text := raw[:pointSize], raw[pointSize:pointSize+nonceSize], raw[pointSize+nonceSize:]
	for which := range 1 + len(k.opens) {
		own := k.sealing
		if which > 0 {
			own = k.opens[which-1]
		}
		a, err := k.opener.agree(which, own, point)
		if err != nil {
			return nil, errSealed
		}
		aead := a.all
		if form != second {
			if aead, err = itemCipher(a.shared, nonce); err != nil {
				return nil, err
			}
		}
		if out, err := aead.Open(nil, nonce, text, []byte(id)); err == nil {
			return out, nil
		}
	}
	return nil, errSealed
}

// itemCipher is that of one item of the first form.
func itemCipher(shared, nonce []byte) (cipher.AEAD, error) { return cipherOf(shared, nonce, sealInfo) }

// sharedCipher is that of all items of the second form under a point. Nonces
// are random; a device would have to seal four thousand million items in one
// run for two of them to meet.
func sharedCipher(shared, point []byte) (cipher.AEAD, error) {
	return cipherOf(shared, point, sealInfo2)
}

func cipherOf(shared, salt []byte, info string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, shared, salt, info, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// A Sealer seals items as a device does, for tests and measurements.
type Sealer struct {
	First         bool // seal in the first form
	point, shared []byte
	all           cipher.AEAD
}

// NewSealer makes a device's key pair for the registry's sealing key.
func NewSealer(keys PublicKeys) (*Sealer, error) {
	raw, err := b64.DecodeString(keys.Sealing.Public)
	if err != nil {
		return nil, err
	}
	theirs, err := ecdh.P256().NewPublicKey(raw)
	if err != nil {
		return nil, err
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	out := &Sealer{point: own.PublicKey().Bytes()}
	if out.shared, err = own.ECDH(theirs); err == nil {
		out.all, err = sharedCipher(out.shared, out.point)
	}
	return out, err
}

// Seal seals a plain text under an item's id.
func (s *Sealer) Seal(id string, text []byte) (string, error) {
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	if !s.First {
		out := append(append([]byte{second}, s.point...), nonce...)
		return b64.EncodeToString(s.all.Seal(out, nonce, text, []byte(id))), nil
	}
	aead, err := itemCipher(s.shared, nonce)
	if err != nil {
		return "", err
	}
	out := append(append([]byte{}, s.point...), nonce...)
	return b64.EncodeToString(aead.Seal(out, nonce, text, []byte(id))), nil
}

// Receipt proves that the registry holds an item.
type Receipt struct {
	ID   string `json:"id" doc:"Of the item."`
	Hash string `json:"hash" doc:"SHA-256 of the plain text; of the sealed bytes when it could not be opened."`
	At   string `json:"at" doc:"RFC 3339, by the server's clock; signed as it stands here."`
	N    int64  `json:"n" doc:"Grows with each receipt of the device."`
	Key  string `json:"key" doc:"Id of the signing key."`
	Sig  string `json:"sig" doc:"Ed25519, base64url: over the receipt's text; in format 2 over the root that path leads to."`
	V    int    `json:"v,omitempty" doc:"Format: 2 for a receipt that shares its signature with others; absent for one of its own."`
	Path string `json:"path,omitempty" doc:"Format 2: steps from this receipt's hash to the signed root, base64url; 33 bytes each: 1 when the other hash stands to the right, else 0, and that hash."`
}

// receiptTime is the form of times in receipts.
const receiptTime = "2006-01-02T15:04:05.000000Z"

// Text is what is signed of a receipt with a signature of its own.
func (r Receipt) Text() []byte {
	return []byte("fangxin receipt 1\n" + r.ID + "\n" + r.Hash + "\n" + r.At + "\n" + strconv.FormatInt(r.N, 10) + "\n")
}

// Verify checks a receipt with a public signing key, as a device does.
func (r Receipt) Verify(key PublicKey) bool {
	public, err := b64.DecodeString(key.Public)
	sig, err2 := b64.DecodeString(r.Sig)
	if err != nil || err2 != nil || len(public) != ed25519.PublicKeySize || r.Key != key.ID {
		return false
	}
	text := r.Text()
	switch r.V {
	case 0:
	case together:
		root, ok := climb(leafOf(r.ID, r.Hash, r.N), r.Path)
		if !ok {
			return false
		}
		text = rootText(root, r.At)
	default:
		return false
	}
	return ed25519.Verify(public, text, sig)
}

func (k *Keys) receipt(id, hash string, at time.Time, n int64) Receipt {
	r := Receipt{ID: id, Hash: hash, At: at.UTC().Format(receiptTime), N: n, Key: k.signID}
	r.Sig = b64.EncodeToString(ed25519.Sign(k.signing, r.Text()))
	return r
}

// sign makes a detached signature of a text.
func (k *Keys) sign(text []byte) string { return b64.EncodeToString(ed25519.Sign(k.signing, text)) }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// EncryptedPhoto is a photo as a device sends it.
type EncryptedPhoto struct {
	SHA256  string // of the photo
	Sent    string // SHA-256 of Bytes
	Key, IV []byte
	Bytes   []byte
}

// EncryptPhoto encrypts a photo as a device does, for tests and the
// demonstration. The key follows from the secret and the photo, so that the
// same photo of the same author gives the same bytes.
func EncryptPhoto(secret string, data []byte) (EncryptedPhoto, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), data, "fangxin tablet photo 1", 32+nonceSize)
	if err != nil {
		return EncryptedPhoto{}, err
	}
	p := EncryptedPhoto{SHA256: hashOf(data), Key: key[:32], IV: key[32:]}
	block, err := aes.NewCipher(p.Key)
	if err != nil {
		return p, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return p, err
	}
	p.Bytes = aead.Seal(nil, p.IV, data, nil)
	p.Sent = hashOf(p.Bytes)
	return p, nil
}
