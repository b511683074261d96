package tablet

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestReceiptsShareASignature(t *testing.T) {
	signing, sealing, err := NewSeeds()
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewKeys(signing, sealing)
	if err != nil {
		t.Fatal(err)
	}
	key := k.Public().Signing
	for n := 1; n <= MaxItems; n++ {
		rows := make([]itemRow, n)
		for i := range rows {
			rows[i] = itemRow{ID: fmt.Sprint("item ", i), Hash: hashOf([]byte{byte(i)}), N: int64(100 + i)}
		}
		b := k.issue(rows, time.Now())
		again, ok := unpacked(b.packed())
		if !ok || again.root() != b.root() {
			t.Fatalf("%d receipts are not what was stored", n)
		}
		for i, row := range rows {
			r := *b.receipt(row.ID, row.Hash, row.N)
			if !r.Verify(key) {
				t.Fatalf("receipt %d of %d does not hold", i, n)
			}
			if again.path(i) != r.Path {
				t.Fatalf("receipt %d of %d has another path when it is read", i, n)
			}
			if n > 9 {
				continue
			}
			for name, change := range map[string]func(*Receipt){
				"id":     func(r *Receipt) { r.ID += "x" },
				"hash":   func(r *Receipt) { r.Hash = hashOf([]byte("other")) },
				"number": func(r *Receipt) { r.N++ },
				"time":   func(r *Receipt) { r.At = "2026" + r.At[4:len(r.At)-2] + "9Z" },
				"format": func(r *Receipt) { r.V = 0 },
				"later":  func(r *Receipt) { r.V = 3 },
				"longer": func(r *Receipt) { r.Path += strings.Repeat("A", 44) },
				"path":   func(r *Receipt) { r.Path = "B" + strings.TrimPrefix(r.Path, "A") },
				"key":    func(r *Receipt) { r.Key = "0" },
			} {
				other := r
				if change(&other); other != r && other.Verify(key) {
					t.Errorf("receipt %d of %d holds with another %s", i, n, name)
				}
			}
		}
	}
	if _, ok := unpacked("AAAA"); ok {
		t.Error("a damaged batch was read")
	}
	// A node cannot pass for a receipt: they are hashed behind different bytes.
	if leafOf("", "", 0) == nodeOf(digest{}, digest{}) {
		t.Error("a leaf is a node")
	}
}

// What waits sealed on a device may have been sealed by a program of long ago.
func TestItemsOfBothForms(t *testing.T) {
	signing, sealing, err := NewSeeds()
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewKeys(signing, sealing)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 * keptAgreed / 100 {
		for _, first := range []bool{true, false} {
			s, err := NewSealer(k.Public())
			if err != nil {
				t.Fatal(err)
			}
			s.First = first
			for _, text := range []string{"", "一", strings.Repeat("x", 4000)} {
				sealed, err := s.Seal("item", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if got, err := k.open("item", sealed); err != nil || string(got) != text {
					t.Fatalf("device %d, first form %v: %q, %v", i, first, got, err)
				}
				if _, err := k.open("other", sealed); err == nil {
					t.Error("an item was opened under another id")
				}
				for _, at := range []int{0, 3, 90, len(sealed) - 4} { // form, point, nonce, tag
					c := "A"
					if sealed[at] == 'A' {
						c = "B"
					}
					if _, err := k.open("item", sealed[:at]+c+sealed[at+1:]); err == nil {
						t.Errorf("an item of the first form (%v) was opened with another letter at %d", first, at)
					}
				}
			}
		}
	}
	for _, bad := range []string{"", "Ag", "AgQ", "BA", "!"} {
		if _, err := k.open("item", bad); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
}
