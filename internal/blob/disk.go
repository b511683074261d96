package blob

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// path spreads files over 256 directories.
func (s *Service) path(sha string) string { return filepath.Join(s.dir, sha[:2], sha) }

// write stores bytes so that after a power cut a file is either whole or not
// there: temporary file, fsync, rename, fsync of the directory.
func (s *Service) write(sha string, data []byte) error {
	path := s.path(sha)
	if info, err := os.Stat(path); err == nil && info.Size() == int64(len(data)) {
		return nil // same name, same bytes
	}
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
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *Service) open(sha string) (*os.File, error) {
	f, err := os.Open(s.path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("blob: listed in the database but missing on disk: " + sha)
	}
	return f, err
}
