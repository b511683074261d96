package blob_test

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/testkit"
)

// Recordings are kept as they came, are known by their bytes, and are handed
// out with the type by which a browser plays them.
func TestRecordings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		s := blob.New(rt, t.TempDir())
		ctx := testkit.As(testkit.Staff(access.Inspector, "/36/3601/"))
		for head, media := range map[string]string{
			"\x00\x00\x00\x20ftypM4A ": "audio/mp4", "OggS\x00\x02": "audio/ogg", "\x1a\x45\xdf\xa3": "audio/webm", "ID3\x04": "audio/mpeg", "RIFF\x00\x00\x00\x00WAVE": "audio/wav", "#!AMR\n": "audio/amr",
		} {
			data := []byte(head + strings.Repeat("sound", 40))
			v, err := s.Put(ctx, data)
			if err != nil {
				t.Fatalf("%s: %v", media, err)
			}
			if v.Kind != blob.Audio || v.SHA256 != v.Original || v.Bytes != int64(len(data)) {
				t.Errorf("%s: %+v", media, v)
			}
			w := httptest.NewRecorder()
			if err := s.Serve(w, httptest.NewRequest("GET", "/files/"+v.SHA256, nil).WithContext(ctx), v.SHA256); err != nil {
				t.Fatal(err)
			}
			if got, _ := io.ReadAll(w.Body); string(got) != string(data) || w.Header().Get("Content-Type") != media {
				t.Errorf("%s is handed out as %s, %d bytes", media, w.Header().Get("Content-Type"), len(got))
			}
		}
		if _, err := s.Put(ctx, append([]byte("OggS"), make([]byte, blob.MaxAudioBytes)...)); !fault.Is(err, fault.TooLarge) {
			t.Errorf("a recording that is too large: %v", err)
		}
		if _, err := s.Put(ctx, []byte("RIFF\x00\x00\x00\x00AVI sound")); err == nil {
			t.Error("a film is taken")
		}
	})
}
