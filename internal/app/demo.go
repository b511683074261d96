package app

import (
	"context"
	"encoding/json"
	"net/http"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/web/public"
)

const demoIndexSetting = "demo_index"

// KeepDemoIndex stores the index that /demo and its twin show.
func (a *App) KeepDemoIndex(ctx context.Context, index []byte) error {
	_, err := setting(ctx, a.Runtime, demoIndexSetting, string(index))
	return err
}

// demoIndex reads the index; nil where there is no demonstration.
func (a *App) demoIndex(ctx context.Context) (*public.DemoIndex, error) {
	raw, err := a.rawDemoIndex(ctx)
	if err != nil || raw == "" {
		return nil, err
	}
	var index public.DemoIndex
	err = json.Unmarshal([]byte(raw), &index)
	return &index, err
}

func (a *App) rawDemoIndex(ctx context.Context) (string, error) {
	if !a.Demo() {
		return "", nil
	}
	return setting(ctx, a.Runtime, demoIndexSetting, "")
}

// serveDemo answers the JSON twin of /demo; elsewhere there is no such address.
func (a *App) serveDemo(w http.ResponseWriter, r *http.Request) {
	raw, err := a.rawDemoIndex(r.Context())
	if err == nil && raw == "" {
		err = fault.New(fault.NotFound, "page_not_found")
	}
	if err != nil {
		httpapi.Write(w, r, i18n.Shipped(), err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte(raw)) //nolint:errcheck // the client went away
}
