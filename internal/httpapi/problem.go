package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// ProblemBase begins the type URI of every problem; the code follows it. The
// address under it explains the code (openapi/problems.md).
const ProblemBase = "/api/problems/"

// statuses is the only place that knows which HTTP status a code has.
var statuses = map[fault.Code]int{
	fault.Invalid:             http.StatusUnprocessableEntity,
	fault.MalformedRequest:    http.StatusBadRequest,
	fault.UnknownParameter:    http.StatusBadRequest,
	fault.TooLarge:            http.StatusRequestEntityTooLarge,
	fault.UnsupportedMedia:    http.StatusUnsupportedMediaType,
	fault.MethodNotAllowed:    http.StatusMethodNotAllowed,
	fault.Timeout:             http.StatusRequestTimeout,
	fault.Unauthenticated:     http.StatusUnauthorized,
	fault.BadCredentials:      http.StatusUnauthorized,
	fault.SecondFactor:        http.StatusUnauthorized,
	fault.Locked:              http.StatusForbidden,
	fault.Forbidden:           http.StatusForbidden,
	fault.OutOfScope:          http.StatusForbidden,
	fault.CrossOrigin:         http.StatusForbidden,
	fault.NotFound:            http.StatusNotFound,
	fault.Gone:                http.StatusGone,
	fault.IllegalStep:         http.StatusConflict,
	fault.FourEyes:            http.StatusForbidden,
	fault.ConflictOfInterest:  http.StatusForbidden,
	fault.Conflict:            http.StatusConflict,
	fault.Duplicate:           http.StatusConflict,
	fault.StaleVersion:        http.StatusPreconditionFailed,
	fault.VersionRequired:     http.StatusPreconditionRequired,
	fault.NotReady:            http.StatusConflict,
	fault.TooSoon:             http.StatusConflict,
	fault.Excluded:            http.StatusConflict,
	fault.Halted:              http.StatusConflict,
	fault.IdempotencyMismatch: http.StatusUnprocessableEntity,
	fault.InProgress:          http.StatusConflict,
	fault.RateLimited:         http.StatusTooManyRequests,
	fault.Unavailable:         http.StatusServiceUnavailable,
	fault.Internal:            http.StatusInternalServerError,
}

// Status is the HTTP status of a code; pages use it too.
func Status(code fault.Code) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Problem is the body of every refusal (RFC 9457).
type Problem struct {
	Type    string         `json:"type" format:"uri-reference" doc:"Stable address of the kind of problem; it ends in the code."`
	Title   string         `json:"title" doc:"The kind of problem in the language of the request."`
	Status  int            `json:"status" doc:"The HTTP status, repeated."`
	Detail  string         `json:"detail,omitempty" doc:"What is wrong here and what to do about it."`
	Code    fault.Code     `json:"code" doc:"The last part of the type, for programs."`
	Request string         `json:"request,omitempty" doc:"Reference to quote when asking for help."`
	Errors  []ProblemField `json:"errors,omitempty" doc:"One entry for each value that needs changing."`
}

// ProblemField names one value that needs changing. It never repeats the value.
type ProblemField struct {
	Pointer string `json:"pointer" doc:"JSON pointer into the body, or query/NAME, path/NAME, header/NAME."`
	Code    string `json:"code" doc:"The broken rule."`
	Param   string `json:"param,omitempty" doc:"The rule's limit."`
	Message string `json:"message" doc:"The rule and the way out, in the language of the request."`
}

// Error satisfies error; the body is what a client reads.
func (p *Problem) Error() string { return string(p.Code) }

// GetStatus tells the framework the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457 instead of plain JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Texts gives a text of the catalogue in a language ("zh" or "en"); the page
// engine and the API share it.
type Texts interface {
	T(lang, key string, args ...any) string
	Has(key string) bool
}

// NewProblem words an error for a caller. An error that is no fault becomes
// the internal one and says nothing about itself.
func NewProblem(texts Texts, lang, request string, err error) *Problem {
	f, ok := fault.As(err)
	if !ok {
		f = fault.New(fault.Internal, "")
	}
	entry := fault.Lookup(f.Code)
	p := &Problem{
		Type: ProblemBase + string(f.Code), Title: entry.Title(lang), Status: Status(f.Code),
		Detail: entry.Help(lang), Code: f.Code, Request: request,
	}
	if key := "fault." + f.Detail; f.Detail != "" && texts.Has(key) {
		p.Detail = texts.T(lang, key, f.Args...)
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{
			Pointer: field.Pointer, Code: field.Rule, Param: field.Param, Message: FieldMessage(texts, lang, field),
		})
	}
	return p
}

// FieldMessage words one broken rule: "rule.max" with the limit in it.
func FieldMessage(texts Texts, lang string, f fault.Field) string {
	key := "rule." + f.Rule
	if !texts.Has(key) {
		key = "rule.other"
	}
	return texts.T(lang, key, f.Param)
}

// Write sends a problem outside the framework: unknown addresses, panics,
// refusals of middleware.
func Write(w http.ResponseWriter, r *http.Request, texts Texts, err error) {
	p := NewProblem(texts, Lang(r.Header.Get("Accept-Language")), usecase.RequestID(r.Context()), err)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}

// Lang picks the language of an answer from Accept-Language: Chinese unless
// English is asked for first.
func Lang(accept string) string {
	first, _, _ := strings.Cut(accept, ",")
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "en") {
		return "en"
	}
	return "zh"
}

// fromFramework turns what the framework found wrong with a request into a
// fault. Its messages were replaced by "rule|param" in schema.go.
func fromFramework(status int, errs []error) error {
	for _, err := range errs {
		if f, ok := fault.As(err); ok {
			return f
		}
	}
	var fields []fault.Field
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		detail := d.ErrorDetail()
		if strings.Contains(detail.Message, "http: request body too large") {
			return fault.New(fault.TooLarge, "")
		}
		rule, param, coded := strings.Cut(detail.Message, "|")
		if !coded {
			rule, param = "type", ""
		}
		location := locate(detail.Location)
		if detail.Message == "unknown query parameter" {
			return &fault.Fault{Code: fault.UnknownParameter, Fields: []fault.Field{{Pointer: location, Rule: "unexpected"}}}
		}
		if rule == "required" && param != "" {
			location = strings.TrimSuffix(location, "/") + "/" + param
			param = ""
		}
		fields = append(fields, fault.Field{Pointer: location, Rule: rule, Param: param})
	}
	switch status {
	case http.StatusBadRequest:
		return fault.New(fault.MalformedRequest, "")
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "")
	case http.StatusUnsupportedMediaType:
		return fault.New(fault.UnsupportedMedia, "")
	case http.StatusRequestTimeout:
		return fault.New(fault.Timeout, "")
	case http.StatusUnprocessableEntity:
		if fields == nil {
			return fault.New(fault.MalformedRequest, "")
		}
		return fault.OnFields(fields)
	}
	return fault.New(fault.Internal, "")
}

// locate turns "body.items[0].name" into "/items/0/name" and "query.limit"
// into "query/limit".
func locate(location string) string {
	where, rest, _ := strings.Cut(location, ".")
	rest = strings.NewReplacer("[", "/", "]", "", ".", "/").Replace(rest)
	if where == "body" {
		return "/" + rest
	}
	return where + "/" + rest
}

// MethodFault refuses a method that an address does not know.
func MethodFault() error { return fault.New(fault.MethodNotAllowed, "") }

// NotFoundFault refuses an address that does not exist.
func NotFoundFault() error { return fault.New(fault.NotFound, "") }

// UnknownParameter refuses a query parameter by name.
func UnknownParameter(name string) error {
	return &fault.Fault{Code: fault.UnknownParameter, Fields: []fault.Field{{Pointer: "query/" + name, Rule: "unexpected"}}}
}
