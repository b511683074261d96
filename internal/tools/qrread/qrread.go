// Package qrread reads QR codes in tests with two programs that had no part in
// drawing them: a port of ZXing, which phones use, and zbar.
package qrread

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Image reads the one code in a picture.
func Image(picture image.Image) (string, error) {
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return "", fmt.Errorf("read QR: %w", err)
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	result, err := qrcode.NewQRCodeReader().Decode(bits, hints)
	if err != nil {
		return "", fmt.Errorf("read QR: %w", err)
	}
	return result.GetText(), nil
}

// Find returns the path of zbarimg. The error says how to get it.
func Find() (path string, err error) {
	path, err = exec.LookPath("zbarimg")
	if err != nil {
		return "", fmt.Errorf("no zbarimg found: install it (Debian: apt-get install zbar-tools; macOS: brew install zbar)")
	}
	return path, nil
}

// HasZbar tells whether zbarimg can be asked too. With CI=true it must be.
func HasZbar(tb testing.TB) bool {
	tb.Helper()
	_, err := Find()
	switch {
	case err == nil:
		return true
	case os.Getenv("CI") == "true":
		tb.Fatalf("qrread: %v", err)
	default:
		tb.Logf("only one reader was asked: %v", err)
	}
	return false
}

// Zbar reads all codes in a picture with zbarimg, in the order it finds them.
// The test must have asked [HasZbar].
func Zbar(tb testing.TB, picture image.Image) ([]string, error) {
	tb.Helper()
	program, err := Find()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(tb.TempDir(), "code.png")
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(png.Encode(f, picture), f.Close()); err != nil {
		return nil, err
	}
	out, err := exec.Command(program, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path).Output()
	if err != nil {
		return nil, fmt.Errorf("zbarimg found no code: %w", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n"), nil
}
