package blob

import (
	"bytes"
	"net/http"
	"time"

	"fangxin/internal/fault"
)

// ServeSmall answers a page's request for the small form of an image. It is
// made when it is first asked for and kept beside the original; whoever may
// not see the original does not see it either.
func (s *Service) ServeSmall(w http.ResponseWriter, r *http.Request, sha string) error {
	v, err := s.Stat(r.Context(), sha)
	if err != nil {
		return err
	}
	if v.Kind != Image {
		return fault.New(fault.NotFound, "")
	}
	data, err := s.small(sha)
	if err != nil {
		return err
	}
	Headers(v, w.Header().Set)
	w.Header().Set("ETag", `"`+sha+`-small"`)
	http.ServeContent(w, r, "", v.CreatedAt.Truncate(time.Second), bytes.NewReader(data))
	return nil
}
