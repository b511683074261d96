package webhook

import "net/netip"

// closed are the networks beyond those that the standard library calls private,
// loopback or link-local: reserved, shared and documentation networks, and
// IPv6 networks that carry an IPv4 address inside, behind which anything lies
// (IANA special-purpose registries, RFC 6890).
var closed = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
	"fec0::/10",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Permitted reports whether a delivery may connect to an address: a public one,
// or one in the networks that the installation allows. Link-local addresses,
// where clouds keep their metadata, are never permitted.
func Permitted(ip netip.Addr, allowed []netip.Prefix) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsValid() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() {
		return false
	}
	if within(ip, allowed) {
		return true
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !within(ip, closed)
}

func within(ip netip.Addr, networks []netip.Prefix) bool {
	for _, p := range networks {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
