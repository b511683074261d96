package street

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// ListCommand adds shops by a list: a file, or lines that were pasted.
type ListCommand struct {
	Street ident.StreetID `json:"-" validate:"required,uuid7"`
	Name   string         `json:"name" validate:"max=120,oneline,plain" doc:"Of the file."`
	File   []byte         `json:"file,omitempty" doc:"CSV or XLSX, base64."`
	Text   string         `json:"text,omitempty" validate:"max=60000" doc:"Or lines, cells between commas or tabs."`
	Apply  bool           `json:"apply" doc:"Add what was found; otherwise only tell what would happen."`
	Others bool           `json:"others" doc:"List shops that the register does not know, too."`
}

// What became of a row of a list.
const (
	RowJoins   = "joins"
	RowMember  = "member"  // is one already
	RowUnknown = "unknown" // the register does not know it
	RowMany    = "many"    // more than one shop fits
	RowWrong   = "wrong"   // the row cannot be read
)

// ListRow is what became of one row.
type ListRow struct {
	Number   int              `json:"row" doc:"As the spreadsheet shows it, from 1."`
	Name     string           `json:"name"`
	USCC     string           `json:"uscc,omitempty"`
	Address  string           `json:"address,omitempty"`
	Outcome  string           `json:"outcome" doc:"joins, member, unknown, many or wrong."`
	Rule     string           `json:"code,omitempty" doc:"What is wrong; the words are under rule.<code>."`
	Premises ident.PremisesID `json:"premises,omitempty" format:"uuid"`
	Shop     string           `json:"shop,omitempty" doc:"Name in the register."`
}

// Listed tells what a list would do, or did.
type Listed struct {
	Rows    []ListRow `json:"rows"`
	Joins   int       `json:"joins"`
	Unknown int       `json:"unknown"`
	Wrong   int       `json:"wrong" doc:"Rows that cannot be read or fit more than one shop."`
	Applied bool      `json:"applied"`
}

// mostRows bounds a list; a street has hundreds of shops, not thousands.
const mostRows = 500

var listColumns = []tabular.Column{
	{Key: "name", Names: []string{"店名", "商户名称", "门店名称", "名称", "商户", "shop", "name"}, Required: true},
	{Key: "uscc", Names: []string{"统一社会信用代码", "信用代码", "社会信用代码", "uscc"}},
	{Key: "address", Names: []string{"地址", "门店地址", "门牌号", "address"}},
	{Key: "returns", Names: []string{"能否退货", "可退货", "returns"}},
}

var listShopsDef = usecase.Define(usecase.Def{Name: "street.list_shops", Allow: organisers})

// ListShops finds the shops of a list in the register, by code and name, and
// adds them if asked to. Every row is answered for; a list with wrong rows adds
// the others.
func (s *Service) ListShops(ctx context.Context, cmd ListCommand) (Listed, error) {
	return usecase.Do(ctx, s.rt, listShopsDef, cmd, func(ctx context.Context, c *usecase.Call) (Listed, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return Listed{}, err
		}
		table, err := cmd.read()
		if err != nil {
			return Listed{}, err
		}
		out, joins, others, err := s.match(ctx, c.Tx, r, table)
		if err != nil || !cmd.Apply {
			return out, err
		}
		if joins != nil {
			if err := s.join(ctx, c, r, joins, FromList); err != nil {
				return Listed{}, err
			}
		}
		if cmd.Others && others != nil {
			if err := s.addOutsiders(ctx, c, r, others); err != nil {
				return Listed{}, err
			}
		}
		out.Applied = true
		return out, nil
	})
}

// read reads the file or the lines. Lines without a header begin with names.
func (cmd ListCommand) read() (*tabular.Table, error) {
	pointer, name, content := "/file", cmd.Name, cmd.File
	if len(content) == 0 {
		text := strings.TrimSpace(cmd.Text)
		if text == "" {
			return nil, fault.OnField("/text", "required", "")
		}
		text = strings.ReplaceAll(text, "\t", ",")
		first, _, _ := strings.Cut(text, "\n")
		if !slices.ContainsFunc(listColumns[0].Names, func(n string) bool {
			return slices.Contains(strings.Split(strings.TrimSpace(strings.ReplaceAll(first, "，", ",")), ","), n)
		}) {
			text = "店名,统一社会信用代码,地址\n" + text
		}
		pointer, name, content = "/text", "list.csv", []byte(strings.ReplaceAll(text, "，", ","))
	}
	table, err := tabular.Read(name, content, listColumns, nil)
	var header *tabular.HeaderError
	var file *tabular.FileError
	switch {
	case errors.As(err, &header):
		return nil, fault.OnField(pointer, "list_header", listColumns[0].Names[0]).Because(err)
	case errors.As(err, &file):
		return nil, fault.OnField(pointer, "list_file", "").Because(err)
	case err != nil:
		return nil, err
	case len(table.Rows) == 0:
		return nil, fault.OnField(pointer, "list_empty", "")
	case len(table.Rows) > mostRows:
		return nil, fault.OnField(pointer, "list_long", strconv.Itoa(mostRows))
	}
	return table, nil
}

func (s *Service) match(ctx context.Context, idb usecase.Reader, r record, table *tabular.Table) (Listed, []ident.PremisesID, []outsiderRow, error) {
	shops, err := county(ctx, idb, r, nil, 1<<20)
	if err != nil {
		return Listed{}, nil, nil, err
	}
	byCode, byName := map[string][]nearRow{}, map[string][]nearRow{}
	for _, x := range shops {
		byCode[x.USCC] = append(byCode[x.USCC], x)
		byName[search.Normal(x.Name)] = append(byName[search.Normal(x.Name)], x)
	}
	known, err := outsidersNow(ctx, idb, r.ID)
	if err != nil {
		return Listed{}, nil, nil, err
	}
	seen := map[string]bool{}
	for _, o := range known {
		seen[o.Name+"|"+o.Address] = true
	}
	out := Listed{Rows: []ListRow{}}
	var joins []ident.PremisesID
	var others []outsiderRow
	for _, row := range table.Rows {
		l := ListRow{Number: row.Number, Name: row.Values["name"], Address: row.Values["address"]}
		found := l.find(row.Values["uscc"], byCode, byName)
		switch {
		case l.Outcome != "":
			out.Wrong++
		case len(found) == 0:
			l.Outcome = RowUnknown
			out.Unknown++
			if key := l.Name + "|" + l.Address; !seen[key] {
				seen[key] = true
				others = append(others, outsiderRow{Name: l.Name, Address: l.Address, Returns: !slices.Contains([]string{"否", "不能", "no", "n"}, strings.ToLower(row.Values["returns"]))})
			}
		case len(found) > 1:
			l.Outcome = RowMany
			out.Wrong++
		default:
			l.Premises, l.Shop = found[0].ID, found[0].Name
			if found[0].Member || slices.Contains(joins, found[0].ID) {
				l.Outcome = RowMember
				break
			}
			l.Outcome = RowJoins
			out.Joins++
			joins = append(joins, found[0].ID)
		}
		out.Rows = append(out.Rows, l)
	}
	return out, joins, others, nil
}

// find looks a row up. A code that has several shops needs the name, a name
// that several shops bear needs the code or the address.
func (l *ListRow) find(code string, byCode, byName map[string][]nearRow) []nearRow {
	name := search.Normal(l.Name)
	if name == "" || len([]rune(l.Name)) > 60 {
		l.Outcome, l.Rule = RowWrong, "list_name"
		return nil
	}
	found := byName[name]
	if code != "" {
		uscc, _, err := tabular.ParseUSCC(code)
		if err != nil {
			l.Outcome, l.Rule = RowWrong, "uscc"
			return nil
		}
		l.USCC = string(uscc)
		found = byCode[string(uscc)]
		if len(found) > 1 {
			found = slices.DeleteFunc(slices.Clone(found), func(x nearRow) bool { return search.Normal(x.Name) != name })
		}
	}
	if len(found) > 1 && l.Address != "" {
		at := search.Normal(l.Address)
		if exact := slices.DeleteFunc(slices.Clone(found), func(x nearRow) bool { return search.Normal(x.Address) != at }); len(exact) == 1 {
			return exact
		}
	}
	return found
}
