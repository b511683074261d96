package page

import (
	"context"
	"net/http"
	"strings"
	"time"

	"fangxin/internal/i18n"
	"fangxin/internal/usecase"
)

type lookKey struct{}

type look struct {
	lang  string
	elder bool
}

// Lang is the language of the request.
func Lang(ctx context.Context) string {
	if l, ok := ctx.Value(lookKey{}).(look); ok {
		return l.lang
	}
	return i18n.Zh
}

// Elder reports whether the visitor wants large text (长辈版).
func Elder(ctx context.Context) bool {
	l, _ := ctx.Value(lookKey{}).(look)
	return l.elder
}

const (
	langCookie  = "fx_lang"
	modeCookie  = "fx_mode"
	flashCookie = "fx_flash"
	csp         = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; " +
		"manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

// Middleware gives each request its language and size of text, and each answer
// its security headers. ?lang= and ?mode= are remembered in cookies.
func (e *Engine) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		l := look{lang: i18n.Match(q.Get("lang"), cookie(r, langCookie), r.Header.Get("Accept-Language"))}
		mode := q.Get("mode")
		l.elder = mode == "elder" || mode == "" && cookie(r, modeCookie) == "elder"
		if v := q.Get("lang"); v == i18n.Zh || v == i18n.En {
			remember(w, r, langCookie, v)
		}
		if mode == "elder" || mode == "std" {
			remember(w, r, modeCookie, mode)
		}
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)")
		h.Set("Vary", "Cookie, Accept-Language")
		ctx := context.WithValue(r.Context(), lookKey{}, l)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Allow lets one page use one more source under a directive of its security
// policy, for instance the server of a map's tiles under img-src.
func Allow(w http.ResponseWriter, directive, source string) {
	policy := w.Header().Get("Content-Security-Policy")
	parts := strings.Split(policy, "; ")
	for i, p := range parts {
		if strings.HasPrefix(p, directive+" ") {
			parts[i] = p + " " + source
			w.Header().Set("Content-Security-Policy", strings.Join(parts, "; "))
			return
		}
	}
	w.Header().Set("Content-Security-Policy", policy+"; "+directive+" "+source)
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func remember(w http.ResponseWriter, r *http.Request, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	})
}

// setFlash keeps the key of a message for the next page.
func setFlash(w http.ResponseWriter, r *http.Request, key string) {
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Value: key, Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
}

// takeFlash words the message and forgets it. Only keys of the catalogue under
// "flash." are shown, so that a cookie cannot put words on a page.
func (e *Engine) takeFlash(w http.ResponseWriter, r *http.Request) string {
	key := cookie(r, flashCookie)
	if key == "" {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1})
	if !strings.HasPrefix(key, "flash.") || !e.texts.Has(key) {
		return ""
	}
	return e.T(r, key)
}

// WithVersion makes the use-case refuse when the record has changed since the
// form was shown; forms carry the version in a hidden field.
func WithVersion(ctx context.Context, version int64) context.Context {
	edge := usecase.EdgeOf(ctx)
	edge.Version = version
	return usecase.WithEdge(ctx, edge)
}

// LocalPath gives back a path of this site, or fallback when next leads
// elsewhere.
func LocalPath(next, fallback string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return fallback
	}
	return next
}
