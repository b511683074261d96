package export

import (
	"context"
	"strings"

	"fangxin/internal/certificate"
	"fangxin/internal/division"
	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
)

// portion is how many titles are read at once.
const portion = 200

// register is the titles that the person who asked may see.
func (s *Service) register(r *record) source[certificate.View] {
	by, q := r.Actor.principal(), certificate.RegisterQuery{
		Division: r.Filter.Division, Sector: r.Filter.Sector, Scheme: r.Filter.Scheme, Standing: r.Filter.Standing, Limit: portion,
	}
	return source[certificate.View]{
		columns: registerColumns,
		count:   func(ctx context.Context) (int, error) { return s.titles.Count(ctx, s.rt.DB.R, q, by) },
		portion: func(ctx context.Context, after string) ([]certificate.View, string, error) {
			q.After = after
			page, err := s.titles.Portion(ctx, s.rt.DB.R, q, by)
			return page.Items, page.Next, err
		},
	}
}

// registerColumns are those of the public register, in the order in which bureaus keep
// them.
var registerColumns = []column[certificate.View]{
	{"number", 22, func(_ *Service, _ string, v certificate.View) string { return v.Number }},
	{"title", 24, func(_ *Service, lang string, v certificate.View) string {
		return i18n.Text{Zh: v.TitleZh, En: v.TitleEn}.In(lang)
	}},
	{"holder", 30, func(_ *Service, _ string, v certificate.View) string { return v.Holder }},
	{"standing", 12, func(s *Service, lang string, v certificate.View) string {
		if v.Standing == "expired" {
			return s.texts.T(lang, "public.expired")
		}
		return lifecycle.Certificate.Label(lifecycle.State(v.Standing), lang)
	}},
	{"division", 10, func(_ *Service, _ string, v certificate.View) string { return v.Division }},
	{"place", 24, func(_ *Service, _ string, v certificate.View) string { return division.Short(v.Division) }},
	{"address", 40, func(_ *Service, _ string, v certificate.View) string { return v.Address }},
	{"sectors", 20, func(_ *Service, lang string, v certificate.View) string {
		names := make([]string, len(v.Sectors))
		for i, code := range v.Sectors {
			names[i] = code
			if s, ok := sector.Lookup(sector.Code(code)); ok {
				names[i] = s.Name(lang)
			}
		}
		return strings.Join(names, " ")
	}},
	{"phone", 16, func(_ *Service, _ string, v certificate.View) string { return v.Phone }},
	{"issued", 12, func(_ *Service, _ string, v certificate.View) string { return v.IssuedOn.String() }},
	{"expires", 12, func(_ *Service, _ string, v certificate.View) string { return v.ExpiresOn.String() }},
	{"inspected", 12, func(_ *Service, _ string, v certificate.View) string { return v.InspectedOn }},
	{"issuer", 24, func(_ *Service, _ string, v certificate.View) string { return v.Issuer }},
	{"approval", 28, func(_ *Service, _ string, v certificate.View) string { return v.Approval }},
	{"reason", 40, func(_ *Service, _ string, v certificate.View) string { return v.Reason }},
}
