package blob

import (
	"bytes"
	"io"
)

// MaxAudioBytes limits a recording: about forty minutes as telephones record.
const MaxAudioBytes = 20 << 20

// sounds are the beginnings by which recordings of telephones, tablets and
// browsers are known.
var sounds = []struct {
	at    int
	bytes string
	media string
}{
	{4, "ftypM4A", "audio/mp4"}, {4, "ftypmp4", "audio/mp4"}, {4, "ftypiso", "audio/mp4"}, {4, "ftyp3gp", "audio/3gpp"},
	{0, "ID3", "audio/mpeg"}, {0, "\xff\xfb", "audio/mpeg"}, {0, "\xff\xf3", "audio/mpeg"}, {0, "\xff\xf1", "audio/aac"}, {0, "\xff\xf9", "audio/aac"},
	{0, "OggS", "audio/ogg"}, {0, "\x1a\x45\xdf\xa3", "audio/webm"}, {0, "#!AMR", "audio/amr"}, {8, "WAVE", "audio/wav"},
}

// AudioType is the media type of a recording by its first bytes, "" if it is
// none. Recordings are stored as they came: writing them anew would be another
// recording, and a court asks for the first.
func AudioType(head []byte) string {
	for _, s := range sounds {
		if len(head) > s.at && bytes.HasPrefix(head[s.at:], []byte(s.bytes)) {
			return s.media
		}
	}
	return ""
}

// audioHeaders says the type of a recording, so that a page can play it.
func audioHeaders(f io.ReadSeeker, set func(name, value string)) error {
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return err
	}
	if media := AudioType(head[:n]); media != "" {
		set("Content-Type", media)
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}
