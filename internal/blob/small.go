package blob

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
)

// Limits of a small image: the storefront on a scan page, the rows of photos
// beside an answer. A scan on a slow phone network must not wait for 1600
// pixels, and the page promises to stay within 30 KB with its photo.
const (
	SmallEdge  = 240      // pixels of the longest edge
	SmallBytes = 14 << 10 // of the file
)

// small gives the bytes of the small form, which is made when it is first
// asked for and kept beside the original.
func (s *Service) small(sha string) ([]byte, error) {
	path := filepath.Join(s.dir, ".small", sha[:2], sha)
	if data, err := os.ReadFile(path); err == nil && len(data) > 0 {
		return data, nil
	}
	f, err := s.open(sha)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := reduce(f)
	if err != nil {
		return nil, err
	}
	return data, keep(path, data)
}

// reduce makes the small form of a stored image, which is JPEG of at most
// [MaxEdge] and was judged when it came in.
func reduce(f *os.File) ([]byte, error) {
	decoding.Lock()
	defer decoding.Unlock()
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, err
	}
	small := shrink(img, SmallEdge)
	var b bytes.Buffer
	for _, quality := range []int{74, 60, 45, 30} {
		b.Reset()
		if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if b.Len() <= SmallBytes {
			break
		}
	}
	return b.Bytes(), nil
}

// keep writes what can be made again: no fsync, but never half a file.
func keep(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when the rename worked
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
