// Package shopper owns the page behind a badge's QR code, its JSON twin and
// its pictures: everything that somebody in front of a shop, with a cheap
// phone and no patience, gets to see.
//
// It sets no cookie, runs no script, asks no third party and keeps no record
// of who scanned. It answers before the framework, sessions and templates of
// the rest of the site are reached, because this is the busiest address.
package shopper

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"fangxin/assets"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/division"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/qr"
	"fangxin/internal/sector"
)

// Handler answers scans.
type Handler struct {
	badges *badge.Service
	report *Reports
	texts  *i18n.Catalogue
	tpl    *template.Template
	csp    []string
	demo   func() bool
}

// New makes the handler. demo tells whether pages carry the demo mark.
func New(badges *badge.Service, reports *Reports, texts *i18n.Catalogue, demo func() bool) (*Handler, error) {
	raw, err := assets.FS.ReadFile("scan/scan.css")
	if err != nil {
		return nil, err
	}
	css := strings.ReplaceAll(strings.TrimSpace(string(raw)), "\n", "")
	tpl, err := template.New("scan").Funcs(template.FuncMap{
		"t":   func(lang, key string, args ...any) string { return texts.T(lang, key, args...) },
		"css": func() template.CSS { return template.CSS(css) }, // our own file
	}).ParseFS(assets.FS, "scan/scan.html")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(css))
	badge.ScanDef.Mount("page", "GET /b/{code}")
	badge.ReportDef().Mount("page", "POST /b/{code}/report")
	return &Handler{
		badges: badges, report: reports, texts: texts, tpl: tpl, demo: demo,
		csp: []string{"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
	}, nil
}

const jsonPrefix = httpapi.Prefix + "/badges/"

// Handles reports whether the path belongs to this handler.
func Handles(path string) bool {
	if rest, ok := strings.CutPrefix(path, jsonPrefix); ok {
		return rest != "" && !strings.HasSuffix(rest, "/reports")
	}
	return strings.HasPrefix(path, "/b/") || strings.HasPrefix(path, "/B/")
}

// ServeHTTP answers under /b/, /B/ and /api/v1/badges/.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	common(header)
	if rest, ok := strings.CutPrefix(r.URL.Path, jsonPrefix); ok {
		code, file, _ := strings.Cut(rest, "/")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			header.Set("Allow", "GET, HEAD")
			httpapi.Write(w, r, h.texts, httpapi.MethodFault())
		case file == "":
			h.json(w, r, code)
		case file == "qr.svg" || file == "qr.png":
			h.picture(w, r, code, file)
		default:
			httpapi.Write(w, r, h.texts, httpapi.NotFoundFault())
		}
		return
	}
	code, rest, _ := strings.Cut(r.URL.Path[len("/b/"):], "/")
	h.guard(header)
	switch {
	case rest == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		h.page(w, r, code)
	case rest == "report" && r.Method != http.MethodPut && r.Method != http.MethodDelete:
		h.reportPage(w, r, code)
	case rest == "complain" && r.Method == http.MethodGet:
		h.complainPage(w, r, code)
	default:
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	}
}

// cached answers from finished bytes, or makes and keeps them. Only genuine
// codes are kept: inventions cost no query and must not fill the memory.
func (h *Handler) cached(r *http.Request, code, form string, make func(badge.Answer) (int, []byte)) badge.Bytes {
	serial, genuine, err := h.badges.Resolve(code)
	if err != nil {
		status, body := make(h.badges.Scan(r.Context(), code))
		return badge.Bytes{Status: status, Body: body}
	}
	key := badge.Key{Serial: serial, Form: form}
	if b, ok := h.badges.Cache().Get(key); ok {
		return b
	}
	return h.read(r, key, genuine, make)
}

// read makes the answer for a genuine code and keeps it.
func (h *Handler) read(r *http.Request, key badge.Key, genuine badgecode.Code, make func(badge.Answer) (int, []byte)) badge.Bytes {
	cache := h.badges.Cache()
	mark := cache.Mark()
	answer := h.badges.ScanGenuine(r.Context(), key.Serial, genuine)
	status, body := make(answer)
	b := badge.Bytes{Status: status, Body: body, Code: genuine}
	if answer.Status != badge.Unavailable {
		b = cache.Put(key, b, mark)
	}
	return b
}

func (h *Handler) json(w http.ResponseWriter, r *http.Request, code string) {
	for name := range r.URL.Query() {
		httpapi.Write(w, r, h.texts, httpapi.UnknownParameter(name))
		return
	}
	answer(w, h.cached(r, code, formJSON, written), asJSON)
}

// written makes the JSON twin of an answer.
func written(a badge.Answer) (status int, body []byte) {
	status = http.StatusOK
	if a.Status == badge.Unavailable {
		status = http.StatusServiceUnavailable
	}
	return status, a.AppendJSON(make([]byte, 0, usual))
}

// usual is about how long the JSON twin is, in bytes.
const usual = 1536

// look is how the visitor wants to see the page.
func look(r *http.Request) (lang string, elder bool) {
	if r.URL.RawQuery == "" {
		return i18n.Match("", "", r.Header.Get("Accept-Language")), false
	}
	q := r.URL.Query()
	return i18n.Match(q.Get("lang"), "", r.Header.Get("Accept-Language")), q.Get("mode") == "elder"
}

func (h *Handler) page(w http.ResponseWriter, r *http.Request, code string) {
	lang, elder := look(r)
	zip := zips(r)
	answer(w, h.cached(r, code, formOf(lang, elder, zip), h.rendered(code, lang, elder, zip)), func(header http.Header) { asPage(header, zip) })
}

// rendered makes the page of an answer.
func (h *Handler) rendered(code, lang string, elder, zip bool) func(badge.Answer) (int, []byte) {
	return func(a badge.Answer) (int, []byte) {
		v := h.view(a, code, lang, elder)
		var b bytes.Buffer
		if err := h.tpl.ExecuteTemplate(&b, "scan", v); err != nil {
			return http.StatusInternalServerError, []byte("unavailable")
		}
		status := http.StatusOK
		switch a.Status {
		case badge.Unknown:
			status = http.StatusNotFound
		case badge.Unavailable:
			status = http.StatusServiceUnavailable
		}
		if zip {
			return status, squeeze(b.Bytes())
		}
		return status, b.Bytes()
	}
}

// zippers are kept because a new one is most of what a small page costs. The
// quickest level makes a scan's page a twelfth larger and half as dear; it
// still travels in the first packets of a connection.
var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a constant
	return z
}}

func squeeze(b []byte) []byte {
	var out bytes.Buffer
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&out)
	z.Write(b) //nolint:errcheck // a buffer
	z.Close()
	return out.Bytes()
}

func (h *Handler) html(w http.ResponseWriter, status int, body []byte) {
	answer(w, badge.Bytes{Status: status, Body: body}, func(header http.Header) { asPage(header, false) })
}

// picture draws the QR code of a genuine code; it is a pure function of it.
func (h *Handler) picture(w http.ResponseWriter, r *http.Request, code, file string) {
	serial, err := h.badges.Parse(code)
	if err != nil {
		httpapi.Write(w, r, h.texts, httpapi.NotFoundFault())
		return
	}
	kind := "image/svg+xml"
	if file == "qr.png" {
		kind = "image/png"
	}
	cache := h.badges.Cache()
	key := badge.Key{Serial: serial, Form: file}
	b, ok := cache.Get(key)
	if !ok {
		canonical := h.badges.Encode(serial)
		m, err := qr.Encode(h.badges.URL(canonical), qr.Q)
		var out bytes.Buffer
		if err == nil && file == "qr.png" {
			err = m.PNG(&out, 16)
		} else if err == nil {
			err = m.SVG(&out, canonical.Grouped())
		}
		if err != nil {
			httpapi.Write(w, r, h.texts, err)
			return
		}
		b = badge.Bytes{Body: out.Bytes()}
		cache.Put(key, b, cache.Mark())
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Write(b.Body) //nolint:errcheck // the client went away
}

// sectorNames words the sectors of a shop.
func sectorNames(codes []string, lang string) string {
	var names []string
	for _, c := range codes {
		if s, ok := sector.Lookup(sector.Code(c)); ok {
			names = append(names, s.Name(lang))
		}
	}
	return strings.Join(names, " · ")
}

// place words an address with the division before it, unless the address
// already begins with it.
func place(code, address string) string {
	short := division.Short(code)
	if strings.HasPrefix(address, short) {
		return address
	}
	return short + address
}
