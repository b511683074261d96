package shopper

import (
	"fangxin/internal/badge"
	"fangxin/internal/i18n"
	"fangxin/internal/scheme"
)

// view is what the template shows.
type view struct {
	Lang         string
	Elder, Demo  bool
	Path         string // of the result page, without query
	Host         string
	Status       badge.Status
	Heading      string // the answer in the visitor's language
	Other        string // and in the other one
	CheckedAt    string
	CheckedText  string
	Shop         *shopView
	Title        *titleView
	Say          *say
	Replies      []replyView
	Steps        []string
	Acts         []act
	ShowPromises bool

	// of the report page
	Done      bool
	Reference string
	Error     string
	Kinds     []choice // or the promises, when one of them was not kept
	Broken    bool
	Note      string
}

type shopView struct{ Name, Address, Sectors, Photo, Board, Heir string }

type titleView struct {
	Number, Name, Until, Issued, Issuer, Approval, Inspected, Grade string
	Promises                                                        []string
	Pledge                                                          string // address of the terms behind a return promise
}

// replyView is what the holder says beside what is shown here.
type replyView struct{ Head, Text, Whose string }

// say explains an answer that is not simply valid.
type say struct {
	Head  string
	Lines []string
}

type act struct{ Href, Label, Class string }

type choice struct {
	Value, Label string
	Checked      bool
}

// view words an answer.
func (h *Handler) view(a badge.Answer, typed, lang string, elder bool) view {
	t := func(key string, args ...any) string { return h.texts.T(lang, "scan."+key, args...) }
	other := i18n.En
	if lang == i18n.En {
		other = i18n.Zh
	}
	code := string(a.Code)
	if code == "" {
		code = "-"
		if len(typed) <= 40 {
			code = typed
		}
	}
	v := view{
		Lang: lang, Elder: elder, Demo: h.demo(), Path: "/b/" + code, Host: h.badges.Host(), Status: a.Status,
		Heading: t(string(a.Status)), Other: h.texts.T(other, "scan."+string(a.Status)),
		CheckedAt: a.CheckedAt.Format("2006-01-02T15:04:05Z07:00"), CheckedText: i18n.Clock(lang, a.CheckedAt),
		ShowPromises: a.Status == badge.Valid || a.Status == badge.Rectifying,
	}
	if s := a.Shop; s != nil {
		v.Shop = &shopView{Name: s.Name, Address: place(s.Division, s.Address), Sectors: sectorNames(s.Sectors, lang), Photo: s.Photo, Board: s.Board, Heir: s.Heir}
	}
	if s := a.Title; s != nil {
		name, promises := s.NameZh, s.PromisesZh
		if lang == i18n.En {
			name, promises = s.NameEn, s.PromisesEn
		}
		switch {
		case lang == i18n.En && s.LabelEn != "":
			name += " · " + s.LabelEn
		case s.LabelZh != "":
			name += " · " + s.LabelZh
		}
		v.Title = &titleView{
			Number: s.Number, Name: name, Until: i18n.Date(lang, s.ExpiresOn), Issued: i18n.Date(lang, s.IssuedOn),
			Issuer: s.Issuer, Approval: s.Approval, Inspected: i18n.Date(lang, s.InspectedOn), Grade: s.Grade, Promises: promises,
		}
	}
	if a.Title != nil && a.Title.Scheme == scheme.ReturnPledge {
		v.Title.Pledge = "/register/" + a.Title.Number + "/pledge?lang=" + lang
	}
	v.Say = h.explain(a, t, lang)
	if v.Say != nil && a.Plaque != "" {
		v.Say.Lines = append(v.Say.Lines, t("say_plaque_"+string(a.Plaque)))
	}
	for _, r := range a.Replies {
		head := t("reply")
		if r.About == badge.AboutInspection {
			head = t("reply_inspection")
		}
		v.Replies = append(v.Replies, replyView{head, r.Text, t("reply_theirs", i18n.Date(lang, r.On.String()))})
	}
	if a.Status == badge.Unknown {
		v.Steps = []string{t("step_rescan"), t("step_type"), t("step_report")}
	}
	v.Acts = acts(a.Status, v.Path, query(lang, elder), t)
	return v
}

func query(lang string, elder bool) string {
	if elder {
		return "?lang=" + lang + "&mode=elder"
	}
	return "?lang=" + lang
}

func (h *Handler) explain(a badge.Answer, t func(string, ...any) string, lang string) *say {
	since := ""
	if a.Since != nil {
		since, _, _ = cut(i18n.Time(lang, *a.Since))
	}
	key := string(a.Status)
	if a.ReasonEn != "" { // what a street's shops make of its title
		reason := a.Reason
		if lang == i18n.En {
			reason = a.ReasonEn
		}
		if a.Status == badge.Expired {
			return &say{t("say_lapsed"), []string{reason, t("say_lapsed_2")}}
		}
		return &say{t("say_risk"), []string{reason}}
	}
	switch a.Status {
	case badge.Valid:
		return nil
	case badge.Unknown:
		if key = string(a.Cause); a.Cause == badge.NeverIssued {
			key = string(badge.Forged)
		}
		return &say{t("say_" + key), []string{t("say_" + key + "_1")}}
	case badge.Unavailable:
		return &say{t("say_unavailable"), []string{t("say_unavailable_1")}}
	case badge.Expired:
		return &say{t("say_expired"), []string{t("say_expired_1", i18n.Date(lang, a.Title.ExpiresOn))}}
	}
	if a.Status == badge.Withdrawn && a.Shop != nil && a.Shop.Heir != "" {
		return &say{t("say_taken_over"), []string{t("say_taken_over_1", since), t("say_taken_over_2")}}
	}
	s := &say{t("say_" + key), []string{t("say_"+key+"_1", since, a.Reason)}}
	if a.Status == badge.Withdrawn && a.Reason != "" {
		s.Lines = append(s.Lines, t("say_ended_why", a.Reason))
	}
	if a.Status == badge.Revoked && a.Barred != "" {
		s.Lines = append(s.Lines, t("say_revoked_barred", i18n.Date(lang, a.Barred)))
	}
	if a.Status == badge.Suspended || a.Status == badge.Revoked {
		s.Lines = append(s.Lines, t("say_"+key+"_2"))
	}
	return s
}

// cut splits "2026年1月2日 15:04" before the time.
func cut(s string) (day, clock string, ok bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == ' ' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// acts are the two buttons that fit an answer; the second one is the stronger.
func acts(s badge.Status, path, query string, t func(string, ...any) string) []act {
	report, complain := path+"/report"+query, path+"/complain"+query
	switch s {
	case badge.Valid, badge.Rectifying:
		return []act{{report, t("act_mismatch"), ""}, {complain, t("act_complain"), "p"}}
	case badge.Unknown:
		return []act{{report, t("act_badge"), "d"}}
	case badge.Unavailable:
		return []act{{path + query, t("act_retry"), "p"}}
	case badge.Revoked, badge.Suspended:
		return []act{{complain, t("act_complain"), ""}, {report, t("act_still"), "d"}}
	}
	return []act{{report, t("act_still"), ""}, {complain, t("act_complain"), "p"}}
}
