package webhook

import (
	"net"
	"net/netip"
)

// NewClientWith is [NewClient] that asks somebody else for addresses.
func NewClientWith(allowed []netip.Prefix, names *net.Resolver) *Client {
	return newClient(allowed, names)
}
