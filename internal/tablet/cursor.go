package tablet

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"fangxin/internal/ident"
)

// A cursor says which visits a device has and as what they were: the form (a
// 1), eight bytes of the hash of the account, and for each visit its id (16
// bytes) and six bytes of the hash of its content; base64url. It keeps nothing
// on the server, so none grows too old, and a lost one costs one whole answer.
// It opens nothing: what an answer holds is chosen by who asks, and a cursor
// only leaves out of it what the asker says to have.
type cursor map[ident.InspectionID]string

const (
	cursorForm   = 1
	cursorHead   = 1 + 8
	cursorEntry  = 16 + 6
	maxCursorLen = 6000 // characters of the address; about two hundred visits
)

// cursorOf is the cursor of an answer; empty when it would be too long, so
// that the next answer is whole.
func cursorOf(account ident.AccountID, visits []Visit) (text string, now cursor) {
	now = cursor{}
	var b bytes.Buffer
	b.WriteByte(cursorForm)
	b.Write(ownerOf(account))
	for _, v := range visits {
		sum := contentOf(v)
		now[v.Inspection] = string(sum)
		id, err := hex.DecodeString(strings.ReplaceAll(string(v.Inspection), "-", ""))
		if err != nil || len(id) != 16 || sum == nil {
			return "", now
		}
		b.Write(id)
		b.Write(sum)
	}
	if text = base64.RawURLEncoding.EncodeToString(b.Bytes()); len(text) > maxCursorLen {
		text = ""
	}
	return text, now
}

// readCursor reads one; nil when it is none of this account's.
func readCursor(account ident.AccountID, text string) cursor {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < cursorHead || b[0] != cursorForm || (len(b)-cursorHead)%cursorEntry != 0 || !bytes.Equal(b[1:cursorHead], ownerOf(account)) {
		return nil
	}
	out := cursor{}
	for b = b[cursorHead:]; len(b) > 0; b = b[cursorEntry:] {
		x := hex.EncodeToString(b[:16])
		out[ident.InspectionID(strings.Join([]string{x[:8], x[8:12], x[12:16], x[16:20], x[20:]}, "-"))] = string(b[16:cursorEntry])
	}
	return out
}

func ownerOf(account ident.AccountID) []byte {
	sum := sha256.Sum256([]byte("fangxin tablet cursor 1 " + string(account)))
	return sum[:8]
}

func contentOf(v Visit) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(b)
	return sum[:6]
}

// since leaves out of a whole answer what the asker has, and names the visits
// that it has and that are no longer among the open ones: withdrawn ones with
// the reason, the others as closed.
func (b *Bundle) since(had, now cursor) {
	b.Delta = true
	changed := []Visit{}
	for _, v := range b.Visits {
		if sum, ok := had[v.Inspection]; !ok || sum != now[v.Inspection] {
			changed = append(changed, v)
		}
	}
	b.Visits = changed
	told := []Withdrawn{}
	for _, w := range b.Withdrawn {
		if _, ok := had[w.Inspection]; ok {
			told = append(told, w)
			delete(had, w.Inspection)
		}
	}
	b.Withdrawn = told
	for id := range had {
		if _, open := now[id]; !open {
			b.Closed = append(b.Closed, id)
		}
	}
	slices.Sort(b.Closed)
}
