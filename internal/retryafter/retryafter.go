// Package retryafter owns what servers of others say about when to ask again:
// the header Retry-After (RFC 9110, 10.2.3).
//
// It waits for nothing and decides nothing about retries.
package retryafter

import (
	"net/http"
	"strconv"
	"time"
)

// Of reads the header of a refusal that may have one (429 and 503), in seconds
// or as a date; 0 when there is none that makes sense.
func Of(res *http.Response) time.Duration {
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	text := res.Header.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil {
		const most = 7 * 24 * 60 * 60 // seconds; more is a slip and would overflow
		return max(0, time.Duration(min(n, most))*time.Second)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return max(0, time.Until(at))
}
