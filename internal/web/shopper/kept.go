package shopper

import (
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/badge"
	"fangxin/internal/i18n"
)

// formJSON names the JSON twin in the cache.
const formJSON = "json"

// forms names the pages in the cache: by language, size of type and coding.
// They are made once, because a scan must not put strings together.
var forms = func() (f [2][2][2]string) {
	for l, lang := range []string{i18n.Zh, i18n.En} {
		for e, elder := range []string{"", "/elder"} {
			for z, zip := range []string{"", "/gzip"} {
				f[l][e][z] = "page/" + lang + elder + zip
			}
		}
	}
	return f
}()

func formOf(lang string, elder, zip bool) string {
	at := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return forms[at(lang == i18n.En)][at(elder)][at(zip)]
}

func zips(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }

// Values of headers that never change, ready for the map. Nobody writes to
// them: Header.Set and Header.Add both make new slices.
var (
	noSniff     = one("nosniff")
	noReferrer  = one("no-referrer")
	noStore     = one("no-store")
	everyone    = one("*")
	typeJSON    = one("application/json")
	typeHTML    = one("text/html; charset=utf-8")
	varies      = one("Accept-Encoding, Accept-Language")
	gzipped     = one("gzip")
	soon        = one("5")
	permissions = one("camera=(), geolocation=(), microphone=()")
)

// one makes a value that appending to copies.
func one(value string) []string { return []string{value} }

func common(header http.Header) {
	header["X-Content-Type-Options"] = noSniff
	header["Referrer-Policy"] = noReferrer
}

// guard is what browsers are told about pages.
func (h *Handler) guard(header http.Header) {
	header["Content-Security-Policy"] = h.csp
	header["Permissions-Policy"] = permissions
}

func asJSON(header http.Header) {
	header["Content-Type"] = typeJSON
	header["Access-Control-Allow-Origin"] = everyone
}

func asPage(header http.Header, zip bool) {
	header["Content-Type"] = typeHTML
	header["Vary"] = varies
	if zip {
		header["Content-Encoding"] = gzipped
	}
}

// answer writes a finished answer.
func answer(w http.ResponseWriter, b badge.Bytes, as func(http.Header)) {
	header := w.Header()
	as(header)
	// Never stored: an old "valid" is worse than no answer.
	header["Cache-Control"] = noStore
	if b.Length == nil {
		b.Length = one(strconv.Itoa(len(b.Body)))
	}
	header["Content-Length"] = b.Length
	if b.Status == http.StatusServiceUnavailable {
		header["Retry-After"] = soon
	}
	w.WriteHeader(b.Status)
	w.Write(b.Body) //nolint:errcheck // the client went away
}

// Quick answers a scan of a genuine badge, from finished bytes where they are
// at hand and from its row otherwise, and gives the status. It writes nothing
// and gives 0 for everything else, trouble included; ServeHTTP answers then,
// behind what gives requests an id, a log and an end to panics.
func (h *Handler) Quick(w http.ResponseWriter, r *http.Request) (status int) {
	if r.Method != http.MethodGet || r.URL.RawQuery != "" {
		return 0
	}
	path := r.URL.Path
	if code, ok := strings.CutPrefix(path, jsonPrefix); ok {
		b, ok := h.quick(r, code, formJSON, written)
		if !ok {
			return 0
		}
		common(w.Header())
		answer(w, b, asJSON)
		return b.Status
	}
	if !strings.HasPrefix(path, "/b/") && !strings.HasPrefix(path, "/B/") {
		return 0
	}
	lang, elder := look(r)
	zip := zips(r)
	code := path[len("/b/"):]
	b, ok := h.quick(r, code, formOf(lang, elder, zip), h.rendered(code, lang, elder, zip))
	if !ok {
		return 0
	}
	common(w.Header())
	h.guard(w.Header())
	answer(w, b, func(header http.Header) { asPage(header, zip) })
	return b.Status
}

func (h *Handler) quick(r *http.Request, code, form string, make func(badge.Answer) (int, []byte)) (b badge.Bytes, ok bool) {
	if b, ok = h.badges.Cache().Kept(code, form); ok {
		return b, true
	}
	serial, genuine, err := h.badges.Resolve(code)
	if err != nil || string(genuine) != code {
		return b, false // an invention, or one that was typed
	}
	defer func() {
		if recover() != nil {
			ok = false // met again where panics are told
		}
	}()
	b = h.read(r, badge.Key{Serial: serial, Form: form}, genuine, make)
	return b, b.Status < http.StatusInternalServerError
}
