package clientip

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/httprate"

	"fangxin/internal/fault"
)

// Refuse answers a request that came too often, in the form of its edge: a
// problem document or a page. Retry-After is set already.
type Refuse func(w http.ResponseWriter, r *http.Request, err error)

// Limit lets an address send at most n POST requests in a window to the listed
// paths together, and everything else pass. IPv6 counts by /64, which is what
// one subscriber has. [Resolver.Middleware] must stand before it.
func Limit(n int, window time.Duration, paths []string, refuse Refuse) func(http.Handler) http.Handler {
	limiter := httprate.LimitBy(n, window, func(r *http.Request) (string, error) {
		return httprate.CanonicalizeIP(From(r.Context())), nil
	}, httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, fault.New(fault.RateLimited, ""))
	}), httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"}))
	return func(next http.Handler) http.Handler {
		limited := limiter(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && slices.Contains(paths, r.URL.Path) {
				limited.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
