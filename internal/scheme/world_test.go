package scheme_test

import (
	"encoding/json"
	"testing"

	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

type usecaseCall = usecase.Call

// clone copies a scheme with its lists, so that a test changes its own.
func clone(t *testing.T, s scheme.Scheme) scheme.Scheme {
	t.Helper()
	var out scheme.Scheme
	ok(t, json.Unmarshal(s.Content(), &out))
	return out
}
