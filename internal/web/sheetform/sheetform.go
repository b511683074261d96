// Package sheetform owns how one item of a checklist is answered in a form:
// which fields there are, how they are read, and how the answer is worded
// again. The tablet and the desk use it.
package sheetform

import (
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
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
	a.Signature, a.Refused = get("signature"), get("refused")
	if err := place(&a, prefix, get("lat"), get("lng")); err != nil {
		return a, err
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
	for _, sha := range r.PostForm[prefix+"audio"] {
		if sha != "" && !slices.Contains(removed, sha) {
			a.Audio = append(a.Audio, sha)
		}
	}
	if r.MultipartForm == nil {
		return a, nil
	}
	if err := add(r.MultipartForm.File[prefix+"photo"], most, put, &a.Photos); err != nil {
		return a, err
	}
	var drawn []string
	if err := add(r.MultipartForm.File[prefix+"drawing"], most, put, &drawn); err != nil {
		return a, err
	}
	if len(drawn) > 0 {
		a.Signature, a.Refused = drawn[0], ""
	}
	return a, add(r.MultipartForm.File[prefix+"recording"], MaxUpload, put, &a.Audio)
}

// place reads a position that was typed, in degrees.
func place(a *checklist.Answer, prefix, lat, lng string) error {
	if lat == "" && lng == "" {
		return nil
	}
	north, err1 := strconv.ParseFloat(lat, 64)
	east, err2 := strconv.ParseFloat(lng, 64)
	switch {
	case err1 != nil || !(north >= -90 && north <= 90):
		return fault.OnField("/"+prefix+"lat", "type_number", "")
	case err2 != nil || !(east >= -180 && east <= 180):
		return fault.OnField("/"+prefix+"lng", "type_number", "")
	}
	a.Place = &checklist.Place{LatE7: int64(math.Round(north * 1e7)), LngE7: int64(math.Round(east * 1e7)), Datum: "wgs84"}
	return nil
}

// add stores the files of a field and lists their hashes.
func add(files []*multipart.FileHeader, most int64, put func(data []byte) (string, error), list *[]string) error {
	for _, h := range files {
		data, err := read(h, most)
		if err != nil || len(data) == 0 {
			continue // a field without a file
		}
		sha, err := put(data)
		if err != nil {
			return err
		}
		if !slices.Contains(*list, sha) {
			*list = append(*list, sha)
		}
	}
	return nil
}

func read(h *multipart.FileHeader, most int64) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
