package app

import (
	"net/http"
	"time"

	"fangxin/internal/web/shopper"
)

// kept answers scans whose bytes are finished before anything else is done for
// the request: nothing of such a scan is logged and nothing can fail, so it
// needs no id, no address and no language. It is counted like all others.
func (a *App) kept(scans *shopper.Handler, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		status := scans.Kept(w, r)
		if status == 0 {
			next.ServeHTTP(w, r)
			return
		}
		a.metrics.kept(status, time.Since(start))
	})
}
