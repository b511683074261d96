package badge

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"fangxin/internal/badgecode"
)

func TestCacheFindsOnlyTheVeryCode(t *testing.T) {
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	const serial, form = badgecode.Serial(0x1122334455667788), "json"
	code := ring.Encode(serial)
	last := "0"
	if strings.HasSuffix(string(code), last) {
		last = "1"
	}
	forged := string(code[:badgecode.Length-1]) + last // the same serial with another check

	now := time.Now()
	c := NewCache()
	c.now = func() time.Time { return now }
	finished := Bytes{Status: 200, Body: []byte("body"), Code: code}
	c.Put(Key{serial, form}, finished, c.Mark())
	if b, ok := c.Kept(string(code), form); !ok || string(b.Body) != "body" || b.Length[0] != "4" {
		t.Errorf("the code: %v %+v", ok, b)
	}
	for name, text := range map[string]string{
		"forged": forged, "small": strings.ToLower(string(code)), "grouped": code.Grouped(), "short": string(code[:15]), "empty": "",
		"with a path": string(code) + "/report",
	} {
		if _, ok := c.Kept(text, form); ok {
			t.Errorf("%s: %q is answered from the cache", name, text)
		}
	}
	if _, ok := c.Kept(string(code), "page"); ok {
		t.Error("another form is answered")
	}

	now = now.Add(Lifetime + time.Millisecond)
	if _, ok := c.Kept(string(code), form); ok {
		t.Error("a stale answer is given")
	}
	c.Put(Key{serial, form}, finished, c.Mark())
	c.Drop(serial)
	if _, ok := c.Kept(string(code), form); ok {
		t.Error("a dropped answer is given")
	}
	// What was read before the decision must not come back after it.
	c.Put(Key{serial, form}, finished, now.Add(-time.Millisecond))
	if _, ok := c.Kept(string(code), form); ok {
		t.Error("a slow reader brought a dropped answer back")
	}
	now = now.Add(time.Millisecond)
	c.Put(Key{serial, form}, Bytes{Status: 200, Body: []byte("body")}, c.Mark())
	if _, ok := c.Kept(string(code), form); ok {
		t.Error("an answer without a code is found by one")
	}
}
