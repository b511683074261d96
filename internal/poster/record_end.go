package poster

import (
	"fangxin/internal/checklist"
	"fangxin/internal/record"
)

// corrections lists what was appended to the submission; the submission itself
// is printed as it was.
func (d *recordDoc) corrections() {
	if len(d.Later) == 0 {
		return
	}
	d.heading(d.t("corrections"))
	for _, r := range d.Later {
		d.room(14)
		switch {
		case r.Correction != nil:
			c := r.Correction
			d.para(d.t("correction", r.N, d.clock(r.At), c.By.Name), paperBold, 0)
			d.para(d.t("reason", c.Reason), paperText, 4)
			for _, ch := range d.words.Changes(d.Sheet, c.Changes) {
				d.para(ch.Item+"　"+ch.Label, paperText, 4)
				for _, f := range ch.Fields {
					d.para(f.Name+"："+f.Old+" → "+f.New, paperSmall, 8)
				}
			}
			state := d.t("counts")
			if c.Decides {
				state = d.t("awaits")
			}
			d.para(d.t("then", c.Result.Score.String(), d.outcome(c.Result))+"　"+state, paperText, 4)
		case r.Verdict != nil:
			key := "declined"
			if r.Verdict.Accepted {
				key = "accepted"
			}
			d.para(d.t(key, r.N, d.clock(r.At), r.Verdict.By.Name), paperBold, 0)
			if r.Verdict.Reason != "" {
				d.para(d.t("reason", r.Verdict.Reason), paperText, 4)
			}
		}
		d.para(r.Seal, paperMono, 4)
		d.y += 1.2
	}
}

// signatures are three boxes: what was drawn, or why nothing was.
func (d *recordDoc) signatures() {
	const w, h = (paperInner - 8) / 3, 34.0
	d.heading(d.t("signatures"))
	d.room(h + 4)
	for i, party := range []string{"lead", "second", "merchant"} {
		x := paperMargin + float64(i)*(w+4)
		d.outline(rounded(x, d.y, w, h, 1.5), 0.2, line)
		d.text(x+3, d.y+4.6, d.safe(d.t(party)), style{weight: bold, size: 8, color: ink2})
		s := d.signature(party)
		if s == nil {
			d.text(x+w/2, d.y+18, d.safe(d.t("unsigned")), style{size: 8, color: ink3, align: center})
			continue
		}
		switch {
		case s.Drawing != "" && d.load(s.Drawing, d.Open):
			d.picture(s.Drawing, x+3, d.y+6, w-6, 17)
		case s.Refused != "":
			rows := d.rows(d.t("refused", s.Refused), paperSmall, w-6)
			d.lines(x+3, d.y+6.5, rows[:min(4, len(rows))], paperSmall)
			if s.Witness != "" {
				d.line(x+3, d.y+24.4, d.safe(d.t("witness", s.Witness)), paperSmall, w-6)
			}
		default:
			d.text(x+w/2, d.y+16, s.Drawing[:min(16, len(s.Drawing))]+"…", style{size: 6, color: ink3, align: center})
		}
		d.line(x+3, d.y+28.4, d.safe(s.Name), style{size: 9, color: ink}, w-6)
		d.line(x+3, d.y+32.2, d.clock(s.Server), style{size: 7, color: ink3}, w-6)
	}
	d.y += h + 2
}

func (d *recordDoc) signature(party string) *record.Signature {
	for i, s := range d.Record.Visit.Signatures {
		if s.Party == party {
			return &d.Record.Visit.Signatures[i]
		}
	}
	return nil
}

// proof says how this paper is checked, and what its pictures hash to.
func (d *recordDoc) proof() {
	d.heading(d.t("proof"))
	d.pair(d.t("seal"), d.Record.Seal)
	d.pair(d.t("sheet_hash"), d.Record.Visit.SheetHash)
	d.pair(d.t("address"), d.Address)
	d.y += 1.5
	d.para(d.t("how"), paperSmall, 0)
	files := d.Record.Visit.Files
	if len(files) == 0 {
		return
	}
	d.y += 1.5
	d.para(d.t("files", len(files)), paperBold, 0)
	used := d.usedBy()
	for _, f := range files {
		d.room(leading(paperMono))
		d.lines(paperMargin, d.y, []string{f.SHA256}, paperMono)
		where := used[f.SHA256]
		if f.Source != "" {
			where += " · " + d.t("source_"+f.Source)
		}
		d.text(a4Width-paperMargin, d.y+paperMono.size*0.98/pointsPerMM, d.safe(where), style{size: 7, color: ink3, align: right})
		d.y += leading(paperMono)
	}
}

// usedBy names the item or the party that a file belongs to.
func (d *recordDoc) usedBy() map[string]string {
	out := map[string]string{}
	add := func(sha, where string) {
		if out[sha] != "" && out[sha] != where {
			where = out[sha] + "、" + where
		}
		out[sha] = where
	}
	note := func(a *checklist.Answer) {
		for _, list := range [][]string{a.Photos, a.Audio, {a.Signature}} {
			for _, sha := range list {
				add(sha, a.Item)
			}
		}
	}
	for i := range d.Record.Visit.Entries {
		note(&d.Record.Visit.Entries[i].Answer)
	}
	for _, s := range d.Record.Visit.Signatures {
		if s.Drawing != "" {
			add(s.Drawing, d.t(s.Party))
		}
	}
	return out
}
