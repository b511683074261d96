package scheme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/checklist"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
)

var shipped = sync.OnceValue(func() []Scheme {
	files, err := fs.Glob(assets.FS, "schemes/*.yaml")
	if err != nil {
		panic(err)
	}
	var all []Scheme
	for _, name := range files {
		b, err := assets.FS.ReadFile(name)
		if err != nil {
			panic(err)
		}
		s, err := Parse(b)
		if err != nil {
			panic(fmt.Errorf("assets/%s: %w", name, err))
		}
		s.Pass = passOf(s.Sheet)
		all = append(all, s)
	}
	return all
})

// All lists the shipped schemes, every version, in the order of their files.
func All() []Scheme { return slices.Clone(shipped()) }

// Current lists the newest version of each scheme.
func Current() []Scheme {
	var out []Scheme
	for _, s := range shipped() {
		i := slices.IndexFunc(out, func(o Scheme) bool { return o.Code == s.Code })
		switch {
		case i < 0:
			out = append(out, s)
		case out[i].Version < s.Version:
			out[i] = s
		}
	}
	return out
}

// Lookup finds a version of a scheme; an empty version means the newest.
func Lookup(code, version string) (Scheme, bool) {
	for _, s := range Current() {
		if s.Code == code && version == "" {
			return s, true
		}
	}
	for _, s := range shipped() {
		if s.Code == code && s.Version == version {
			return s, true
		}
	}
	return Scheme{}, false
}

// passOf reads the thresholds from the scoring frame of a checklist plan, so
// that they are said once.
func passOf(plan string) Pass {
	lib := checklist.Shipped()
	for _, p := range lib.Plans {
		frame, ok := lib.Frames[p.Frame]
		if p.ID != plan || !ok {
			continue
		}
		pass := Pass{Veto: frame.VetoFails}
		if frame.BonusCap != nil {
			pass.BonusCap = frame.BonusCap.String()
		}
		for _, rule := range frame.Pass {
			switch {
			case rule.Least == nil:
			case len(rule.Of) == 0 && rule.Metric == checklist.MetricScore:
				pass.Total = rule.Least.String()
			case slices.Contains(rule.Of, "kind:sector"):
				pass.Sector = rule.Least.String()
			}
		}
		return pass
	}
	return Pass{}
}

// Texts gives what a title's certificate needs from its scheme.
func Texts(code, version string) (titleZh, titleEn, abbreviation string, exclusionYears, rectificationDays int, ok bool) {
	s, ok := Lookup(code, version)
	return s.Title.Zh, s.Title.En, s.Abbreviation, s.ExclusionYears.Value, s.RectificationWorkdays.Value, ok
}

// Parse reads and checks one data file. A property that this package does not
// know is refused, so that nobody believes in a rule that nothing applies.
func Parse(data []byte) (Scheme, error) {
	var s Scheme
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil {
		return Scheme{}, err
	}
	sum := sha256.Sum256(data)
	s.Hash = hex.EncodeToString(sum[:])
	return s, s.Validate()
}

var (
	codeForm         = regexp.MustCompile(`^[a-z][a-z0-9-]{2,39}$`)
	abbreviationForm = regexp.MustCompile(`^[A-Z]{2}$`)
	versionForm      = regexp.MustCompile(`^\d{4}\.\d{1,2}$`)
)

// forbidden are the words that only the state may put into a title
// (创建示范活动管理办法(试行), 2022).
var forbidden = []string{"国家", "中国", "全国", "中华", "National", "China"}

// Validate reports everything that is wrong with the data.
func (s Scheme) Validate() error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if !codeForm.MatchString(s.Code) || !versionForm.MatchString(s.Version) || !abbreviationForm.MatchString(s.Abbreviation) {
		bad("code, version (YYYY.N) or abbreviation (two capitals) is malformed")
	}
	for _, w := range forbidden {
		if strings.Contains(s.Title.Zh+s.Title.En, w) {
			bad("the title may not contain %q", w)
		}
	}
	if s.Subject != Premises && s.Subject != Street {
		bad("unknown subject %q", s.Subject)
	}
	if s.Approval == "" || len(s.Basis) == 0 {
		bad("a title needs its approval document and basis")
	}
	for name, t := range map[string]Text{"title": s.Title, "summary": s.Summary, "issuer": s.Issuer, "declaration": s.Declaration} {
		if t.Zh == "" || t.En == "" {
			bad("%s is missing in a language", name)
		}
	}
	for name, items := range map[string][]Item{"conditions": s.Conditions, "documents": s.Documents, "commitments": s.Commitments} {
		if len(items) == 0 {
			bad("%s are missing", name)
		}
		wrong = append(wrong, checkItems(name, items)...)
	}
	for _, code := range s.Sectors {
		if !sector.Valid(sector.Code(code)) {
			bad("unknown sector %q", code)
		}
	}
	if len(s.Sectors) == 0 {
		bad("no sector may apply")
	}
	wrong = append(wrong, s.checkNumbers()...)
	return errors.Join(wrong...)
}

func (s Scheme) checkNumbers() []error {
	var wrong []error
	for _, g := range s.Route {
		if lifecycle.Application.Info(g.State).Zh == string(g.State) {
			wrong = append(wrong, fmt.Errorf("route names the unknown state %q", g.State))
		}
	}
	for _, st := range lifecycle.Application.States {
		waits := !st.Final && st.Waits.Staff() && st.State != lifecycle.PublicNotice
		if waits && s.Workdays(st.State) < 1 {
			wrong = append(wrong, fmt.Errorf("route gives no time to %q", st.State))
		}
	}
	for name, n := range map[string]Number{
		"notice_workdays": s.NoticeWorkdays, "correction_workdays": s.CorrectionWorkdays, "appeal_workdays": s.AppealWorkdays,
		"validity_years": s.ValidityYears, "recheck_months": s.RecheckMonths, "exclusion_years": s.ExclusionYears,
		"rectification_workdays": s.RectificationWorkdays,
	} {
		if n.Value < 1 {
			wrong = append(wrong, fmt.Errorf("%s must be at least 1", name))
		}
	}
	if s.Terms != nil {
		if s.Terms.Days.Value < 7 {
			wrong = append(wrong, errors.New("terms.days must be at least 7"))
		}
		wrong = append(wrong, checkItems("terms.exclusions", s.Terms.Exclusions)...)
	}
	return wrong
}

func checkItems(name string, items []Item) []error {
	var wrong []error
	seen := map[string]bool{}
	for _, it := range items {
		if it.ID == "" || it.Text.Zh == "" || it.Text.En == "" || seen[it.ID] {
			wrong = append(wrong, fmt.Errorf("%s: %q is incomplete or listed twice", name, it.ID))
		}
		seen[it.ID] = true
	}
	return wrong
}
