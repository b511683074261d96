// Package clientip owns the question who is at the other end of a connection,
// and how often that address may knock at doors that guess could open.
//
// It believes X-Forwarded-For only from proxies that the installation names;
// an address is never a proof of identity.
package clientip

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Resolver finds the address of a visitor behind the trusted proxies.
type Resolver struct{ trusted []netip.Prefix }

// New makes a resolver that trusts the proxies in the networks (CIDR).
func New(networks []string) (*Resolver, error) {
	r := &Resolver{}
	for _, n := range networks {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, err
		}
		r.trusted = append(r.trusted, p.Masked())
	}
	return r, nil
}

// Of is the visitor's address: that of the connection, or, as long as the hop
// is a trusted proxy, the one before it in X-Forwarded-For, read from the
// right. It is "" only when the connection has no address at all.
func (r *Resolver) Of(req *http.Request) string {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		host = req.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	hops := strings.Split(strings.Join(req.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && r.trusts(at); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break // a proxy wrote no address: what it knows ends here
		}
		at = before
	}
	return at.Unmap().WithZone("").String()
}

func (r *Resolver) trusts(a netip.Addr) bool {
	a = a.Unmap()
	for _, p := range r.trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

type key struct{}

// With puts an address into the context.
func With(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, key{}, address)
}

// From reads the address; "" when no middleware put one there.
func From(ctx context.Context) string {
	a, _ := ctx.Value(key{}).(string)
	return a
}

// Middleware puts the visitor's address into the context of each request.
func (r *Resolver) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req.WithContext(With(req.Context(), r.Of(req))))
	})
}
