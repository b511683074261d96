package badge

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"fangxin/internal/calendar"
)

// awkward are texts that JSON writes in its own ways.
var awkward = []string{"", "", "瓷韵轩", "Model shop", `A "quoted" \ name`, "a<b>&c", "“引号”", "line\u2028separator\u2029", "tab\tand\nline", "\xffbroken\xf0\x9f", "emoji 🏮", "\x7f", "\x00"}

// vary fills every field of a value at random, however deep.
func vary(rng *rand.Rand, v reflect.Value) {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.Unix(rng.Int64N(4e9), rng.Int64N(1e9)).UTC()
		if rng.IntN(2) == 0 {
			*at = at.Truncate(time.Second)
		}
		return
	case *calendar.Date:
		if *at = (calendar.Date{}); rng.IntN(3) > 0 {
			*at = calendar.MakeDate(2000+rng.IntN(99), time.Month(1+rng.IntN(12)), 1+rng.IntN(28))
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(awkward[rng.IntN(len(awkward))])
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	case reflect.Pointer:
		if v.SetZero(); rng.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			vary(rng, v.Elem())
		}
	case reflect.Slice:
		if n := rng.IntN(4); n < 3 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		} else {
			v.SetZero()
		}
		for i := range v.Len() {
			vary(rng, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			vary(rng, v.Field(i))
		}
	default:
		panic("this test cannot vary a " + v.Type().String())
	}
}

// Whatever the answer, its bytes are those of encoding/json; a field that is
// added to it has to be added to the writer.
func TestAppendJSONAgreesWithJSON(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 20_000 {
		var a Answer
		vary(rng, reflect.ValueOf(&a).Elem())
		want, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(a.AppendJSON([]byte("x")))[1:]; got != string(want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}
