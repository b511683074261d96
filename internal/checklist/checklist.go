// Package checklist owns the checklists (检查表) of the programme and the one
// way in which they are scored: modules as reviewed data, sheets composed from
// modules and a scoring frame, answers, and the result with its reasons.
//
// It is pure: it reads the shipped data files and computes. It does not know
// inspections, shops, users, databases or pages, it stores nothing, and it has
// no words for people other than those in the data.
//
// Invariants: a sheet says everything that its result depends on, so that a
// pinned sheet and its answers give the same result for ever; no arithmetic is
// done in floating point; the order of answers never matters.
package checklist

import (
	"encoding/json"

	"fangxin/internal/sector"
)

// Text is a wording in Chinese and in English; both are always present.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// In is the wording in a language, "en" or otherwise Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Zh
}

// Kind says what a module is for.
type Kind string

// The kinds of modules.
const (
	General   Kind = "general"   // 通用
	Veto      Kind = "veto"      // 一票否决
	Bonus     Kind = "bonus"     // 加分
	OfSector  Kind = "sector"    // 业态
	OfStreet  Kind = "street"    // 街区商圈
	Programme Kind = "programme" // 专项
)

// Role says how the points of a section enter the result.
type Role string

// The roles of sections.
const (
	Base      Role = "base"      // earned points, part of the denominator
	Extra     Role = "bonus"     // added on top, capped by the frame
	Deduction Role = "deduction" // taken off when an item fails, capped by the frame
)

// Flag says what a failed item means.
type Flag string

// The flags of items.
const (
	Ordinary  Flag = "ordinary" // 一般项
	Key       Flag = "key"      // 重点项 (*)
	VetoItem  Flag = "veto"     // 否决项 (★)
	BonusItem Flag = "bonus"    // 加分项
)

// Method is a way of checking an item (检查方式).
type Method string

// The methods, with the letters used in the data files.
const (
	Document  Method = "D" // 查阅资料
	Site      Method = "S" // 现场查看
	Photo     Method = "P" // 拍照取证
	Audio     Method = "A" // 录音取证
	Question  Method = "Q" // 询问人员
	Test      Method = "T" // 体验式购买、退货
	DataCheck Method = "X" // 数据比对
	Measure   Method = "M" // 测量检测
)

// Type says what an answer to an item looks like.
type Type string

// The types of items.
const (
	YesNo     Type = "yesno"
	Graded    Type = "graded"    // points between 0 and the item's points
	Number    Type = "number"    // a measured value with its unit
	Choice    Type = "choice"    // one of the options
	FreeText  Type = "text"      // a sentence
	PhotoItem Type = "photo"     // at least one photo
	Signature Type = "signature" // a drawn signature, or a refusal with its reason
	Location  Type = "location"  // a position
	TestTrade Type = "test"      // test purchase or return, answered yes or no
)

// Standing tells official numbers from numbers proposed by this project.
const (
	Official = "official" // printed in the source
	Proposed = "proposed" // seed value that the authority is expected to review
)

// KnownUnverified marks an item taken from general knowledge of the named rule
// and not from a text that was read; the authority should check it first.
const KnownUnverified = "known-unverified"

// Module is one reviewed file of assets/checklists.
type Module struct {
	ID       string        `json:"id" yaml:"id"`
	Title    Text          `json:"title" yaml:"title"`
	Kind     Kind          `json:"kind" yaml:"kind"`
	Sectors  []sector.Code `json:"sectors,omitempty" yaml:"sectors"`
	Version  string        `json:"version" yaml:"version"`
	Status   string        `json:"status" yaml:"status"` // draft or published
	Note     Text          `json:"note" yaml:"note"`     // what reviewers should know
	Full     Points        `json:"full" yaml:"full"`     // declared sum of the base sections
	Extra    Points        `json:"bonus" yaml:"bonus"`   // declared sum of the bonus sections
	Sections []Section     `json:"sections" yaml:"sections"`
}

// Marshal writes the module as canonical JSON ([Canonical]) and gives its hash,
// SHA-256 in lower-case hexadecimal.
func (m *Module) Marshal() (body []byte, hash string, err error) {
	return sealed(m)
}

// Settle fills in what follows from the rest: the sums of the base and of the
// bonus sections.
func (m Module) Settle() Module {
	m.Full, m.Extra = 0, 0
	for i := range m.Sections {
		switch s := &m.Sections[i]; s.Role {
		case Base:
			m.Full += s.weight()
		case Extra:
			m.Extra += s.weight()
		}
	}
	return m
}

// Clone copies the module; nothing is shared.
func (m *Module) Clone() Module {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // plain data
	}
	var out Module
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

// Section is a titled run of items that is counted together.
type Section struct {
	ID      string `json:"id" yaml:"id"`
	Title   Text   `json:"title" yaml:"title"`
	Module  string `json:"module" yaml:"-"`
	Kind    Kind   `json:"kind" yaml:"-"`
	Version string `json:"version" yaml:"-"`
	Role    Role   `json:"role" yaml:"role"`
	// Weight is what all items of the section together are worth in the result;
	// the items' points are scaled to it. In a data file 0 means their sum.
	Weight   Points `json:"weight" yaml:"weight"`
	Standing string `json:"standing" yaml:"standing"`                   // of the weight
	Clauses  int    `json:"clauses,omitempty" yaml:"clauses,omitempty"` // number of clauses in the official text
	When     *When  `json:"when,omitempty" yaml:"when,omitempty"`       // shows the section only then
	Items    []Item `json:"items" yaml:"items"`
}

// Item is one criterion.
type Item struct {
	ID        string        `json:"id" yaml:"id"`
	Text      Text          `json:"text" yaml:",inline"`
	Guide     Text          `json:"guide" yaml:"guide"`                     // how to check it
	Basis     *Text         `json:"basis,omitempty" yaml:"basis,omitempty"` // legal basis, where the source names one
	Type      Type          `json:"type" yaml:"type"`
	Flag      Flag          `json:"flag" yaml:"flag"`
	Points    Points        `json:"points" yaml:"points"`
	Standing  string        `json:"standing" yaml:"standing"` // of the points
	Certainty string        `json:"certainty,omitempty" yaml:"certainty"`
	Check     Words[Method] `json:"check" yaml:"check"`
	Sources   Words[string] `json:"sources" yaml:"sources"`
	Sectors   Words[string] `json:"sectors,omitempty" yaml:"sectors"` // empty means every sector
	NA        Exemption     `json:"na" yaml:"na"`
	Evidence  []Evidence    `json:"evidence,omitempty" yaml:"evidence"`
	When      *When         `json:"when,omitempty" yaml:"when"`
	Step      Points        `json:"step,omitempty" yaml:"step"`       // graded: scores are multiples of it
	PassAt    Points        `json:"pass_at,omitempty" yaml:"pass_at"` // graded: fewer points count as failed; 0 means only 0 fails
	Range     *Range        `json:"range,omitempty" yaml:"range"`     // number
	Options   []Option      `json:"options,omitempty" yaml:"options"` // choice; graded: the only scores allowed
}

// Exemption says whether an item may be answered "not applicable".
type Exemption string

// The exemptions. Data files leave it out: veto items are then always asked.
const (
	NAAllowed Exemption = "allowed" // with a reason
	NANever   Exemption = "never"
)

// Evidence must accompany an answer.
type Evidence struct {
	Kind string `json:"kind" yaml:"kind"` // photo, audio, note
	On   string `json:"on" yaml:"on"`     // fail, pass, always
}

// When makes an item, or a whole section, visible only if an earlier item was
// answered so.
type When struct {
	Item string   `json:"item" yaml:"item"`
	Is   []string `json:"is" yaml:"is"` // verdicts or options
}

// Range limits a number: what may be entered and what passes, both inclusive.
type Range struct {
	Unit    string  `json:"unit" yaml:"unit"`
	Min     Points  `json:"min" yaml:"min"`
	Max     Points  `json:"max" yaml:"max"`
	PassMin *Points `json:"pass_min,omitempty" yaml:"pass_min"`
	PassMax *Points `json:"pass_max,omitempty" yaml:"pass_max"`
}

// Option is one answer of a choice, or one step of a graded item.
type Option struct {
	ID     string `json:"id" yaml:"id"`
	Text   Text   `json:"text" yaml:",inline"`
	Points Points `json:"points" yaml:"points"`
	Fails  bool   `json:"fails,omitempty" yaml:"fails"`
}
