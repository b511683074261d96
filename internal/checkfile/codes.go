package checkfile

import (
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/sector"
)

// codes is a closed list with its words: files are written in Chinese, and
// read in Chinese, in English or by the codes themselves.
type codes struct {
	all    []string
	prefix string // of the words in the catalogue
}

func list[T ~string](prefix string, all ...T) codes {
	c := codes{prefix: prefix}
	for _, x := range all {
		c.all = append(c.all, string(x))
	}
	return c
}

var (
	kinds     = list("checklist.kind.", checklist.Kinds()...)
	types     = list("module.type_", checklist.Types()...)
	flags     = list("checklist.flag.", checklist.Flags()...)
	methods   = list("checklist.check.", checklist.Methods()...)
	standings = list("checklist.standing.", checklist.Official, checklist.Proposed)
	roles     = list("module.role_", checklist.Base, checklist.Extra, checklist.Deduction)
	proofs    = list("module.proof_", checklist.EvidenceKinds()...)
	moments   = list("module.on_", checklist.EvidenceMoments()...)
	verdicts  = list("checklist.verdict.", checklist.Pass, checklist.Fail, checklist.NotApplicable)
	yes       = list("checkfile.bool_", "yes", "no")
)

func (c codes) word(code, lang string) string {
	if code == "" {
		return ""
	}
	return i18n.Shipped().T(lang, c.prefix+code)
}

// code finds what a cell means; false when it is none of the list.
func (c codes) code(cell string) (string, bool) {
	cell = strings.TrimSpace(cell)
	for _, x := range c.all {
		if strings.EqualFold(cell, x) || cell == c.word(x, i18n.Zh) || strings.EqualFold(cell, c.word(x, i18n.En)) {
			return x, true
		}
	}
	return "", false
}

// words lists what may be written, for an error.
func (c codes) words() string {
	out := make([]string, len(c.all))
	for i, x := range c.all {
		out[i] = c.word(x, i18n.Zh) + " (" + x + ")"
	}
	return strings.Join(out, ", ")
}

func (l line) code(key string, c codes, fallback string) string {
	s := l.get(key)
	if s == "" {
		return fallback
	}
	x, ok := c.code(s)
	if !ok {
		l.bad(key, "code", s, c.words())
	}
	return x
}

// sectorCode reads a sector by its code or name.
func sectorCode(cell string) (sector.Code, bool) {
	for _, s := range sector.All() {
		if cell == string(s.Code) || cell == s.Zh || strings.EqualFold(cell, s.En) {
			return s.Code, true
		}
	}
	return "", false
}

func sectorName(c sector.Code) string {
	s, ok := sector.Lookup(c)
	if !ok {
		return string(c)
	}
	return s.Zh
}
