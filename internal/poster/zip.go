package poster

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// WriteZip writes a poster for each sheet into one archive, named by its
// certificate number and shop. All sheets are checked before the first byte
// is written; a fault names the certificate it belongs to.
func WriteZip(w io.Writer, sheets []Sheet) error {
	var all []error
	for _, s := range sheets {
		if err := s.Check(); err != nil {
			all = append(all, fmt.Errorf("%s: %w", s.CertNo, err))
		}
	}
	if len(all) > 0 {
		return errors.Join(all...)
	}
	z := zip.NewWriter(w)
	used := map[string]int{}
	var b bytes.Buffer
	for _, s := range sheets {
		b.Reset()
		if err := Poster(&b, s); err != nil {
			return fmt.Errorf("%s: %w", s.CertNo, err)
		}
		name := fileName(s)
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, used[name])
		}
		// A PDF is compressed inside: packing it again costs time for nothing.
		f, err := z.CreateHeader(&zip.FileHeader{Name: name + ".pdf", Method: zip.Store, Modified: s.PrintedAt.UTC()})
		if err != nil {
			return err
		}
		if _, err := f.Write(b.Bytes()); err != nil {
			return err
		}
	}
	return z.Close()
}

// fileName is safe on every system that may unpack the archive.
func fileName(s Sheet) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, s.CertNo+" "+s.ShopName)
	return strings.Trim(name, " .")
}
