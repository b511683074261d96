package retryafter_test

import (
	"net/http"
	"testing"
	"time"

	"fangxin/internal/retryafter"
)

func TestOf(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for _, c := range []struct {
		status      int
		text        string
		least, most time.Duration
	}{
		{429, "120", 2 * time.Minute, 2 * time.Minute},
		{503, date(time.Hour), 59 * time.Minute, time.Hour},
		{429, date(-time.Hour), 0, 0},
		{429, "99999999999", 0, 7 * 24 * time.Hour},
		{429, "-1", 0, 0},
		{429, "1.5", 0, 0},
		{429, "", 0, 0},
		{500, "120", 0, 0},
	} {
		res := &http.Response{StatusCode: c.status, Header: http.Header{"Retry-After": {c.text}}}
		if got := retryafter.Of(res); got < c.least || got > c.most {
			t.Errorf("%d with %q: %v", c.status, c.text, got)
		}
	}
}
