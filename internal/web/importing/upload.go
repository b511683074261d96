package importing

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"

	"fangxin/internal/fault"
	"fangxin/internal/importer"
	"fangxin/internal/tabular"
	"fangxin/internal/web/page"
)

// Limits of the form around the file.
const (
	maxField  = 4 << 10
	maxFields = 200
	// maxDrained is how much of a file that is too large is still received: a
	// browser shows our answer only when it could send everything.
	maxDrained = 10 * importer.MaxBytes
)

// upload reads the posted form. The fields stand before the file in the body
// and are kept also when the file is refused.
func upload(r *http.Request) (importer.StartCommand, error) {
	cmd := importer.StartCommand{Lang: page.Lang(r.Context())}
	r.PostForm = url.Values{}
	parts, err := r.MultipartReader()
	if err != nil {
		return cmd, fault.New(fault.MalformedRequest, "").Because(err)
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil || n > maxFields {
			return cmd, fault.New(fault.MalformedRequest, "").Because(err)
		}
		if part.FormName() == "file" {
			cmd.Name = part.FileName()
			cmd.Content, err = readFile(part)
		} else {
			err = readField(part, r.PostForm)
		}
		if err != nil {
			return cmd, err
		}
	}
	cmd.Kind = importer.Kind(r.PostForm.Get("kind"))
	cmd.Mapping = tabular.Mapping{}
	for _, m := range mapped(r.PostForm) {
		if m.From != "" {
			cmd.Mapping[m.From] = m.To
		}
	}
	if cmd.Name == "" { // nothing was chosen
		return cmd, fault.OnField("/file", "import_empty", "")
	}
	return cmd, nil
}

func readField(part *multipart.Part, into url.Values) error {
	b, err := io.ReadAll(io.LimitReader(part, maxField+1))
	switch {
	case err != nil:
		return fault.New(fault.MalformedRequest, "").Because(err)
	case len(b) > maxField:
		return fault.New(fault.TooLarge, "")
	}
	into.Add(part.FormName(), string(b))
	return nil
}

func readFile(part *multipart.Part) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(part, importer.MaxBytes+1))
	if err != nil {
		return nil, fault.New(fault.MalformedRequest, "").Because(err)
	}
	if len(b) <= importer.MaxBytes {
		return b, nil
	}
	io.Copy(io.Discard, io.LimitReader(part, maxDrained)) //nolint:errcheck // the answer is the same
	return nil, fault.New(fault.TooLarge, "import_bytes", importer.MaxBytes>>20)
}

// mapping is one column that the reader chose for one of ours.
type mapping struct {
	To, From string
	Choices  []string
}

// mapped reads the choices of the form: our columns and theirs, in pairs.
func mapped(form url.Values) []mapping {
	var out []mapping
	from := form["map_from"]
	for i, to := range form["map_to"] {
		if i < len(from) && to != "" {
			out = append(out, mapping{To: to, From: from[i]})
		}
	}
	return out
}

// choices gives the columns to choose for: those that the form had, and those
// that the file lacks.
func choices(form url.Values, err error) []mapping {
	out := mapped(form)
	var head *tabular.HeaderError
	if errors.As(err, &head) {
		for _, name := range head.Missing {
			if !slices.ContainsFunc(out, func(m mapping) bool { return m.To == name }) {
				out = append(out, mapping{To: name})
			}
		}
	}
	for i := range out {
		switch {
		case head != nil:
			out[i].Choices = head.Found
		case out[i].From != "":
			out[i].Choices = []string{out[i].From}
		}
	}
	return out
}
