package tablet

import (
	"testing"
)

func TestTablet(t *testing.T) {
	s := newSite(t)
	t.Run("a whole visit without a network", s.wholeVisit)
}
