// Package sheetform owns how one item of a checklist is answered in a form:
// which fields there are, how they are read, and how the answer is worded
// again. The tablet and the desk use it.
package sheetform

import (
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
)

// MaxUpload limits a form with its photos, in bytes.
const MaxUpload = 40 << 20

// Parse reads the body of such a form. The caller removes r.MultipartForm.
func Parse(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, MaxUpload)
	if err := r.ParseMultipartForm(8 << 20); err != nil && err != http.ErrNotMultipart {
		return fault.Wrap(fault.TooLarge, err, "")
	}
	return nil
}

// Read reads the answer to an item from the fields that begin with a prefix,
// and stores the photos that came with it. put gives the hash of a stored
// photo; most is the largest photo in bytes.
func Read(r *http.Request, prefix, item string, most int64, put func(data []byte) (string, error)) (checklist.Answer, error) {
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(prefix + name)) }
	a := checklist.Answer{
		Item: item, Verdict: checklist.Verdict(get("verdict")), Choice: get("choice"), Text: get("text"), NAReason: get("na_reason"), Note: get("note"),
	}
	for name, into := range map[string]**checklist.Points{"score": &a.Score, "number": &a.Number} {
		if s := get(name); s != "" {
			n, err := checklist.ParsePoints(s)
			if err != nil {
				return a, fault.OnField("/"+prefix+name, "type_number", "")
			}
			*into = &n
		}
	}
	if a.Verdict != checklist.NotApplicable {
		a.NAReason = ""
	} else {
		a.Score, a.Number, a.Choice = nil, nil, ""
	}
	removed := r.PostForm[prefix+"remove"]
	for _, sha := range r.PostForm[prefix+"photos"] {
		if sha != "" && !slices.Contains(removed, sha) {
			a.Photos = append(a.Photos, sha)
		}
	}
	if r.MultipartForm == nil {
		return a, nil
	}
	for _, h := range r.MultipartForm.File[prefix+"photo"] {
		data, err := read(h, most)
		if err != nil || len(data) == 0 {
			continue // a field without a file
		}
		sha, err := put(data)
		if err != nil {
			return a, err
		}
		if !slices.Contains(a.Photos, sha) {
			a.Photos = append(a.Photos, sha)
		}
	}
	return a, nil
}

func read(h *multipart.FileHeader, most int64) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
