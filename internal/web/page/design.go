package page

import (
	"net/http"
	"net/url"
)

// Option is a value to choose, as the parts of forms take it.
type Option struct {
	Value, Label, Hint string
	Chosen             bool
	Icon, Class        string // of a segment
}

// Tab is one entry of the part "tabs".
type Tab struct {
	Href, Label string
	Count       int
	Current     bool
}

type designRow struct {
	Shop, Address, Matter, Score, Tone, State string
	Days                                      int
}

// designView is the sample content of the style guide.
type designView struct {
	Frames                                               []Tab
	Plates, Tags, Counties, Promises, Decisions, Answers []Option
	Rows                                                 []designRow
}

// StyleGuide shows every component on the kind of page named by the path value
// "frame": nothing for public pages, merchant, bureau or tablet. It is mounted
// as GET /design and GET /design/{frame}.
func (e *Engine) StyleGuide(w http.ResponseWriter, r *http.Request) {
	frame := r.PathValue("frame")
	if frame == "" {
		frame = "page"
	}
	if _, ok := e.pages[frame+"/design"]; !ok {
		e.NotFound(w, r)
		return
	}
	t := func(key string) string { return e.T(r, "design."+key) }
	var v designView
	for _, f := range []string{"page", "merchant", "bureau", "tablet"} {
		href := "/design/" + f
		if f == "page" {
			href = "/design"
		}
		v.Frames = append(v.Frames, Tab{Href: href, Label: t("frame_" + f), Current: f == frame})
	}
	for _, tone := range []string{"ok", "warn", "stop", "gone", "fake", "none", "wait"} {
		v.Plates = append(v.Plates, Option{Value: tone, Label: t("s_" + tone)})
	}
	for _, tone := range []string{"ok", "warn", "stop", "gone", "brand"} {
		v.Tags = append(v.Tags, Option{Value: tone, Label: t("s_" + tone)})
	}
	v.Counties = []Option{{Value: "360203", Label: t("address")}}
	v.Promises = []Option{
		{Value: "price", Label: t("f_kind_1"), Hint: t("f_kind_1h"), Chosen: true},
		{Value: "first", Label: t("f_kind_2"), Hint: t("f_kind_2h"), Chosen: true},
		{Value: "return", Label: t("f_kind_3"), Hint: t("f_kind_3h")},
	}
	v.Decisions = []Option{{Value: "recommend", Label: t("d_1"), Hint: t("d_1h"), Chosen: true}, {Value: "return", Label: t("d_2"), Hint: t("d_2h")}}
	v.Answers = []Option{
		{Value: "yes", Label: t("i_yes"), Icon: "check", Class: "y"},
		{Value: "no", Label: t("i_no"), Icon: "x", Class: "n"},
		{Value: "na", Label: t("i_na"), Icon: "ban", Class: "a"},
	}
	v.Rows = []designRow{
		{t("shop_1"), t("address"), t("matter_1"), "94.4", "brand", t("s_brand"), 1},
		{t("shop_2"), t("address"), t("matter_2"), "88.0", "warn", t("s_warn"), 4},
		{t("shop_3"), t("address"), t("matter_1"), "72.5", "ok", t("s_ok"), -1},
	}
	d := Data{Title: t("title"), Data: v}
	switch frame {
	case "page":
		d.Form = &Form{
			Values: url.Values{"name": {t("shop_1")}, "phone": {"1387980271"}, "opened": {"2019-05-01"}, "days": {"7"}, "space": {"86"}, "promise": {"price", "first"}, "agree": {"true"}},
			Errors: []FieldError{{"phone", t("f_phone_error")}, {"photo", t("f_photo_error")}},
		}
	case "bureau":
		d.Nav = []NavItem{
			{Href: "/design/bureau", Icon: "inbox", Key: "design.q_title", Count: 23},
			{Href: "/design/tablet", Icon: "tablet", Key: "design.frame_tablet", Count: 8},
			{Href: "/design/merchant", Icon: "shop", Key: "design.frame_merchant", Count: 3, Alarm: true},
		}
	}
	e.Render(w, r, http.StatusOK, frame+"/design", d)
}
