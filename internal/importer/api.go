package importer

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/tabular"
)

type startInput struct {
	httpapi.Idempotent
	Kind    Kind   `query:"kind" required:"true" doc:"What the rows are."`
	Name    string `query:"name" maxLength:"200" doc:"Name of the file; an ending .xlsx tells a workbook."`
	Mapping string `query:"mapping" maxLength:"4000" doc:"JSON object from headers of the file to columns, for headers that are not known."`
	RawBody []byte `contentType:"application/octet-stream" doc:"The file itself, CSV or XLSX, at most 20 MB."`
}

type runID struct {
	ID ident.ImportID `path:"id" format:"uuid"`
}

type templateInput struct {
	Kind   Kind   `path:"kind" doc:"What the rows are."`
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx" doc:"A workbook with instructions, or plain text."`
}

// mediaOf is the media type of a format.
func mediaOf(format string) string {
	if format == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	const tag = "imports"
	httpapi.Register(a, startDef, httpapi.Operation{
		Method: "POST", Path: "/imports", Tag: tag, Summary: "Check a file before it is imported", Create: true, MaxBody: MaxBytes,
		Detail: "The whole file is checked and nothing of it is written. The answer tells what would happen to its rows.",
		Codes:  []fault.Code{fault.TooLarge, fault.UnsupportedMedia, fault.NotReady},
	}, func(ctx context.Context, in *startInput) (*httpapi.Out[View], error) {
		cmd := StartCommand{Kind: in.Kind, Name: in.Name, Content: in.RawBody, Lang: httpapi.LangOf(ctx)}
		if cmd.Name == "" {
			cmd.Name = "file.csv"
		}
		if in.Mapping != "" {
			var m tabular.Mapping
			if json.Unmarshal([]byte(in.Mapping), &m) != nil {
				return nil, fault.OnField("query/mapping", "mapping", "")
			}
			cmd.Mapping = m
		}
		v, err := s.Start(ctx, cmd)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/imports/"+string(v.ID)), nil
	})
	httpapi.Register(a, templateDef, httpapi.Operation{
		Method: "GET", Path: "/import-templates/{kind}", Tag: tag, Summary: "An empty list to fill in",
		Detail: "Every column that is understood, an example row that is never imported and, in a workbook, instructions in the language asked for.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The file.",
			Content:     map[string]*huma.MediaType{mediaOf(XLSX): {}, "text/csv": {}},
		}},
	}, func(ctx context.Context, in *templateInput) (*huma.StreamResponse, error) {
		b, err := s.Template(ctx, TemplateQuery{Kind: in.Kind, Format: in.Format, Lang: httpapi.LangOf(ctx)})
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", mediaOf(in.Format))
			hc.SetHeader("Content-Disposition", `attachment; filename="`+string(in.Kind)+"."+in.Format+`"`)
			hc.SetHeader("Cache-Control", "no-store")
			hc.BodyWriter().Write(b) //nolint:errcheck // the client went away
		}}, nil
	})
	httpapi.Register(a, listDef, httpapi.Operation{Method: "GET", Path: "/imports", Tag: tag, Summary: "List imports, newest first"},
		func(ctx context.Context, in *struct{ httpapi.Paged }) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.Limit > 0 {
				q.Set("limit", strconv.Itoa(in.Limit))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/imports", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: "GET", Path: "/imports/{id}", Tag: tag, Summary: "How far an import has come"},
		func(ctx context.Context, in *runID) (*httpapi.Out[View], error) {
			v, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	httpapi.Register(a, runDef, httpapi.Operation{
		Method: "POST", Path: "/imports/{id}/run", Tag: tag, Summary: "Import a checked file, or go on with an interrupted one",
		Detail: "The rows are written in the background; read the import to see how far it is.", Codes: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *runID) (*httpapi.Out[View], error) {
		v, err := s.Run(ctx, RunCommand{ID: in.ID, Lang: httpapi.LangOf(ctx)})
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	})
	httpapi.Register(a, errorsDef, httpapi.Operation{
		Method: "GET", Path: "/imports/{id}/errors", Tag: tag, Summary: "Every problem of an import as CSV",
		Responses: map[string]*huma.Response{"200": {
			Description: "One line for each problem: row, column, problem, way out and the row itself.",
			Content:     map[string]*huma.MediaType{"text/csv": {}},
		}},
	}, func(ctx context.Context, in *runID) (*huma.StreamResponse, error) {
		b, err := s.Errors(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
			hc.SetHeader("Content-Disposition", `attachment; filename="errors.csv"`)
			hc.SetHeader("Cache-Control", "no-store")
			hc.BodyWriter().Write(b) //nolint:errcheck // the client went away
		}}, nil
	})
}
