package tablet

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
)

// chunkTime is how long a chunk may take over a bad connection.
const chunkTime = time.Minute

type progressOut struct {
	Offset       string `header:"Upload-Offset" doc:"Bytes that are here."`
	Length       string `header:"Upload-Length" doc:"Bytes in all."`
	CacheControl string `header:"Cache-Control"`
}

func (p Progress) out() *progressOut {
	return &progressOut{strconv.FormatInt(p.Offset, 10), strconv.FormatInt(p.Length, 10), "no-store"}
}

type photoInput struct {
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the encrypted bytes."`
}

type chunkInput struct {
	SHA256  string `path:"sha256" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the encrypted bytes."`
	Offset  int64  `header:"Upload-Offset" minimum:"0" doc:"Bytes that are here already."`
	Length  int64  `header:"Upload-Length" minimum:"0" doc:"Bytes in all; needed in the first request."`
	RawBody []byte `contentType:"application/offset+octet-stream" doc:"At most 256 KiB."`
}

func (s *Service) mountPhotos(a *httpapi.API) {
	httpapi.Register(a, stateDef, httpapi.Operation{
		Method: http.MethodHead, Path: "/tablet/photos/{sha256}", Tag: tag, Summary: "How far a photo has arrived", Status: http.StatusOK,
	}, func(ctx context.Context, in *photoInput) (*progressOut, error) {
		p, err := s.UploadState(ctx, in.SHA256)
		if err != nil {
			return nil, err
		}
		return p.out(), nil
	})
	httpapi.Register(a, uploadDef, httpapi.Operation{
		Method: http.MethodPatch, Path: "/tablet/photos/{sha256}", Tag: tag, Summary: "Add bytes to a photo", Status: http.StatusNoContent,
		MaxBody: MaxChunk + 1, BodyTime: chunkTime, Codes: []fault.Code{fault.Conflict, fault.TooLarge, fault.RateLimited},
		Detail: "Encrypted bytes, addressed by their hash. 409 with the right Upload-Offset when the given one is not the end, and with 0 when the finished bytes have another hash. What was begun is kept for 30 days.",
	}, func(ctx context.Context, in *chunkInput) (*progressOut, error) {
		p, err := s.Upload(ctx, ChunkCommand{SHA256: in.SHA256, Offset: in.Offset, Length: in.Length, Data: in.RawBody})
		if fault.Is(err, fault.Conflict) {
			o := p.out()
			return nil, huma.ErrorWithHeaders(a.Problem(ctx, err), http.Header{"Upload-Offset": {o.Offset}, "Upload-Length": {o.Length}})
		}
		if err != nil {
			return nil, err
		}
		return p.out(), nil
	})
}
