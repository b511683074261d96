package tablet

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// The receipts of one request are the leaves of a tree of hashes, and only its
// root is signed: forty receipts cost one signature. A receipt carries the
// steps from its leaf to the root and so proves itself without the others.
//
// A leaf is hashed behind a zero byte and a node behind a one, so that neither
// can be passed off as the other; a node without a partner moves up as it is.

// together is the format of receipts that share a signature.
const together = 2

// stepSize is one step of a path: a byte that is 1 when the other hash stands
// to the right, and that hash.
const stepSize = 1 + sha256.Size

type digest = [sha256.Size]byte

func leafOf(id, hash string, n int64) digest {
	b := make([]byte, 0, 160)
	b = append(b, "\x00fangxin receipt 2\n"...)
	b = append(append(b, id...), '\n')
	b = append(append(b, hash...), '\n')
	b = append(strconv.AppendInt(b, n, 10), '\n')
	return sha256.Sum256(b)
}

func nodeOf(left, right digest) digest {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// tree is the levels above some leaves, which are the first one.
type tree [][]digest

func treeOf(leaves []digest) tree {
	t := tree{leaves}
	for row := leaves; len(row) > 1; {
		up := make([]digest, 0, (len(row)+1)/2)
		for i := 0; i+1 < len(row); i += 2 {
			up = append(up, nodeOf(row[i], row[i+1]))
		}
		if len(row)%2 == 1 {
			up = append(up, row[len(row)-1])
		}
		t, row = append(t, up), up
	}
	return t
}

func (t tree) root() digest { return t[len(t)-1][0] }

// path gives the steps from a leaf to the root, as base64url.
func (t tree) path(i int) string {
	out := make([]byte, 0, len(t)*stepSize)
	for _, row := range t[:len(t)-1] {
		if other := i ^ 1; other < len(row) {
			out = append(append(out, byte(1-i&1)), row[other][:]...)
		}
		i /= 2
	}
	return b64.EncodeToString(out)
}

// climb gives the root that a path leads to; ok is false when it is none.
func climb(at digest, path string) (root digest, ok bool) {
	steps, err := b64.DecodeString(path)
	if err != nil || len(steps)%stepSize != 0 {
		return at, false
	}
	for ; len(steps) > 0; steps = steps[stepSize:] {
		other := digest(steps[1:stepSize])
		switch steps[0] {
		case 0:
			at = nodeOf(other, at)
		case 1:
			at = nodeOf(at, other)
		default:
			return at, false
		}
	}
	return at, true
}

// rootText is what is signed of a tree.
func rootText(root digest, at string) []byte {
	return []byte("fangxin receipts 2\n" + at + "\n" + hex.EncodeToString(root[:]) + "\n")
}

// issued is a tree with its signature, from which its receipts are made.
type issued struct {
	tree
	first       int64
	at, key, by string // by: the signature
}

// issue signs for the items of rows, whose numbers follow one another.
func (k *Keys) issue(rows []itemRow, at time.Time) issued {
	leaves := make([]digest, len(rows))
	for i := range rows {
		leaves[i] = leafOf(rows[i].ID, rows[i].Hash, rows[i].N)
	}
	b := issued{tree: treeOf(leaves), first: rows[0].N, at: at.UTC().Format(receiptTime), key: k.signID}
	b.by = k.sign(rootText(b.root(), b.at))
	return b
}

func (b issued) receipt(id, hash string, n int64) *Receipt {
	return &Receipt{ID: id, Hash: hash, At: b.at, N: n, Key: b.key, Sig: b.by, V: together, Path: b.path(int(n - b.first))}
}

// packed is the leaves as they are stored.
func (b issued) packed() string {
	out := make([]byte, 0, len(b.tree[0])*sha256.Size)
	for _, leaf := range b.tree[0] {
		out = append(out, leaf[:]...)
	}
	return b64.EncodeToString(out)
}

// unpacked makes the tree of stored leaves.
func unpacked(leaves string) (tree, bool) {
	raw, err := b64.DecodeString(leaves)
	if err != nil || len(raw) == 0 || len(raw)%sha256.Size != 0 {
		return nil, false
	}
	var out []digest
	for ; len(raw) > 0; raw = raw[sha256.Size:] {
		out = append(out, digest(raw[:sha256.Size]))
	}
	return treeOf(out), true
}
