package badge

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// decodeFace reads a stored face. A cold scan spends most of its time here, so
// the form that this package writes is read without reflection; any other
// JSON, with escapes or spaces say, is left to encoding/json, which also
// decides what is an error.
func decodeFace(body string) (Face, error) {
	if f, ok := quickFace(body); ok {
		return f, nil
	}
	var f Face
	err := json.Unmarshal([]byte(body), &f)
	return f, err
}

// quickFace reads a flat object of strings, lists of strings, numbers and
// truth values. ok is false when it met anything else.
func quickFace(body string) (f Face, ok bool) {
	if !utf8.ValidString(body) {
		return f, false
	}
	q := quick{rest: body}
	q.take('{')
	for !q.bad {
		key := q.text()
		q.take(':')
		switch key {
		case "certificate":
			f.Certificate = ident.CertificateID(q.text())
		case "number":
			f.Number = q.text()
		case "state":
			f.State = lifecycle.State(q.text())
		case "sticker":
			f.Sticker = lifecycle.State(q.text())
		case "print_no":
			f.PrintNo = q.number()
		case "scheme":
			f.Scheme = q.text()
		case "title_zh":
			f.TitleZh = q.text()
		case "title_en":
			f.TitleEn = q.text()
		case "label_zh":
			f.LabelZh = q.text()
		case "label_en":
			f.LabelEn = q.text()
		case "holder":
			f.Holder = q.text()
		case "address":
			f.Address = q.text()
		case "division":
			f.Division = q.text()
		case "sectors":
			f.Sectors = q.list()
		case "photo":
			f.Photo = q.text()
		case "phone":
			f.Phone = q.text()
		case "issuer":
			f.Issuer = q.text()
		case "approval":
			f.Approval = q.text()
		case "issued_on":
			f.IssuedOn = q.date()
		case "expires_on":
			f.ExpiresOn = q.date()
		case "inspected_on":
			f.InspectedOn = q.text()
		case "grade":
			f.Grade = q.text()
		case "promises_zh":
			f.PromisesZh = q.list()
		case "promises_en":
			f.PromisesEn = q.list()
		case "reason":
			f.Reason = q.text()
		case "since":
			f.Since = q.instant()
		case "barred_until":
			f.BarredUntil = q.text()
		case "street":
			f.Street = q.truth()
		case "board":
			f.Board = q.text()
		case "turns":
			f.Turns = q.turns()
		case "heir":
			f.Heir = q.text()
		case "replies":
			f.Replies = q.replies()
		case "plaque":
			f.Plaque = lifecycle.State(q.text())
		default:
			return Face{}, false
		}
		if q.next('}') {
			return f, !q.bad && q.rest == ""
		}
		q.take(',')
	}
	return Face{}, false
}

// quick reads the plainest JSON. After the first surprise it is bad, and what
// it gives means nothing.
type quick struct {
	rest string
	bad  bool
}

// next passes a character when it comes next.
func (q *quick) next(c byte) bool {
	if q.rest == "" || q.rest[0] != c {
		return false
	}
	q.rest = q.rest[1:]
	return true
}

func (q *quick) take(c byte) {
	if !q.next(c) {
		q.bad = true
	}
}

// word passes a word when it comes next.
func (q *quick) word(w string) bool {
	if len(q.rest) < len(w) || q.rest[:len(w)] != w {
		return false
	}
	q.rest = q.rest[len(w):]
	return true
}

func (q *quick) text() string {
	q.take('"')
	for i := 0; i < len(q.rest); i++ {
		switch c := q.rest[i]; {
		case c == '"':
			s := q.rest[:i]
			q.rest = q.rest[i+1:]
			return s
		case c == '\\' || c < ' ':
			q.bad = true
			return ""
		}
	}
	q.bad = true
	return ""
}

func (q *quick) list() []string {
	if q.word("null") {
		return nil
	}
	out := make([]string, 0, 4) // most shops have fewer sectors and promises
	q.take('[')
	if q.next(']') {
		return out
	}
	for !q.bad {
		out = append(out, q.text())
		if q.next(']') {
			break
		}
		q.take(',')
	}
	return out
}

// turns reads a list of stretches; an empty one is never written.
func (q *quick) turns() []Turn {
	out := []Turn{}
	q.take('[')
	for !q.bad {
		out = append(out, q.turn())
		if q.next(']') {
			return out
		}
		q.take(',')
	}
	return out
}

func (q *quick) turn() (t Turn) {
	q.take('{')
	for !q.bad {
		key := q.text()
		q.take(':')
		switch key {
		case "status":
			t.Status = Status(q.text())
		case "from":
			t.From = q.date()
		case "until":
			if !q.word(`""`) {
				t.Until = q.date()
			}
		case "zh":
			t.Zh = q.text()
		case "en":
			t.En = q.text()
		default:
			q.bad = true
		}
		if q.next('}') {
			return t
		}
		q.take(',')
	}
	return t
}

// replies reads a list of replies; an empty one is never written.
func (q *quick) replies() []Reply {
	out := []Reply{}
	q.take('[')
	for !q.bad {
		out = append(out, q.reply())
		if q.next(']') {
			return out
		}
		q.take(',')
	}
	return out
}

func (q *quick) reply() (r Reply) {
	q.take('{')
	for !q.bad {
		key := q.text()
		q.take(':')
		switch key {
		case "about":
			r.About = About(q.text())
		case "text":
			r.Text = q.text()
		case "on":
			r.On = q.date()
		default:
			q.bad = true
		}
		if q.next('}') {
			return r
		}
		q.take(',')
	}
	return r
}

func (q *quick) number() int64 {
	i := 0
	for i < len(q.rest) && q.rest[i] >= '0' && q.rest[i] <= '9' {
		i++
	}
	n, err := strconv.ParseInt(q.rest[:i], 10, 64)
	// JSON knows no leading zero.
	if err != nil || (i > 1 && q.rest[0] == '0') {
		q.bad = true
	}
	q.rest = q.rest[i:]
	return n
}

func (q *quick) truth() bool {
	if q.word("true") {
		return true
	}
	if !q.word("false") {
		q.bad = true
	}
	return false
}

func (q *quick) date() calendar.Date {
	d, err := calendar.ParseDate(q.text())
	q.bad = q.bad || err != nil
	return d
}

// instant reads an instant in UTC, the only zone that faces are written in.
func (q *quick) instant() time.Time {
	s := q.text()
	t, err := time.Parse(time.RFC3339, s)
	q.bad = q.bad || err != nil || s[len(s)-1] != 'Z'
	return t
}
