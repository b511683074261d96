package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"fangxin/internal/checklist"
)

// BundleType tells an exported file from any other JSON.
const BundleType = "fangxin.inspection-record"

// Bundle is the exported file: every record of one inspection in order. Head
// and Count make a record that was cut off show.
type Bundle struct {
	Type    string            `json:"type"`
	Head    string            `json:"head"` // seal of the last record
	Count   int               `json:"count"`
	Records []json.RawMessage `json:"records"`
}

// Hash is the SHA-256 of bytes in lower-case hexadecimal.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SealUp writes a record as canonical JSON under its seal.
func SealUp(r Record) (sealed Record, text []byte, err error) {
	r.Seal = ""
	b, err := json.Marshal(r)
	if err != nil {
		return r, nil, err
	}
	if r.Seal, err = SealOf(b); err != nil {
		return r, nil, err
	}
	if b, err = json.Marshal(r); err != nil {
		return r, nil, err
	}
	text, err = checklist.Canonical(b)
	return r, text, err
}

// SealOf computes the seal of a record: over its text in the present format,
// over the text inside it in the first.
func SealOf(text []byte) (string, error) {
	canonical, err := checklist.Canonical(text)
	if err != nil {
		return "", fmt.Errorf("record: %w", err)
	}
	return sealOf(canonical)
}

// sealOf is [SealOf] for a text that is canonical already.
func sealOf(text []byte) (string, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return "", fmt.Errorf("record: %w", err)
	}
	if string(fields["format"]) == "1" {
		var sealed string
		if err := json.Unmarshal(fields["sealed"], &sealed); err != nil {
			return "", fmt.Errorf("record: sealed text: %w", err)
		}
		return Hash([]byte(sealed)), nil
	}
	delete(fields, "seal")
	return Hash(join(fields)), nil
}

// join writes an object of canonical values; its keys are plain words.
func join(fields map[string]json.RawMessage) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", key)
		b.Write(fields[key])
	}
	b.WriteByte('}')
	return b.Bytes()
}

// Bind puts the texts of an inspection's records, in order, into one file.
func Bind(texts []json.RawMessage) ([]byte, error) {
	b := Bundle{Type: BundleType, Count: len(texts), Records: texts}
	if len(texts) > 0 {
		var last Record
		if err := json.Unmarshal(texts[len(texts)-1], &last); err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		b.Head = last.Seal
	}
	return b.text()
}

func (b Bundle) text() ([]byte, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return checklist.Canonical(text)
}

// Parse reads one record strictly: a field that this version does not know is
// an error, because it could not be checked.
func Parse(text []byte) (Record, error) {
	var r Record
	return r, strict(text, &r)
}

func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// Strip takes the sheet out of a submission's text, because sheets are kept
// once for all records that were made with them; [Restore] puts it back byte
// for byte. Other records are given back as they are.
func Strip(text []byte) ([]byte, error) {
	return splice(text, func(visit map[string]json.RawMessage) { delete(visit, "sheet") })
}

// Restore puts the sheet with the hash that the record names back.
func Restore(text, sheet []byte) ([]byte, error) {
	return splice(text, func(visit map[string]json.RawMessage) { visit["sheet"] = sheet })
}

func splice(text []byte, change func(visit map[string]json.RawMessage)) ([]byte, error) {
	var fields, visit map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if fields["visit"] == nil {
		return text, nil
	}
	if err := json.Unmarshal(fields["visit"], &visit); err != nil {
		return nil, fmt.Errorf("record: visit: %w", err)
	}
	change(visit)
	fields["visit"] = join(visit)
	return join(fields), nil
}
