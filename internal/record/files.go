package record

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// The names in an exported archive.
const (
	RecordName = "record.json" // the [Bundle]
	FilesName  = "files"       // folder of the photos
)

// ExportName is a file's name in the archive.
func (f File) ExportName() string {
	switch f.Kind {
	case "pdf":
		return FilesName + "/" + f.SHA256 + ".pdf"
	case "audio":
		return FilesName + "/" + f.SHA256 + ".audio"
	}
	return FilesName + "/" + f.SHA256 + ".jpg"
}

// Listed collects the files of an exported file's records, each once. It
// trusts the file; [Audit] does not.
func Listed(records []Record) []File {
	all := map[string]File{}
	add := func(files []File) {
		for _, f := range files {
			all[f.SHA256] = f
		}
	}
	for _, r := range records {
		switch {
		case r.Visit != nil:
			add(r.Visit.Files)
		case r.Correction != nil:
			add(r.Correction.Files)
		case r.Format == FirstFormat:
			var s FirstSealed
			if strict([]byte(r.Sealed), &s) != nil {
				continue
			}
			var signed []Signature
			for _, sig := range s.Signatures {
				signed = append(signed, Signature{Drawing: sig.Drawing})
			}
			for sha := range hashes(s.Answers, signed) {
				all[sha] = File{SHA256: sha}
			}
		}
	}
	out := make([]File, 0, len(all))
	for _, sha := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[sha])
	}
	return out
}

// WriteZip writes the record, its photos and other papers into one archive.
// open gives the bytes of a file that the record names.
func WriteZip(w io.Writer, bundle []byte, files []File, papers map[string][]byte, at time.Time, open func(sha string) (io.ReadCloser, error)) error {
	z := zip.NewWriter(w)
	put := func(name string, method uint16, from io.Reader) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: at.UTC()})
		if err != nil {
			return err
		}
		_, err = io.Copy(f, from)
		return err
	}
	if err := put(RecordName, zip.Deflate, strings.NewReader(string(bundle))); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(papers)) {
		if err := put(name, zip.Deflate, strings.NewReader(string(papers[name]))); err != nil {
			return err
		}
	}
	for _, f := range files {
		src, err := open(f.SHA256)
		if err != nil {
			return err
		}
		// Photos are compressed already.
		err = put(f.ExportName(), zip.Store, src)
		if err = errors.Join(err, src.Close()); err != nil {
			return err
		}
	}
	return z.Close()
}

// photos compares the files at hand with those that the records name. In the
// folder of an export, a file that no record names is a finding too.
func (a *audit) photos(fsys fs.FS) {
	if len(a.Now.Files) == 0 {
		return
	}
	if fsys == nil {
		a.Findings = append(a.Findings, Finding{CheckFiles, Unchecked, 0, ""})
		return
	}
	ok := true
	for _, sha := range slices.Sorted(maps.Keys(a.Now.Files)) {
		f := a.Now.Files[sha]
		got, n, err := hashFile(fsys, f)
		if err != nil || got != sha || (f.Bytes != 0 && n != f.Bytes) {
			a.broken(CheckFiles, 0, sha)
			ok = false
		}
	}
	entries, err := fs.ReadDir(fsys, FilesName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.broken(CheckFiles, 0, FilesName)
		ok = false
	}
	for _, e := range entries {
		sha, _, _ := strings.Cut(e.Name(), ".")
		if f, known := a.Now.Files[sha]; !known || (f.Kind != "" && path.Base(f.ExportName()) != e.Name()) {
			a.broken(CheckFiles, 0, e.Name())
			ok = false
		}
	}
	if ok {
		a.holds(CheckFiles, 0, true, "")
	}
}

// hashFile finds a file under its name in an export, or bare in a folder.
func hashFile(fsys fs.FS, f File) (sha string, n int64, err error) {
	var src fs.File
	for _, name := range []string{f.ExportName(), path.Base(f.ExportName()), f.SHA256} {
		if src, err = fsys.Open(name); err == nil {
			break
		}
	}
	if err != nil {
		return "", 0, err
	}
	defer src.Close()
	h := sha256.New()
	n, err = io.Copy(h, src)
	return hex.EncodeToString(h.Sum(nil)), n, err
}
