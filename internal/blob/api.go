package blob

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
)

type putInput struct {
	httpapi.Idempotent
	RawBody []byte `contentType:"application/octet-stream" doc:"JPEG, PNG or WebP image, or PDF document."`
}

type getInput struct {
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$" doc:"As POST /files answered."`
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, putDef, httpapi.Operation{
		Method: "POST", Path: "/files", Tag: "files", Summary: "Send a photo or document", Create: true, MaxBody: MaxPDFBytes,
		Detail: "The body is the file itself. Images are stored without metadata, at most 1600 pixels long.",
		Codes:  []fault.Code{fault.TooLarge, fault.UnsupportedMedia},
	}, func(ctx context.Context, in *putInput) (*httpapi.Out[View], error) {
		v, err := s.Put(ctx, in.RawBody)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, 0, httpapi.Prefix+"/files/"+v.SHA256), nil
	})
	httpapi.Register(a, getDef, httpapi.Operation{
		Method: "GET", Path: "/files/{sha256}", Tag: "files", Summary: "Get a photo or document",
		Responses: map[string]*huma.Response{"200": {
			Description: "The file. A name stands for the same bytes for ever.",
			Content:     map[string]*huma.MediaType{"image/jpeg": {}, "application/pdf": {}},
		}},
	}, func(ctx context.Context, in *getInput) (*huma.StreamResponse, error) {
		v, f, err := s.Open(ctx, in.SHA256)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			defer f.Close()
			Headers(v, hc.SetHeader)
			hc.SetHeader("Content-Length", strconv.FormatInt(v.Bytes, 10))
			_, _ = io.Copy(hc.BodyWriter(), f) // the client is gone if this fails
		}}, nil
	})
}

// Headers sets what goes out with a file: it never changes, is never taken for
// another type, and a document is saved and not shown inside our pages.
func Headers(v View, set func(name, value string)) {
	set("Content-Type", v.Kind.MediaType())
	set("Cache-Control", "private, max-age=31536000, immutable")
	set("ETag", `"`+v.SHA256+`"`)
	set("X-Content-Type-Options", "nosniff")
	set("Content-Security-Policy", "default-src 'none'; sandbox")
	if v.Kind == PDF {
		set("Content-Disposition", `attachment; filename="`+v.SHA256[:12]+`.pdf"`)
	}
}

// Serve answers a page's request for a file; the caller words the error.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, sha string) error {
	v, f, err := s.Open(r.Context(), sha)
	if err != nil {
		return err
	}
	defer f.Close()
	Headers(v, w.Header().Set)
	if v.Kind == Audio {
		if err := audioHeaders(f, w.Header().Set); err != nil {
			return err
		}
	}
	http.ServeContent(w, r, "", v.CreatedAt, f)
	return nil
}
