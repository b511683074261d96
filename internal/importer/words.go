package importer

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/i18n"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// lexicon are the headers and synonyms of assets/imports/columns.yaml.
type lexicon struct {
	columns map[string][]string
	ignored map[string]bool
	kinds   map[Kind]kindColumns
	sectors map[string]string // word → sector code
	schemes map[string]string // word that only bureaus use → scheme code
	datums  map[string]string // word → datum
	answers map[string]string // word → yes or no
	help    map[string]columnHelp
	listed  map[string][]string // words to offer: sectors, datums
}

// columnHelp is what the templates say about a column.
type columnHelp struct {
	Example string `yaml:"example"`
	Zh      string `yaml:"zh"`
	En      string `yaml:"en"`
	Words   string `yaml:"words"` // which words may stand in it
}

// choices lists the words to offer in a column, one for each meaning.
func (w *lexicon) choices(list string) []string { return w.listed[list] }

type kindColumns struct {
	Required []string `yaml:"required"`
	Optional []string `yaml:"optional"`
}

var vocabulary = sync.OnceValue(func() *lexicon {
	b, err := assets.FS.ReadFile("imports/columns.yaml")
	if err != nil {
		panic(err)
	}
	var file struct {
		Columns map[string][]string   `yaml:"columns"`
		Ignored []string              `yaml:"ignored"`
		Kinds   map[Kind]kindColumns  `yaml:"kinds"`
		Sectors map[string][]string   `yaml:"sectors"`
		Schemes map[string][]string   `yaml:"schemes"`
		Datums  map[string][]string   `yaml:"datums"`
		Answers map[string][]string   `yaml:"answers"`
		Help    map[string]columnHelp `yaml:"help"`
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		panic("imports/columns.yaml: " + err.Error())
	}
	w := &lexicon{columns: file.Columns, ignored: map[string]bool{}, kinds: file.Kinds, sectors: invert(file.Sectors), schemes: invert(file.Schemes), datums: invert(file.Datums), answers: invert(file.Answers), help: file.Help, listed: map[string][]string{}}
	for _, name := range file.Ignored {
		w.ignored[fold(name)] = true
	}
	for _, key := range errorColumns { // a list of errors that was put right
		for _, lang := range i18n.Langs {
			w.ignored[fold(i18n.Shipped().T(lang, key))] = true
		}
	}
	for _, s := range sector.ForPremises() {
		w.listed["sectors"] = append(w.listed["sectors"], s.Zh)
		for _, word := range []string{string(s.Code), s.Zh, s.En} {
			w.sectors[fold(word)] = string(s.Code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(file.Datums)) {
		w.listed["datums"] = append(w.listed["datums"], file.Datums[code][len(file.Datums[code])-1])
	}
	return w
})

// ignores reports a column that is known and not read.
func (w *lexicon) ignores(header string) bool { return w.ignored[fold(header)] }

func invert(m map[string][]string) map[string]string {
	out := map[string]string{}
	for code, names := range m {
		for _, n := range names {
			out[fold(n)] = code
		}
	}
	return out
}

// titles are the words by which files name a title, with the version in force.
type titles map[string]scheme.Scheme

// inForce reads the titles that may be imported, and the words to offer.
func (s *Service) inForce(ctx context.Context, idb usecase.Reader) (titles, []string, error) {
	list, err := scheme.AllInForce(ctx, idb)
	byCode, out := map[string]scheme.Scheme{}, titles{}
	var offered []string
	for _, sch := range list {
		byCode[sch.Code] = sch
		if sch.Subject != scheme.Street {
			offered = append(offered, sch.Title.Zh)
		}
	}
	for word, code := range vocabulary().schemes {
		if sch, ok := byCode[code]; ok {
			out[word] = sch
		}
	}
	for _, sch := range list { // a title's own name goes before what bureaus call others
		for _, word := range []string{sch.Code, sch.Title.Zh, sch.Title.En} {
			out[fold(word)] = sch
		}
	}
	return out, offered, err
}

// fold makes two ways of writing a word equal: width, case and spaces.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(tabular.Clean(s)), ""))
}

// columnsOf lists the columns that a kind of file understands.
func columnsOf(k Kind) []tabular.Column {
	w := vocabulary()
	var out []tabular.Column
	for _, key := range w.kinds[k].Required {
		out = append(out, tabular.Column{Key: key, Names: w.columns[key], Required: true})
	}
	for _, key := range w.kinds[k].Optional {
		out = append(out, tabular.Column{Key: key, Names: w.columns[key]})
	}
	return out
}

// header is the first name of a column: how problems call it.
func header(key string) string {
	if names := vocabulary().columns[key]; len(names) > 0 {
		return names[0]
	}
	return key
}

// splitWords takes a cell with several words apart.
func splitWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，/／;；|+ ", r) })
}
