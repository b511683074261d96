// Package httpapi owns the HTTP face of the use-cases: the framework and its
// settings, the map from fault codes to statuses, problem documents, ETags,
// Idempotency-Keys, paging links and the specification.
//
// It refuses to decide: an operation reads its input, calls one use-case and
// writes the view. Only this package and the slices' api.go know the framework.
package httpapi

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// Version is the version of the contract in openapi/openapi.yaml. A change of
// the file without a change of this number fails a test.
const Version = "1.0.0"

// Prefix begins every address of the API.
const Prefix = "/api/v1"

// MaxBody limits a JSON body, in bytes; uploads have limits of their own.
const MaxBody = 256 << 10

// API collects the operations of all slices on one mux.
type API struct {
	huma  huma.API
	texts Texts
}

// New makes an empty API on the mux.
func New(mux *http.ServeMux, texts Texts) *API {
	a := &API{texts: texts}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return NewProblem(texts, Lang(ctx.Header("Accept-Language")), usecase.RequestID(ctx.Context()), fromFramework(status, errs))
	}
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return NewProblem(texts, "zh", "", fromFramework(status, errs))
	}
	c := huma.DefaultConfig("Fangxin 放心", Version)
	c.CreateHooks = nil // no $schema property, which would name the request's host
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.RejectUnknownQueryParameters = true
	c.OpenAPI.Components.Schemas = newRegistry()
	c.Info.Description = "Registry of worry-free consumption (放心消费): applications, inspections, certificates and badges. " +
		"Every refusal is a problem document (RFC 9457); the codes are listed in problems.md."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "this installation"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "fx_session", Description: "The browser session after signing in."},
		"token":   {Type: "http", Scheme: "bearer", Description: "A token made under “API tokens”; its scopes are use-case names."},
	}
	a.huma = humago.New(mux, c)
	return a
}

// Huma gives the framework's value to the slices' api.go.
func (a *API) Huma() huma.API { return a.huma }

// OpenAPI gives the specification of all that was registered.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// Idempotent is embedded by the input of a create.
type Idempotent struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"128" doc:"Any text that is new for each new request. A repeated request with the same key gets the first answer again."`
}

// Conditional is embedded by the input of a change.
type Conditional struct {
	IfMatch string `header:"If-Match" maxLength:"64" doc:"The ETag that was read before; the change is refused when the record has changed since."`
}

// Paged is embedded by the input of a list.
type Paged struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many rows at most."`
	After string `query:"after" maxLength:"400" doc:"Cursor from the Link header of the page before."`
}

// Operation describes one address. Method and Path are required.
type Operation struct {
	Method, Path    string
	Summary, Detail string
	Tag             string
	Status          int                       // of success; 200, or 201 for a create
	Create          bool                      // takes Idempotency-Key and answers 201
	Change          bool                      // demands If-Match
	MaxBody         int64                     // bytes; MaxBody when zero
	BodyTime        time.Duration             // for the body to arrive; the framework's five seconds when zero
	Codes           []fault.Code              // refusals worth documenting besides the common ones
	Responses       map[string]*huma.Response // answers that are not JSON
}

// Register mounts a use-case. The handler gets a context that carries what the
// request's headers say to it.
func Register[I, O any](a *API, d *usecase.Def, op Operation, handler func(context.Context, *I) (*O, error)) {
	o := huma.Operation{
		OperationID: strings.ReplaceAll(d.Name, ".", "-"), Method: op.Method, Path: Prefix + op.Path,
		Summary: op.Summary, Description: op.Detail, Tags: []string{op.Tag},
		MaxBodyBytes: op.MaxBody, BodyReadTimeout: op.BodyTime, DefaultStatus: op.Status, Responses: op.Responses,
	}
	if o.MaxBodyBytes == 0 {
		o.MaxBodyBytes = MaxBody
	}
	if op.Create && op.Status == 0 {
		o.DefaultStatus = http.StatusCreated
	}
	codes := append([]fault.Code{fault.Invalid}, op.Codes...)
	if !slices.Contains(d.Allow, access.Public) {
		o.Security = []map[string][]string{{"session": {}}, {"token": {d.Name}}}
		codes = append(codes, fault.Unauthenticated, fault.Forbidden)
	}
	if op.Change {
		codes = append(codes, fault.VersionRequired, fault.StaleVersion)
	}
	if strings.Contains(op.Path, "{") {
		codes = append(codes, fault.NotFound)
	}
	for _, c := range codes {
		if s := Status(c); !slices.Contains(o.Errors, s) {
			o.Errors = append(o.Errors, s)
		}
	}
	slices.Sort(o.Errors)
	d.Mount("api", op.Method+" "+o.Path)
	change := op.Change
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
		edge := usecase.EdgeOf(ctx)
		edge.NeedVersion = change
		if key := headerField(in, "Idempotent", "IdempotencyKey"); key != "" {
			edge.IdempotencyKey = key
		}
		if tag := headerField(in, "Conditional", "IfMatch"); tag != "" {
			v, ok := ParseETag(tag)
			if !ok {
				return nil, a.problem(ctx, fault.New(fault.StaleVersion, ""))
			}
			edge.Version = v
		}
		out, err := handler(usecase.WithEdge(ctx, edge), in)
		var worded huma.HeadersError
		if errors.As(err, &worded) { // a problem with headers of its own
			return nil, err
		}
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// headerField reads a field of an embedded struct; "" when it is not embedded.
func headerField(in any, embedded, name string) string {
	v := reflect.Indirect(reflect.ValueOf(in))
	if v.Kind() != reflect.Struct {
		return ""
	}
	if e := v.FieldByName(embedded); e.IsValid() {
		return e.FieldByName(name).String()
	}
	return ""
}

type langKey struct{}

// WithLang notes the language of the request for handlers.
func WithLang(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// LangOf is the language of the request, Chinese when nothing was said.
func LangOf(ctx context.Context) string {
	if lang, _ := ctx.Value(langKey{}).(string); lang != "" {
		return lang
	}
	return "zh"
}

// Problem words a refusal for the caller of ctx, for answers that carry it
// beside something else.
func (a *API) Problem(ctx context.Context, err error) *Problem { return a.problem(ctx, err) }

func (a *API) problem(ctx context.Context, err error) *Problem {
	return NewProblem(a.texts, LangOf(ctx), usecase.RequestID(ctx), err)
}

// ETag is the strong tag of a record's version.
func ETag(version int64) string { return `"v` + strconv.FormatInt(version, 10) + `"` }

// ParseETag reads a tag made by [ETag]; "*" means any version.
func ParseETag(tag string) (version int64, ok bool) {
	if tag == "*" {
		return 0, true
	}
	s, found := strings.CutPrefix(strings.Trim(tag, `"`), "v")
	v, err := strconv.ParseInt(s, 10, 64)
	return v, found && err == nil && v > 0
}

// YAML writes the specification as openapi/openapi.yaml holds it.
func (a *API) YAML() ([]byte, error) { return a.huma.OpenAPI().YAML() }
