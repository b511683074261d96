package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/tabular"
	"fangxin/internal/valid"
)

// outcome is what becomes of a row.
type outcome int

const (
	isNew outcome = iota
	same
	differs
	repeated
	refused
)

// entry is one row, read.
type entry struct {
	row      tabular.Row
	uscc     ident.USCC
	repaired bool
	operator merchant.AddOperatorCommand
	shop     *merchant.AddPremisesCommand // nil when the file has only merchants, or the row names no place
	title    *certificate.ImportCommand
	facts    *merchant.FactsCommand
	key      string // of the place
	premises ident.PremisesID
	notes    []note
	outcome  outcome
}

// reader reads the rows of one file.
type reader struct {
	kind  Kind
	table *tabular.Table
	today calendar.Date
	known titles
}

func (r *reader) read(row tabular.Row) *entry {
	e := &entry{row: row}
	r.operator(e)
	switch r.kind {
	case Facts:
		r.facts(e)
	case Premises, Certificates:
		r.shop(e)
		if r.kind == Certificates {
			r.title(e)
		}
	}
	if e.hopeless() {
		e.outcome = refused
	}
	return e
}

func (e *entry) value(key string) string { return e.row.Values[key] }

func (e *entry) add(n ...note) { e.notes = append(e.notes, n...) }

// expiryGiven reports that the file says how long the title is valid.
func (e *entry) expiryGiven() bool { return e.value("expires") != "" || e.value("validity") != "" }

func (r *reader) operator(e *entry) {
	code, repaired, err := tabular.ParseUSCC(e.value("uscc"))
	e.uscc, e.repaired = code, repaired
	switch {
	case e.value("uscc") == "":
		e.add(rule(e.row.Number, "uscc", "required", ""))
	case err != nil:
		e.add(rule(e.row.Number, "uscc", string(code.Problem()), ""))
	}
	e.operator = merchant.AddOperatorCommand{
		USCC: string(code), Name: e.value("name"), LegalForm: e.value("form"), Contact: e.value("contact"),
		Phone: r.phone(e, "phone"), FoundedOn: r.date(e, "founded").String(),
	}
	if r.kind == Merchants || e.operator.Name != "" {
		check := e.operator
		if err != nil {
			check.USCC = goodCode // said already
		}
		e.check(check, "name", "phone")
	}
}

// goodCode and an id of its own stand in a command for what is looked at
// elsewhere, while the rest of it is checked.
const goodCode = "91360102MA1TEUT08T"

func (e *entry) check(command any, name, phone string) {
	if err := valid.Check(command); err != nil {
		e.add(refusal(e.row.Number, err, name, phone)...)
	}
}

func (r *reader) phone(e *entry, key string) string {
	n, err := tabular.ParsePhone(e.value(key))
	if err != nil {
		e.add(problem(e.row.Number, key, "phone", e.value(key)))
		return ""
	}
	return n
}

func (r *reader) date(e *entry, key string) calendar.Date {
	if e.value(key) == "" {
		return calendar.Date{}
	}
	d, err := r.table.Date(e.value(key))
	if err != nil {
		e.add(problem(e.row.Number, key, "date", e.value(key)))
	}
	return d
}

// shop reads the place. A list of titles may leave the address out: the one
// shop of the operator is meant then.
func (r *reader) shop(e *entry) {
	if r.kind == Certificates && e.value("address") == "" {
		return
	}
	name := e.value("shop")
	if name == "" {
		name = e.operator.Name
	}
	cmd := &merchant.AddPremisesCommand{
		Operator: ident.New[ident.OperatorID](), Name: name, Address: e.value("address"), Phone: r.phone(e, "shop_phone"),
		Point: r.point(e), Sectors: r.sectors(e),
	}
	var wrong string
	var args []any
	if cmd.Division, wrong, args = county(e.value("division"), e.value("city")); wrong != "" {
		e.add(problem(e.row.Number, "division", wrong, args...))
	} else {
		e.key = string(e.uscc) + "|" + merchant.PlaceKey(cmd.Name, cmd.Address, cmd.Division)
	}
	e.shop = cmd
	check := *cmd
	if wrong != "" {
		check.Division = "360102"
	}
	if check.Sectors == nil {
		check.Sectors = []string{"store"} // said by sectors, or known from the registry
	}
	e.check(check, "shop", "shop_phone")
}

func (r *reader) sectors(e *entry) []string {
	var out []string
	for _, word := range splitWords(e.value("sector")) {
		code, ok := vocabulary().sectors[fold(word)]
		switch {
		case !ok:
			e.add(problem(e.row.Number, "sector", "sector", word))
		case !slices.Contains(out, code):
			out = append(out, code)
		}
	}
	if e.value("sector") == "" && r.kind == Premises {
		e.add(rule(e.row.Number, "sector", "required", ""))
	}
	return out
}

func (r *reader) point(e *entry) *merchant.Point {
	lng, lat := e.value("lng"), e.value("lat")
	if lng == "" && lat == "" {
		return nil
	}
	x, xerr := strconv.ParseFloat(strings.TrimSuffix(lng, "°"), 64)
	y, yerr := strconv.ParseFloat(strings.TrimSuffix(lat, "°"), 64)
	if xerr != nil || yerr != nil {
		e.add(problem(e.row.Number, "lng", "point", lng, lat))
		return nil
	}
	datum, ok := vocabulary().datums[fold(e.value("datum"))]
	switch {
	case e.value("datum") == "":
		e.add(problem(e.row.Number, "datum", "datum_missing"))
		return nil
	case !ok:
		e.add(problem(e.row.Number, "datum", "datum", e.value("datum")))
		return nil
	}
	return &merchant.Point{Lng: x, Lat: y, Datum: merchant.Datum(datum)}
}

// title reads what was awarded. Its holder is filled in later, when the shop
// is known.
func (r *reader) title(e *entry) {
	n := e.row.Number
	sch, ok := r.known[fold(e.value("scheme"))]
	switch {
	case e.value("scheme") == "":
		e.add(rule(n, "scheme", "required", ""))
	case !ok:
		e.add(problem(n, "scheme", "scheme", e.value("scheme")))
	case sch.Subject == scheme.Street:
		e.add(problem(n, "scheme", "scheme_street", e.value("scheme")))
	}
	in := certificate.IssueInput{Scheme: sch.Code, SchemeVersion: sch.Version, Issuer: e.value("issuer"), Approval: sch.Approval}
	if in.Issuer == "" {
		in.Issuer = sch.Issuer.Zh
	}
	if number := e.value("number"); number != "" {
		no, err := badgecode.ParseCertNo(number)
		if err != nil {
			e.add(problem(n, "number", "number", number))
		} else if _, _, _, serial := no.Parts(); serial > certificate.MaxImported {
			e.add(rule(n, "number", "cert_number_range", strconv.Itoa(certificate.MaxImported)))
		}
		in.Number = no.String()
	}
	if e.value("issued") == "" {
		e.add(rule(n, "issued", "required", ""))
	}
	in.IssuedOn = r.date(e, "issued")
	if !in.IssuedOn.IsZero() {
		if r.today.Before(in.IssuedOn) {
			e.add(problem(n, "issued", "issued_future", e.value("issued")))
		}
		in.ExpiresOn = r.expiry(e, in.IssuedOn, sch.ValidityYears.Value)
		if ok && !in.ExpiresOn.IsZero() && !in.IssuedOn.Before(in.ExpiresOn) {
			e.add(rule(n, "expires", "after_issue", ""))
		}
	}
	e.title = &certificate.ImportCommand{IssueInput: in}
}

var (
	years   = regexp.MustCompile(`^([0-9]|[一二两三四五六七八九])年?$`)
	dayForm = regexp.MustCompile(`[0-9]{4}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?`)
)

// expiry is the last day of a title: as the file says, in a column of its own
// or as a period, or else as long as the scheme gives.
func (r *reader) expiry(e *entry, issued calendar.Date, usual int) calendar.Date {
	if e.value("expires") != "" {
		return r.date(e, "expires")
	}
	period := fold(e.value("validity"))
	if period == "" {
		return issued.AddYears(usual).AddDays(-1)
	}
	if m := years.FindStringSubmatch(period); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = strings.Index("一二三四五六七八九", strings.Replace(m[1], "两", "二", 1))/len("一") + 1
		}
		if n > 0 {
			return issued.AddYears(n).AddDays(-1)
		}
	}
	if dates := dayForm.FindAllString(period, -1); dates != nil {
		period = dates[len(dates)-1] // from the first to the last
	}
	d, err := r.table.Date(period)
	if err != nil {
		e.add(problem(e.row.Number, "validity", "validity", e.value("validity")))
	}
	return d
}
