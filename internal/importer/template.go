package importer

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// TemplateQuery asks for an empty list to fill in.
type TemplateQuery struct {
	Kind   Kind   `json:"kind" validate:"required,oneof=merchants premises facts certificates"`
	Format string `json:"format" validate:"required,oneof=xlsx csv"`
	Lang   string `json:"-"` // of the instructions; the headers are Chinese
}

// Formats of templates.
const (
	XLSX = "xlsx"
	CSV  = "csv"
)

// toFillIn is how many empty rows of a workbook are prepared for text.
const toFillIn = 500

// Template makes an empty list with every column that is understood, an
// example row that is never imported and, in a workbook, a sheet that says how
// to fill in each column.
func (s *Service) Template(ctx context.Context, q TemplateQuery) ([]byte, error) {
	return usecase.Read(ctx, s.rt, templateDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]byte, error) {
		if !slices.Contains(KindsFor(by), q.Kind) && !by.Has(access.System) {
			return nil, fault.New(fault.Forbidden, "import_titles")
		}
		list := s.blankList(q)
		if q.Format == CSV {
			return tabular.CSV(list.Rows)
		}
		_, offered, err := s.inForce(ctx, idb)
		if err != nil {
			return nil, err
		}
		return tabular.Book(list, s.instructions(q, offered))
	})
}

// blankList is the sheet to fill in. Its first column numbers the rows, and
// says that the example is one.
func (s *Service) blankList(q TemplateQuery) tabular.Sheet {
	head, example, widths := []string{runningNumber}, []string{tabular.ExampleMark}, []float64{7}
	for _, c := range columnsOf(q.Kind) {
		name := c.Names[0]
		if c.Required {
			name += requiredMark
		}
		shown := vocabulary().help[c.Key].Example
		head, example = append(head, name), append(example, shown)
		widths = append(widths, max(float64(2*len([]rune(name))), float64(len(shown))*0.8, 10)+2)
	}
	return tabular.Sheet{Name: s.texts.T(i18n.Zh, "import.kind_"+string(q.Kind)), Rows: [][]string{head, example}, Widths: widths, Filled: toFillIn}
}

// What stands in the templates whatever their language, because the reader
// knows it.
const (
	runningNumber = "序号"
	requiredMark  = "（必填）"
)

// instructions is the sheet that says how to fill in each column; titles are
// those that may stand in a list today.
func (s *Service) instructions(q TemplateQuery, titles []string) tabular.Sheet {
	t := func(key string, args ...any) string { return s.texts.T(q.Lang, key, args...) }
	rows := [][]string{{t("import.help_column"), t("import.help_needed"), t("import.help_how"), t("import.help_also"), t("import.help_example")}}
	for _, c := range columnsOf(q.Kind) {
		h := vocabulary().help[c.Key]
		needed := t("import.help_optional")
		if c.Required {
			needed = t("import.help_required")
		}
		words := vocabulary().choices(h.Words)
		if h.Words == "schemes" {
			words = titles
		}
		how := i18n.Text{Zh: h.Zh, En: h.En}.In(q.Lang) + strings.Join(words, "、")
		rows = append(rows, []string{c.Names[0], needed, how, strings.Join(c.Names[1:], "、"), h.Example})
	}
	rows = append(rows, []string{}, []string{t("import.help_notes")})
	for _, key := range []string{"import.help_example_row", "import.help_days", "import.help_again", "import.help_order"} {
		rows = append(rows, []string{"", "", t(key)})
	}
	return tabular.Sheet{Name: t("import.help"), Rows: rows, Widths: []float64{20, 10, 60, 44, 28}}
}
