// Package qrread reads QR codes in tests with two programs that had no part in
// drawing them: a port of ZXing, which phones use, and zbar.
package qrread

import (
	"fmt"
	"image"
	_ "image/png" // registers the format
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

// Zbar reads all codes in a picture with zbarimg, in the order it finds them.
// It skips the test where the program is missing, and fails it when CI is "true".
func Zbar(tb testing.TB, png []byte) []string {
	tb.Helper()
	program, err := Find()
	switch {
	case err != nil && os.Getenv("CI") == "true":
		tb.Fatalf("qrread: %v", err)
	case err != nil:
		tb.Skipf("qrread: %v", err)
	}
	file := filepath.Join(tb.TempDir(), "code.png")
	if err := os.WriteFile(file, png, 0o600); err != nil {
		tb.Fatalf("qrread: %v", err)
	}
	out, err := exec.Command(program, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
	if err != nil {
		tb.Fatalf("qrread: zbarimg found no code: %v", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
