package export

import (
	"context"
	"io"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type startInput struct {
	httpapi.Idempotent
	Body StartCommand
}

type idInput struct {
	ID ident.ExportID `path:"id" format:"uuid"`
}

// MediaType is the media type of a format.
func (f Format) MediaType() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	const tag = "exports"
	httpapi.Register(a, startDef, httpapi.Operation{
		Method: "POST", Path: "/exports", Tag: tag, Summary: "Write the register of the own area, or the answers of its inspections, to a file", Create: true,
		Detail: "The file is written in the background; read the export to see how far it is. It is kept for seven days.", Codes: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *startInput) (*httpapi.Out[View], error) {
		in.Body.Lang = httpapi.LangOf(ctx)
		v, err := s.Start(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/exports/"+string(v.ID)), nil
	})
	httpapi.Register(a, listDef, httpapi.Operation{Method: "GET", Path: "/exports", Tag: tag, Summary: "List your own exports, newest first"},
		func(ctx context.Context, in *struct{ httpapi.Paged }) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/exports", url.Values{"limit": {strconv.Itoa(in.Limit)}}), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: "GET", Path: "/exports/{id}", Tag: tag, Summary: "How far an export is"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) {
			v, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	httpapi.Register(a, fileDef, httpapi.Operation{
		Method: "GET", Path: "/exports/{id}/file", Tag: tag, Summary: "Get the file of an export", Codes: []fault.Code{fault.NotReady, fault.Gone},
		Responses: map[string]*huma.Response{"200": {
			Description: "The rows as CSV or XLSX.", Content: map[string]*huma.MediaType{"text/csv": {}, Format(XLSX).MediaType(): {}},
		}},
	}, func(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
		v, f, err := s.Open(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			defer f.Close()
			hc.SetHeader("Content-Type", v.Format.MediaType())
			hc.SetHeader("Content-Disposition", `attachment; filename="`+v.Filename()+`"`)
			hc.SetHeader("Cache-Control", "no-store")
			io.Copy(hc.BodyWriter(), f) //nolint:errcheck // the client went away
		}}, nil
	})
}
