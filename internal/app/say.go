package app

import (
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
)

// Say words an error for the command line as the pages would say it: a refusal
// knows only its code. Fields are named as flags.
func Say(lang string, err error) string {
	f, ok := fault.As(err)
	if !ok {
		return err.Error()
	}
	p := httpapi.NewProblem(i18n.Shipped(), lang, "", err)
	said := p.Title + ": " + p.Detail
	for _, e := range p.Errors {
		flag, _, _ := strings.Cut(strings.TrimPrefix(e.Pointer, "/"), "/")
		said += "\n  --" + strings.ReplaceAll(flag, "_", "-") + ": " + e.Message
	}
	return strings.Replace(err.Error(), f.Error(), said, 1)
}
