package notify

import (
	"net/url"
	"strings"

	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
)

// args are the data of an occurrence in the words of a language.
func args(texts *i18n.Catalogue, lang string, data map[string]string) i18n.Args {
	out := i18n.Args{}
	for k, v := range data {
		switch {
		case strings.HasSuffix(k, "_en"):
			continue
		case lang == i18n.En && data[k+"_en"] != "":
			v = data[k+"_en"]
		case strings.HasSuffix(k, "_on"):
			v = i18n.Date(lang, v)
		case k == "state":
			v = lifecycle.Application.Label(lifecycle.State(v), lang)
		case k == "task":
			v = texts.T(lang, "task."+v)
		case k == "outcome":
			v = texts.T(lang, "export.state_"+v)
		}
		out[k] = v
	}
	return out
}

// lines are the facts that follow the text of a notice when there are any, in
// this order, each with a label of its own: "notify.line_reason".
var lines = []string{"reason", "items", "due_on", "closes_on", "appeal_on", "excluded_on"}

// title words an event in one line: the head of a mail, the whole of a text
// message.
func (s *Service) title(lang string, c Code, data map[string]string) string {
	return s.texts.T(lang, "notify."+string(c)+".title", args(s.texts, lang, data))
}

// body words it in full.
func (s *Service) body(lang string, c Code, data map[string]string) string {
	with := args(s.texts, lang, data)
	text := s.texts.T(lang, "notify."+string(c)+".body", with)
	for _, k := range lines {
		if data[k] != "" {
			text += "\n" + s.texts.T(lang, "notify.line_"+k, with)
		}
	}
	return text
}

// link is the page of this site that an event leads to; {subject} in it stands
// for the record, any other {name} for what the notice says under the name.
func link(c Code, subject string, data map[string]string) string {
	ev, _ := Lookup(c)
	path := strings.ReplaceAll(ev.Link, "{subject}", subject)
	for name, value := range data {
		path = strings.ReplaceAll(path, "{"+name+"}", url.QueryEscape(value))
	}
	return path
}
