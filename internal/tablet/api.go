package tablet

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

const tag = "Tablet 平板"

type tagged struct {
	IfNoneMatch string `header:"If-None-Match" maxLength:"100" doc:"The ETag that was read before."`
}

// fresh is an answer that is not sent again while it is what the device has.
func fresh(sent, tag string) bool { return strings.Trim(strings.TrimPrefix(sent, "W/"), `"`) == tag }

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	s.mountPhotos(a)
	s.mountDevices(a)
	s.mountQuarantine(a)
	httpapi.Register(a, keysDef, httpapi.Operation{Method: http.MethodGet, Path: "/tablet/keys", Tag: tag, Summary: "The keys that devices seal to and verify with"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[KeysView], error) {
			v, err := s.PublicKeys(ctx)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, bundleDef, httpapi.Operation{
		Method: http.MethodGet, Path: "/tablet/bundle", Tag: tag, Summary: "Everything for a day without a network",
		Detail: "Open visits with answers, marks, conflicts and the last report of the shop; what was withdrawn; which sheets, map and status list are needed. 304 when nothing has changed. " +
			"With the cursor of an earlier answer only what has changed since; a cursor that is unknown, damaged or another account's gets the whole answer.",
	}, func(ctx context.Context, in *struct {
		IfNoneMatch string `header:"If-None-Match" maxLength:"100" doc:"The ETag that was read before."`
		Since       string `query:"since" maxLength:"8000" doc:"The cursor of an earlier answer that the device has kept."`
	}) (*conditional[Bundle], error) {
		b, tag, err := s.Bundle(ctx, in.Since)
		if err != nil {
			return nil, err
		}
		return reply(b, tag, in.IfNoneMatch)
	})
	httpapi.Register(a, divisionsDef, httpapi.Operation{Method: http.MethodGet, Path: "/tablet/divisions", Tag: tag, Summary: "The map without tiles"},
		func(ctx context.Context, in *tagged) (*conditional[Map], error) {
			m, tag, err := s.Divisions(ctx)
			if err != nil {
				return nil, err
			}
			return reply(m, tag, in.IfNoneMatch)
		})
	httpapi.Register(a, sheetDef, httpapi.Operation{
		Method: http.MethodGet, Path: "/tablet/sheets/{hash}", Tag: tag, Summary: "A sheet by the hash of its bytes",
		Responses: map[string]*huma.Response{"200": {Description: "The sheet. A hash stands for the same bytes for ever.", Content: map[string]*huma.MediaType{"application/json": {}}}},
	}, func(ctx context.Context, in *struct {
		Hash string `path:"hash" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the bytes."`
	}) (*huma.StreamResponse, error) {
		text, err := s.Sheet(ctx, in.Hash)
		if err != nil {
			return nil, err
		}
		return bytesOut("application/json", "private, max-age=31536000, immutable", in.Hash, text, nil), nil
	})
	httpapi.Register(a, statusDef, httpapi.Operation{
		Method: http.MethodGet, Path: "/tablet/status-list", Tag: tag, Summary: "The signed list for checking badges without a network",
		Detail: "A gzip stream of one line of JSON (format, version, at, count, key, words), count six-byte prefixes in ascending order — the first 48 bits of the SHA-256 of a code or of a certificate number without hyphens, in upper case — " +
			"and count half bytes, the higher first: the place of the answer in words, 0 meaning that it has to be asked online. The 64 bytes of the Ed25519 signature of the stream follow it.",
		Responses: map[string]*huma.Response{"200": {Description: "The list and its signature.", Content: map[string]*huma.MediaType{"application/octet-stream": {}}}},
	}, func(ctx context.Context, in *tagged) (*huma.StreamResponse, error) {
		list, err := s.StatusList(ctx)
		if err != nil {
			return nil, err
		}
		if fresh(in.IfNoneMatch, list.Head.Version) {
			return &huma.StreamResponse{Body: func(hc huma.Context) { hc.SetStatus(http.StatusNotModified) }}, nil
		}
		return bytesOut("application/octet-stream", "private, no-cache", list.Head.Version, list.Body, map[string]string{
			"Fangxin-Signature": list.Signature, "Fangxin-Key": list.Head.Key,
		}), nil
	})
	httpapi.Register(a, pushDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/tablet/items", Tag: tag, Summary: "Send items of a device", MaxBody: MaxPush, Codes: []fault.Code{fault.RateLimited, fault.TooLarge},
		Detail: "Each item has its own outcome and its signed receipt. The same item again has no second effect and gets the same receipt; what cannot be placed is kept in quarantine, with the cause. " +
			"Works with the session or with the device's ticket.",
	}, func(ctx context.Context, in *struct{ Body PushCommand }) (*httpapi.Out[Pushed], error) {
		out, err := s.Push(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		for _, r := range out.Results {
			if r.Problem != nil {
				p := a.Problem(ctx, r.Problem.err)
				r.Problem.Code, r.Problem.Status, r.Problem.Detail = p.Code, p.Status, p.Detail
			}
		}
		return httpapi.Reply(out, 0), nil
	})
}

func (s *Service) mountDevices(a *httpapi.API) {
	httpapi.Register(a, enrolDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/tablet/devices", Tag: tag, Summary: "Enrol this tablet", Create: true,
		Detail: "Gives a ticket by which the device may send items and photos, and nothing else, when its user's session has ended. Enrolling again gives another one.",
	}, func(ctx context.Context, in *struct{ Body EnrolCommand }) (*httpapi.Out[Enrolled], error) {
		v, err := s.Enrol(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, 0, httpapi.Prefix+"/tablet/devices/"+v.ID), nil
	})
	httpapi.Register(a, devicesDef, httpapi.Operation{Method: http.MethodGet, Path: "/tablet/devices", Tag: tag, Summary: "Your tablets; for administrators those of the area"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[[]DeviceView], error) {
			v, err := s.Devices(ctx)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, revokeDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/tablet/devices/{id}/revoke", Tag: tag, Summary: "Take a tablet's ticket away", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" format:"uuid"`
		Body struct {
			Account ident.AccountID `json:"account,omitempty" format:"uuid" doc:"Whose; your own when left out."`
		}
	}) (*struct{}, error) {
		return nil, s.Revoke(ctx, RevokeCommand{ID: in.ID, Account: in.Body.Account})
	})
	httpapi.Register(a, rotateDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/tablet/keys", Tag: tag, Summary: "Give the registry new keys towards tablets", Create: true, Status: http.StatusOK,
		Detail: "Former ones stay: what was sealed to them opens, and receipts by them hold. Devices learn the new ones when they prepare for the next day.",
	}, func(ctx context.Context, in *struct{ Body RotateCommand }) (*httpapi.Out[KeysView], error) {
		v, err := s.Rotate(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, 0), nil
	})
}

// conditional is an answer with a tag of its content.
type conditional[V any] struct {
	Status       int
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         V
}

func reply[V any](v V, tag, sent string) (*conditional[V], error) {
	if fresh(sent, tag) {
		return &conditional[V]{Status: http.StatusNotModified, ETag: `"` + tag + `"`, CacheControl: "private, no-cache"}, nil
	}
	return &conditional[V]{http.StatusOK, `"` + tag + `"`, "private, no-cache", v}, nil
}

func bytesOut(kind, cache, tag string, body []byte, more map[string]string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", kind)
		hc.SetHeader("Cache-Control", cache)
		hc.SetHeader("ETag", `"`+tag+`"`)
		for name, value := range more {
			hc.SetHeader(name, value)
		}
		hc.BodyWriter().Write(body) //nolint:errcheck // the client went away
	}}
}
