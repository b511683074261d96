package tablet

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/i18n"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
)

// appIcons are the drawings that the app's scripts use.
var appIcons = []string{
	"alert", "ban", "bell", "cal", "camera", "check", "clock", "copy", "doc", "down", "download", "eye", "flag", "gear", "globe", "gps", "home", "image",
	"inbox", "info", "left", "list", "lock", "map", "mic", "minus", "more", "offline", "out", "pen", "phone", "pin", "plus", "quest", "right", "search",
	"shield", "shop", "sync", "tablet", "team", "upload", "user", "x",
}

// wordsOf names the areas of the catalogue that the app takes along.
var wordsOf = []string{"app.", "rule.gap_", "checklist.", "tablet."}

// outside are files that the app needs beside its own folder.
var outside = []string{
	"css/site.css", "css/app.css", "css/emblem.svg", "css/icon-192.png", "css/icon-512.png",
	"js/score.js", "js/vendor/signature_pad.js", "js/vendor/jsQR.js", "js/vendor/ed25519.js",
}

// rarely are modules asked for only when they are needed.
var rarely = []string{"js/tablet/sw.js", "js/tablet/view/scan.js", "js/tablet/transfer.js"}

// Shell is the app as it is kept on devices: a page, words, a manifest and the
// list of all its files, under one version.
type Shell struct {
	version  string
	files    []string // addresses that make the app start without a network
	page     []byte
	words    map[string][]byte // by language
	manifest []byte
	worker   []byte // for browsers whose workers can import modules
	plain    []byte // for the others
	zipped   int
}

// NewShell puts the app together from what is built into the program.
func NewShell(e *page.Engine) (*Shell, error) {
	s := &Shell{words: map[string][]byte{}}
	modules := e.AssetsUnder("js/tablet/")
	sum := sha256.New()
	names := append([]string{}, outside...)
	var first []string
	for _, m := range modules {
		if m != "js/tablet/sw.js" {
			names = append(names, m)
		}
		if !slices.Contains(rarely, m) {
			first = append(first, m)
		}
	}
	for _, n := range names {
		if e.AssetBody(n) == nil {
			return nil, fmt.Errorf("the tablet's app lacks %s", n)
		}
		s.files = append(s.files, e.Asset(n))
		s.zipped += len(e.AssetZip(n))
	}
	address := map[string]string{}
	for _, lang := range i18n.Langs {
		b, err := json.Marshal(appWords(e, lang))
		if err != nil {
			return nil, err
		}
		s.words[lang] = b
		s.zipped += zippedSize(b)
		h := sha256.Sum256(b)
		address[lang] = "/tablet/words/" + lang + ".json?v=" + hex.EncodeToString(h[:6])
		s.files = append(s.files, address[lang])
	}
	var err error
	s.page, err = e.Static("app/tablet", i18n.Zh, struct {
		Modules, Icons []string
		Zh, En         string
		Seconds, Bytes int // of one recording
	}{append(first, "js/score.js"), appIcons, address[i18n.Zh], address[i18n.En], int(inspection.MaxRecording.Seconds()), inspection.MaxPhotoBytes})
	if err != nil {
		return nil, err
	}
	if s.manifest, err = manifest(e); err != nil {
		return nil, err
	}
	s.zipped += zippedSize(s.page) + zippedSize(s.manifest)
	s.files = append(s.files, "/tablet", "/tablet/manifest.webmanifest")
	for _, f := range s.files {
		sum.Write([]byte(f + "\n"))
	}
	sum.Write(s.page)
	sum.Write(s.manifest)
	sum.Write(e.AssetBody("js/tablet/sw.js"))
	s.version = hex.EncodeToString(sum.Sum(nil)[:6])
	list, err := json.Marshal(s.files)
	if err != nil {
		return nil, err
	}
	head := fmt.Sprintf("const version = %q;\nconst files = %s;\n", s.version, list)
	body := string(e.AssetBody("js/tablet/sw.js"))
	s.worker = []byte(fmt.Sprintf("import { push } from %q;\n", e.Asset("js/tablet/push.js")) + head + body)
	s.plain = []byte("const push = null;\n" + head + body)
	s.zipped += zippedSize(s.worker)
	return s, nil
}

// Size is how much of the line the whole app takes, compressed, in bytes.
func (s *Shell) Size() int { return s.zipped }

// Version names this build of the app.
func (s *Shell) Version() string { return s.version }

// Files lists the addresses that are kept on the device.
func (s *Shell) Files() []string { return s.files }

func appWords(e *page.Engine, lang string) map[string]string {
	texts := e.Texts()
	out := map[string]string{}
	for _, key := range texts.Keys() {
		for _, area := range wordsOf {
			if strings.HasPrefix(key, area) {
				out[key] = texts.T(lang, key)
			}
		}
	}
	for _, key := range []string{"page.skip", "scan.valid", "scan.rectifying", "scan.suspended", "scan.revoked", "scan.expired", "scan.withdrawn", "scan.unknown", "scan.unavailable"} {
		out[key] = texts.T(lang, key)
	}
	for _, m := range lifecycle.Machines() {
		if m.Noun == "inspection" {
			for _, st := range m.States {
				out["state."+string(st.State)] = e.StateLabel(lang, "inspection", string(st.State))
			}
		}
	}
	return out
}

func manifest(e *page.Engine) ([]byte, error) {
	type picture struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose"`
	}
	return json.Marshal(map[string]any{
		"id": "/tablet", "start_url": "/tablet", "scope": "/tablet", "display": "standalone", "orientation": "any", "lang": "zh-CN",
		"name": e.Texts().T(i18n.Zh, "app.name"), "short_name": e.Texts().T(i18n.Zh, "app.short_name"), "description": e.Texts().T(i18n.Zh, "app.about"),
		"background_color": "#f3f5f2", "theme_color": "#10305a",
		"icons": []picture{{e.Asset("css/icon-192.png"), "192x192", "image/png", "any"}, {e.Asset("css/icon-512.png"), "512x512", "image/png", "any maskable"}},
	})
}

func zippedSize(b []byte) int {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) //nolint:errcheck // a known level
	z.Write(b)                                              //nolint:errcheck // a buffer
	z.Close()
	return out.Len()
}

// Mount adds the routes of the app. None of them shows anything of a person:
// what the app shows comes from the API, by the session or the device's ticket.
func (s *Shell) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /tablet", func(w http.ResponseWriter, r *http.Request) {
		page.Allow(w, "media-src", "blob:") // recordings of this tablet
		send(w, r, s.page, "text/html; charset=utf-8", "no-cache")
	})
	mux.HandleFunc("GET /tablet/manifest.webmanifest", func(w http.ResponseWriter, r *http.Request) {
		send(w, r, s.manifest, "application/manifest+json", "no-cache")
	})
	mux.HandleFunc("GET /tablet/words/{file}", func(w http.ResponseWriter, r *http.Request) {
		b, ok := s.words[strings.TrimSuffix(r.PathValue("file"), ".json")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		send(w, r, b, "application/json", "no-cache")
	})
	mux.HandleFunc("GET /tablet/sw.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Service-Worker-Allowed", "/tablet")
		body := s.worker
		if r.URL.Query().Has("plain") {
			body = s.plain
		}
		send(w, r, body, "text/javascript; charset=utf-8", "no-cache")
	})
}

func send(w http.ResponseWriter, r *http.Request, body []byte, kind, cache string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", cache)
	h.Del("Vary") // the same for everybody
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(body) //nolint:errcheck // a buffer
		z.Close()
		body = b.Bytes()
		h.Set("Content-Encoding", "gzip")
		h.Set("Vary", "Accept-Encoding")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body) //nolint:errcheck // the client went away
}
