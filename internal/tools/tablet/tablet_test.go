package tablet

import "testing"

// TestTablet lives everything on one registry, each part with visits and
// devices of its own.
func TestTablet(t *testing.T) {
	s := newSite(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"a whole visit without a network", s.wholeVisit},
		{"an item under a condition", s.skipping},
		{"sections under conditions", s.nested},
		{"an item under a condition, on the page", s.skippingOnPage},
		{"an item under a condition, in the self-assessment", s.skippingAtHome},
		{"killed at any moment", s.kills},
		{"two people on one tablet", s.twoPeople},
		{"two tablets on one visit", s.twoTablets},
		{"a visit taken back", s.withdrawn},
		{"a visit given to others", s.reassigned},
		{"a sheet sent back by the office", s.sentBack},
		{"a sheet sent back twice, answered without a network", s.sentBackTwice},
		{"the bin", s.bin},
		{"sent by the system with the app closed", s.backgroundSync},
		{"a newer version with a draft open", s.update},
		{"an expired session and ticket", s.expiry},
		{"unsent work as a file", s.transfer},
		{"a submission put aside", s.refused},
		{"a full disk", s.full},
		{"a wrong clock", s.clock},
		{"a photo cut in the middle", s.cutPhotos},
		{"photos that wait for Wi-Fi", s.photosOnWiFi},
		{"photos from the camera and from files", s.sources},
		{"a recording without a network", s.recording},
		{"a badge looked up on the device", s.badge},
		{"a badge read with the camera", s.scanned},
		{"a cold start", s.coldStart},
		{"every screen", s.looks},
	} {
		t.Run(part.name, func(t *testing.T) {
			s.gate.reopen()
			s.t = t
			part.run(t)
		})
	}
}
