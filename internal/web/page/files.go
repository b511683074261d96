package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"

	"fangxin/assets"
)

// files are the style sheets and scripts under one hash of them all: every
// address is immutable, and relative imports between scripts keep working.
type files struct {
	hash  string
	plain map[string][]byte
	zip   map[string][]byte
}

// sheets are the parts of css/site.css in their order: one request for them all.
var sheets = []string{"tokens", "base", "frame", "ui", "form", "table", "desk", "street", "tablet", "module", "print"}

// modules are the scripts that js/site.js imports, so that they can be asked
// for together with it.
var modules = []string{"js/form.js", "js/swap.js", "js/photo.js"}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
}

var comments = regexp.MustCompile(`(?s)/\*.*?\*/\n?`)

// shippedFiles are those in the program, read once.
var shippedFiles = sync.OnceValues(func() (*files, error) { return hashFiles(assets.FS) })

func hashFiles(root fs.FS) (*files, error) {
	f := &files{plain: map[string][]byte{}, zip: map[string][]byte{}}
	for _, folder := range []string{"css", "js"} {
		err := fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || mediaTypes[path.Ext(name)] == "" {
				return err
			}
			b, err := fs.ReadFile(root, name)
			f.plain[name] = b
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	var site []byte
	for _, s := range sheets {
		name := "css/" + s + ".css"
		if f.plain[name] == nil {
			return nil, errors.New(name + " is missing")
		}
		site = append(site, f.plain[name]...)
	}
	f.plain["css/site.css"] = comments.ReplaceAll(site, nil)
	names := make([]string, 0, len(f.plain))
	for n := range f.plain {
		names = append(names, n)
	}
	sort.Strings(names)
	h := sha256.New()
	for _, n := range names {
		h.Write([]byte(n))
		h.Write(f.plain[n])
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		z.Write(f.plain[n]) //nolint:errcheck // a buffer
		z.Close()
		f.zip[n] = b.Bytes()
	}
	f.hash = hex.EncodeToString(h.Sum(nil)[:8])
	return f, nil
}

// url is the address of a file, such as css/site.css.
func (f *files) url(name string) string { return "/a/" + f.hash + "/" + name }

// Assets serves the files under /a/. The previous hash of a page that is still
// open is answered with the present file, which is better than none.
func (e *Engine) Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/a/"), "/")
		body, ok := e.files.plain[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", mediaTypes[path.Ext(name)])
		h.Set("X-Content-Type-Options", "nosniff")
		if hash == e.files.hash {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			h.Set("Vary", "Accept-Encoding")
			body = e.files.zip[name]
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body) //nolint:errcheck // the client went away
	})
}
