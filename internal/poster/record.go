package poster

import (
	"io"
	"strconv"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/division"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/qr"
	"fangxin/internal/record"
)

// RecordPaper is what the printed record of an inspection (核查记录) is made
// of: a submission as it was sealed, and what was appended to it since.
type RecordPaper struct {
	Record  record.Record // the submission; its visit is there
	Sheet   *checklist.Sheet
	Later   []record.Record // corrections and judgements after it, in order
	Address string          // that the QR code opens, ending in the seal
	Lang    string
	Open    func(sha string) ([]byte, error) // bytes of a picture
}

// Record writes the record for the shop: A4, as many pages as it takes.
func Record(w io.Writer, in RecordPaper) error {
	m, err := qr.Encode(in.Address, qr.M)
	if err != nil {
		return err
	}
	d := recordDoc{RecordPaper: in, code: m, words: record.Words{Texts: i18n.Shipped(), Lang: in.Lang}}
	for range 2 { // first to count the pages
		c, err := newCanvas(Sheet{
			Title: d.t("title"), ShopName: in.Record.Visit.Holder, CertNo: in.Record.Seal, Issuer: "Fangxin", PrintedAt: in.Record.At,
		}, a4Width, a4Height)
		if err != nil {
			return err
		}
		old := d.paper
		d.paper = newPaper(c, d.t("foot", in.Record.Seal[:16], in.Record.Visit.Holder))
		if old != nil {
			d.of, d.pictures, d.sizes = old.pages, old.pictures, old.sizes
		}
		d.draw()
	}
	b, err := d.bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// recordDoc draws one.
type recordDoc struct {
	*paper
	RecordPaper
	code  qr.Matrix
	words record.Words
}

func (d *recordDoc) t(key string, args ...any) string {
	return i18n.Shipped().T(d.Lang, "paper."+key, args...)
}

func (d *recordDoc) checklist(key string) string {
	return i18n.Shipped().T(d.Lang, "checklist."+key)
}

func (d *recordDoc) draw() {
	d.next()
	d.head()
	d.facts()
	d.result()
	d.failed()
	d.all()
	d.corrections()
	d.signatures()
	d.proof()
}

func (d *recordDoc) clock(t time.Time) string {
	return i18n.Date(d.Lang, t.In(ident.Beijing).Format(time.DateOnly)) + " " + t.In(ident.Beijing).Format("15:04:05")
}

// head is the title with the code that anybody can scan.
func (d *recordDoc) head() {
	const side = 30.0
	x := a4Width - paperMargin - side
	d.canvas.code(d.code, x, d.y-2, side)
	d.text(x+side/2, d.y+side+1.4, d.safe(d.t("scan")), style{size: 7, color: ink3, align: center})
	v := d.Record.Visit
	width := paperInner - side - 6
	top := d.y
	d.y += d.lines(paperMargin, d.y, d.rows(d.t("title"), style{weight: bold, size: 20, color: cobaltInk}, width), style{weight: bold, size: 20, color: cobaltInk}) + 1
	d.y += d.lines(paperMargin, d.y, d.rows(d.Sheet.Title.In(d.Lang), style{size: 10.5, color: ink2}, width), style{size: 10.5, color: ink2}) + 2
	d.y += d.lines(paperMargin, d.y, d.rows(v.Holder, style{weight: bold, size: 14, color: ink}, width), style{weight: bold, size: 14, color: ink})
	d.y += d.lines(paperMargin, d.y, d.rows(division.Short(v.Division)+" "+v.Address, paperText, width), paperText)
	d.y = max(d.y, top+side+4)
}

func (d *recordDoc) facts() {
	v := d.Record.Visit
	d.y += 2
	d.rule(paperMargin, d.y, a4Width-paperMargin, d.y, 0.3, 0, glaze)
	for i, p := range v.Inspectors {
		d.pair(d.t([]string{"lead", "second"}[min(i, 1)]), p.Name)
	}
	d.pair(d.t("started"), d.stamp(v.Started))
	d.pair(d.t("submitted"), d.stamp(v.Submitted))
	if p := v.Submitted.Place; p != nil {
		d.pair(d.t("place"), d.words.Place(p))
	} else if p := v.Started.Place; p != nil {
		d.pair(d.t("place"), d.words.Place(p))
	}
	d.pair(d.t("purpose"), d.purpose(v.Purpose))
	d.pair(d.t("sheet"), d.Sheet.Versions())
	d.pair(d.t("number"), string(d.Record.Inspection))
}

func (d *recordDoc) purpose(code string) string {
	if key := "inspection.purpose_" + code; code != "" && i18n.Shipped().Has(key) {
		return i18n.Shipped().T(d.Lang, key)
	}
	return code
}

// stamp says an instant by both clocks.
func (d *recordDoc) stamp(s record.Stamp) string {
	if s.Server.IsZero() {
		return ""
	}
	out := d.clock(s.Server)
	if s.At != nil {
		out += "　" + d.t("device_clock", d.clock(*s.At))
	}
	if s.Device != "" {
		out += "（" + s.Device + "）"
	}
	return out
}

func (d *recordDoc) outcome(r checklist.Result) string {
	out := d.t("not_passed")
	if r.Passed {
		out = d.t("passed")
	}
	for _, g := range d.Sheet.Frame.Grades {
		if g.ID == r.Grade {
			out += " · " + g.Title.In(d.Lang)
		}
	}
	return out
}

func (d *recordDoc) result() {
	r := d.Record.Visit.Result
	d.heading(d.t("result"))
	tone, soft := seal, celadon
	if !r.Passed {
		tone, soft = rgb{0xB2, 0x2A, 0x20}, rgb{0xFB, 0xEA, 0xE8}
	}
	d.room(16)
	d.polygon(rounded(paperMargin, d.y, paperInner, 13, 2.5), soft)
	d.text(paperMargin+5, d.y+8.8, d.safe(d.outcome(r)), style{weight: bold, size: 15, color: tone})
	total := d.t("points", r.Score.String())
	if d.Sheet.Frame.Method == checklist.ByDefects || d.Sheet.Frame.Method == checklist.ByConditions {
		total = d.t("share", r.Percent.String())
	}
	d.text(a4Width-paperMargin-5, d.y+8.8, d.safe(total), style{weight: bold, size: 15, color: tone, align: right})
	d.y += 15
	for _, w := range r.Why {
		key, args := w.Message()
		d.para("· "+i18n.Shipped().T(d.Lang, key, args...), paperText, 1)
	}
	widths := []float64{paperInner - 78, 26, 26, 26}
	d.y += 1
	d.row(widths, cell{d.t("section"), paperSmall}, cell{d.t("answered"), paperSmall}, cell{d.t("fails"), paperSmall}, cell{d.t("score"), paperSmall})
	for i, s := range r.Sections {
		if i >= len(d.Sheet.Sections) {
			break
		}
		title, score := d.Sheet.Sections[i].Title.In(d.Lang), "—"
		if s.Max > 0 {
			score = s.Score.String() + " / " + s.Max.String()
		}
		d.row(widths, cell{title, paperText}, cell{strconv.Itoa(s.Answered) + " / " + strconv.Itoa(s.Total), paperText}, cell{strconv.Itoa(s.Fails), paperText}, cell{score, paperText})
	}
}

// counting gives the answer that counts of each item.
func (d *recordDoc) counting() map[string]*checklist.Answer {
	out := map[string]*checklist.Answer{}
	answers := record.Counting(d.Record.Visit.Entries)
	for i := range answers {
		out[answers[i].Item] = &answers[i]
	}
	return out
}

// failed lists what was not met, with notes and pictures.
func (d *recordDoc) failed() {
	r := d.Record.Visit.Result
	failed := map[string]bool{}
	for _, list := range [][]string{r.Vetoes, r.KeyFails, r.GenFails} {
		for _, id := range list {
			failed[id] = true
		}
	}
	d.heading(d.t("failed", len(failed)))
	if len(failed) == 0 {
		d.para(d.t("none_failed"), paperText, 0)
	}
	answers := d.counting()
	for it := range d.Sheet.Items() {
		a := answers[it.ID]
		if !failed[it.ID] || a == nil {
			continue
		}
		d.room(14)
		flag := ""
		if it.Flag != checklist.Ordinary {
			flag = "【" + d.checklist("flag."+string(it.Flag)) + "】"
		}
		d.para(it.ID+"　"+it.Text.In(d.Lang)+flag, paperBold, 0)
		d.para(d.words.Answer(it, a), paperText, 4)
		if a.Note != "" {
			d.para(d.t("note", a.Note), paperText, 4)
		}
		if it.Basis != nil {
			d.para(d.t("basis", it.Basis.In(d.Lang)), paperSmall, 4)
		}
		d.thumbs(a.Photos)
		if len(a.Audio) > 0 {
			for _, sha := range a.Audio {
				d.para(d.t("audio", sha), paperMono, 4)
			}
		}
		d.y += 1.6
	}
}

// thumbs sets pictures in rows of four with the beginning of their hash.
func (d *recordDoc) thumbs(shas []string) {
	const w, h, gap = 40.0, 30.0, 4.0
	x := 0.0
	for i, sha := range shas {
		if i%4 == 0 {
			if i > 0 {
				d.y += h + 5
			}
			d.room(h + 6)
			x = paperMargin + 4
		}
		if d.load(sha, d.Open) {
			d.picture(sha, x, d.y+1, w, h)
		} else {
			d.outline(rounded(x, d.y+1, w, h, 1), 0.2, line)
			d.text(x+w/2, d.y+h/2, d.safe(d.t("no_picture")), style{size: 7, color: ink3, align: center})
		}
		d.text(x, d.y+h+3.6, sha[:min(16, len(sha))]+"…", style{size: 6, color: ink3})
		x += w + gap
	}
	if len(shas) > 0 {
		d.y += h + 5
	}
}

// all lists every item with its finding.
func (d *recordDoc) all() {
	d.heading(d.t("all"))
	answers := d.counting()
	var given []checklist.Answer
	for _, a := range answers {
		given = append(given, *a)
	}
	shown := checklist.Shown(d.Sheet, given)
	widths := []float64{19, 92, paperInner - 111}
	for _, s := range d.Sheet.Sections {
		d.room(16)
		d.y += 1.5
		d.para(s.Title.In(d.Lang), style{weight: bold, size: 9.5, color: cobaltInk}, 0)
		for i := range s.Items {
			it := &s.Items[i]
			if !shown[it.ID] {
				continue
			}
			a := answers[it.ID]
			found := d.words.Answer(it, a)
			if a != nil && a.Note != "" {
				found += " · " + a.Note
			}
			if a != nil && len(a.Photos) > 0 {
				found += " · " + d.t("photos", len(a.Photos))
			}
			st := paperSmall
			if a != nil && a.Verdict == checklist.Fail {
				st.weight, st.color = bold, rgb{0xB2, 0x2A, 0x20}
			}
			d.row(widths, cell{it.ID, paperMono}, cell{it.Text.In(d.Lang), paperSmall}, cell{found, st})
		}
	}
}
