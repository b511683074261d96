package app_test

import (
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/assets"
	"fangxin/internal/access"
	"fangxin/internal/app"
	"fangxin/internal/notify"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// filing is what a merchant or an organiser sends, and how the office hears of
// it: by a notice to its officers or by a task on its list.
type filing struct {
	event notify.Code
	task  string
	rare  bool // the demonstration tells no such case
}

// filings are all use-cases by which something comes to an office. A new form
// for merchants or organisers has its place here or in [ownMatter], or the
// test fails.
var filings = map[string]filing{
	"appeal.file":          {event: notify.AppealFiled},
	"appeal.retract":       {event: notify.AppealBack, rare: true},
	"application.submit":   {event: notify.CaseWaiting},
	"application.resubmit": {event: notify.CaseWaiting, rare: true},
	"application.withdraw": {event: notify.CaseWithdrawn},
	"certificate.withdraw": {event: notify.TitleGivenUp},
	"merchant.claim":       {task: task.ClaimOperator, rare: true},
	"pledge.publish":       {event: notify.PledgeFiled},
	"pledge.withdraw":      {event: notify.PledgeLeft, rare: true},
	"pledge.report_fixed":  {event: notify.PledgeFixed},
	"rectification.submit": {task: task.RectificationSent},
	"reinspection.file":    {task: task.ReinspectionFiled},
	"renewal.file":         {task: task.RenewalFiled},
	"reply.file":           {task: task.ReplyFiled},
	"notice.object":        {task: task.ObjectionFiled},
	"pledge.object":        {task: task.ObjectionFiled},
	"takeover.file":        {task: task.TakeoverFiled},
	"takeover.consent":     {event: notify.TakeoverToCheck},
	"takeover.object":      {event: notify.TakeoverToCheck, rare: true},
}

// ownMatter are the forms that send nothing to an office, and why.
var ownMatter = map[string]string{
	"account.":                 "one's own account",
	"channel.":                 "how one is told",
	"file.put":                 "a photo comes with what it belongs to",
	"inbox.":                   "one's own inbox",
	"badge.":                   "prints hang in the holder's own shop",
	"application.attach":       "before it is submitted",
	"application.detach":       "before it is submitted",
	"application.save":         "before it is submitted",
	"application.start":        "before it is submitted",
	"merchant.add_operator":    "comes to an office with the first application",
	"merchant.add_premises":    "comes to an office with the first application",
	"merchant.update_operator": "a changed name on a title is a renewal.file",
	"merchant.update_premises": "a changed name on a title is a renewal.file",
	"merchant.close_premises":  "ends what the shop holds, which each slice tells",
	"pledge.start":             "before it is published",
	"pledge.save":              "before it is published",
	"pledge.discard":           "was never published",
	"pledge.revise":            "comes to the office when it is published",
	"pledge.renew":             "continues what the office knows, on the same terms",
	"pledge.record_return":     "the shop's own ledger",
	"pledge.strike_return":     "the shop's own ledger",
	"pledge.show_ledger":       "the shop's own ledger",
	"rectification.answer":     "before the evidence is sent",
	"reinspection.retract":     "takes its task off the list",
	"renewal.retract":          "takes its task off the list",
	"reply.retract":            "takes its task off the list",
	"takeover.retract":         "takes its task off the list",
	"street.register":          "comes to an office with the street's application",
	"street.update":            "its standing is computed, and told when it changes",
	"street.":                  "the county hears when the standing of the title changes",
}

func matter(name string) (filing, bool, bool) {
	f, files := filings[name]
	if _, own := ownMatter[name]; own {
		return f, files, true
	}
	for prefix := range ownMatter {
		if strings.HasSuffix(prefix, ".") && strings.HasPrefix(name, prefix) {
			return f, files, true
		}
	}
	return f, files, false
}

// Whatever merchants and organisers can send is told to an office, or it is
// said why it is no office's matter; and the form says so before it is sent.
func TestEveryFilingReachesAnOffice(t *testing.T) {
	start(t, "")
	seen := map[string]bool{}
	for _, d := range usecase.Defs() {
		method, place, _ := strings.Cut(d.Mounted("page"), " ")
		if method != "POST" || !slices.Contains(d.Allow, access.Merchant) && !slices.Contains(d.Allow, access.Organiser) {
			continue
		}
		f, files, own := matter(d.Name)
		seen[d.Name] = true
		switch {
		case files == own:
			t.Errorf("%s: either it reaches an office, or it is listed with the reason why it need not", d.Name)
		case own:
			continue
		}
		if f.event != "" {
			if ev, ok := notify.Lookup(f.event); !ok || ev.Audience != notify.Officers {
				t.Errorf("%s is told as %s, which goes to %s", d.Name, f.event, ev.Audience)
			}
		} else if f.task == "" {
			t.Errorf("%s reaches nobody", d.Name)
		}
		if !strings.HasSuffix(d.Name, ".retract") && !saysWhere(t, place) {
			t.Errorf("%s: no form of %s says beforehand which office hears of it", d.Name, place)
		}
	}
	for name := range filings {
		if !seen[name] {
			t.Errorf("%s is no form of a merchant any more", name)
		}
	}
}

// saysWhere reports whether a form that leads to a place holds the part that
// names the office.
func saysWhere(t *testing.T, place string) bool {
	t.Helper()
	found := false
	last := place[strings.LastIndex(place, "/")+1:]
	if strings.HasPrefix(last, "{") {
		last = "" // one address for several steps
	}
	err := fs.WalkDir(assets.FS, "tpl", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(assets.FS, path)
		for _, f := range wholeForms.FindAllStringSubmatch(string(b), -1) {
			if (strings.Contains(f[1], "/"+last+`"`) || last == "" || strings.Contains(f[2], `formaction="`+place+`"`)) &&
				(strings.Contains(f[2], `template "goes-to"`) || strings.Contains(f[2], `template "pledge-sign"`)) {
				found = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var wholeForms = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)

// reached checks on the demonstration's own story that each filing was told in
// the transaction in which it was made: to the office in charge, or to the one
// above it that decides.
func reached(t *testing.T, a *app.App) {
	t.Helper()
	for name, f := range filings {
		var made, told int
		query := `SELECT count(*) FROM audit_entry AS e WHERE e.usecase = ? AND e.outcome = 'done'`
		if err := a.DB.R.NewRaw(query, name).Scan(context.Background(), &made); err != nil {
			t.Fatal(err)
		}
		if made == 0 && !f.rare {
			t.Errorf("%s: the demonstration has none", name)
		}
		by := ` AND EXISTS (SELECT 1 FROM message AS m WHERE m.event = ? AND m.at = e.at AND m.scope = e.scope)`
		what := string(f.event)
		if f.task != "" {
			by, what = ` AND EXISTS (SELECT 1 FROM task AS k WHERE k.kind = ? AND k.created_at = e.at AND e.scope LIKE k.scope || '%')`, f.task
		}
		if err := a.DB.R.NewRaw(query+by, name, what).Scan(context.Background(), &told); err != nil {
			t.Fatal(err)
		}
		if told != made {
			t.Errorf("%s: of %d the office heard of %d", name, made, told)
		}
	}
}
