package checklist

import "strings"

// Verdict is the answer to an item.
type Verdict string

// The verdicts.
const (
	Pass          Verdict = "pass" // 符合
	Fail          Verdict = "fail" // 不符合
	NotApplicable Verdict = "na"   // 不适用, with a reason
)

// Answer is what was found on one item. Which fields count depends on the
// item's type; a verdict of [NotApplicable] is possible for every type.
type Answer struct {
	Item      string   `json:"item"`
	Verdict   Verdict  `json:"verdict,omitempty"`
	Score     *Points  `json:"score,omitempty"`  // graded
	Number    *Points  `json:"number,omitempty"` // number, in the item's unit
	Choice    string   `json:"choice,omitempty"` // id of the option
	Text      string   `json:"text,omitempty"`
	Signature string   `json:"signature,omitempty"` // SHA-256 of the drawing
	Refused   string   `json:"refused,omitempty"`   // reason why there is no signature
	Place     *Place   `json:"place,omitempty"`
	NAReason  string   `json:"na_reason,omitempty"`
	Note      string   `json:"note,omitempty"`
	Photos    []string `json:"photos,omitempty"` // SHA-256 of each file
	Audio     []string `json:"audio,omitempty"`  // SHA-256 of each file
}

// Place is a position in units of 10⁻⁷ degree with its datum (wgs84, cgcs2000,
// gcj02) and the accuracy in metres that the device reported.
type Place struct {
	LngE7    int64  `json:"lng_e7"`
	LatE7    int64  `json:"lat_e7"`
	Datum    string `json:"datum"`
	Accuracy int    `json:"accuracy_m"`
}

// GapCode says why an answer does not yet count.
type GapCode string

// The gaps.
const (
	GapUnanswered GapCode = "unanswered"
	GapNAReason   GapCode = "na_reason"      // not applicable without a reason
	GapNARefused  GapCode = "na_not_allowed" // the item cannot be left out
	GapPhoto      GapCode = "photo"          // the photo is missing
	GapAudio      GapCode = "audio"          // the recording is missing
	GapNote       GapCode = "note"           // the note is missing
	GapInvalid    GapCode = "invalid"        // not a possible value of this item
	GapDuplicate  GapCode = "duplicate"      // answered twice with the same item id
	GapUnknown    GapCode = "unknown_item"   // the sheet has no such item
)

// Gap is one thing missing before the sheet can be closed.
type Gap struct {
	Item string  `json:"item"`
	Code GapCode `json:"code"`
}

// outcome is an answer as the engine sees it; an empty verdict is unanswered.
type outcome struct {
	verdict Verdict
	earned  Points
	gaps    []GapCode
}

// judge reads an answer by the item's type.
func (it *Item) judge(a Answer) outcome {
	if a.Verdict == NotApplicable {
		switch {
		case it.NA != NAAllowed:
			return outcome{gaps: []GapCode{GapNARefused}}
		case strings.TrimSpace(a.NAReason) == "":
			return outcome{verdict: NotApplicable, gaps: []GapCode{GapNAReason}}
		}
		return outcome{verdict: NotApplicable}
	}
	o := it.value(a)
	for _, e := range it.Evidence {
		if o.verdict != "" && (e.On == "always" || e.On == string(o.verdict)) && !a.has(e.Kind) {
			o.gaps = append(o.gaps, GapCode(e.Kind))
		}
	}
	return o
}

func (a *Answer) has(kind string) bool {
	switch kind {
	case "photo":
		return len(a.Photos) > 0
	case "audio":
		return len(a.Audio) > 0
	}
	return strings.TrimSpace(a.Note) != ""
}

func (it *Item) value(a Answer) outcome {
	invalid := outcome{gaps: []GapCode{GapInvalid}}
	yes := func(given, passed bool) outcome {
		switch {
		case !given:
			return outcome{}
		case passed:
			return outcome{verdict: Pass, earned: it.Points}
		}
		return outcome{verdict: Fail}
	}
	switch it.Type {
	case Graded:
		return it.grade(a)
	case Number:
		if a.Number == nil {
			return outcome{}
		}
		n, r := *a.Number, it.Range
		if r == nil {
			return invalid
		}
		if n < r.Min || n > r.Max {
			return invalid
		}
		return yes(true, (r.PassMin == nil || n >= *r.PassMin) && (r.PassMax == nil || n <= *r.PassMax))
	case Choice:
		for _, o := range it.Options {
			if o.ID == a.Choice {
				out := outcome{verdict: Pass, earned: o.Points}
				if o.Fails {
					out.verdict = Fail
				}
				return out
			}
		}
		if a.Choice != "" {
			return invalid
		}
		return outcome{}
	case FreeText:
		return yes(strings.TrimSpace(a.Text) != "", true)
	case PhotoItem:
		return yes(len(a.Photos) > 0, true)
	case Signature:
		return yes(a.Signature != "" || strings.TrimSpace(a.Refused) != "", true)
	case Location:
		return yes(a.Place != nil, true)
	}
	if a.Verdict != "" && a.Verdict != Pass && a.Verdict != Fail {
		return invalid
	}
	return yes(a.Verdict != "", a.Verdict == Pass)
}

// grade takes the points given, or all or none of them for a plain verdict.
func (it *Item) grade(a Answer) outcome {
	score := it.Points
	switch {
	case a.Score != nil:
		score = *a.Score
	case a.Verdict == Fail:
		score = 0
	case a.Verdict == "":
		return outcome{}
	case a.Verdict != Pass:
		return outcome{gaps: []GapCode{GapInvalid}}
	}
	if !it.allows(score) {
		return outcome{gaps: []GapCode{GapInvalid}}
	}
	if score == 0 || score < it.PassAt {
		return outcome{verdict: Fail, earned: score}
	}
	return outcome{verdict: Pass, earned: score}
}

// allows reports whether a graded item can be given these points.
func (it *Item) allows(score Points) bool {
	if len(it.Options) > 0 {
		for _, o := range it.Options {
			if o.Points == score {
				return true
			}
		}
		return false
	}
	return score >= 0 && score <= it.Points && (it.Step == 0 || score%it.Step == 0)
}
