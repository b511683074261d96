package application

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// Kept answers a marked point that was left as it is.
type Kept struct {
	Pointer string `json:"pointer" validate:"required,max=120,plain" doc:"As it was marked."`
	Why     string `json:"why" validate:"required,notblank,max=300,plain" doc:"Why nothing is to be changed; the officers read it."`
}

// fingerprint is what a marked point holds now, as a hash: two that are equal
// mean that nobody touched it.
func (s *Service) fingerprint(ctx context.Context, idb usecase.Reader, r record, docs []Document, pointer string) (string, error) {
	part, id, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	f := r.Form.filled()
	var holds any
	switch part {
	case "answers":
		holds = f.Answers[id]
	case "documents":
		var files []string
		for _, d := range docs {
			if d.Kind == id {
				files = append(files, d.SHA256)
			}
		}
		slices.Sort(files)
		holds = files
	case "contact":
		holds = f.Contact
	case "commitments":
		holds = sortedCopy(f.Commitments)
	case "conditions":
		if id != "" {
			holds = slices.Contains(f.Conditions, id)
		} else {
			holds = sortedCopy(f.Conditions)
		}
	case "terms":
		holds = f.Terms
	case "premises":
		p, err := s.shops.PremisesIn(ctx, idb, r.Premises, access.Internal("application"))
		if err != nil {
			return "", err
		}
		holds = []any{p.Name, p.Address, p.Point, sortedCopy(p.Sectors), p.Phone, p.Photo}
	case "operator":
		o, err := s.shops.OperatorIn(ctx, idb, r.Operator, access.Internal("application"))
		if err != nil {
			return "", err
		}
		holds = []any{o.Name, o.LegalForm, o.FoundedOn, o.ContactName, o.ContactPhone}
	}
	body, err := json.Marshal(holds)
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), err
}

func sortedCopy(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// marked notes what each marked point holds when the case goes back.
func (s *Service) marked(ctx context.Context, idb usecase.Reader, r record, items []Correction) ([]Correction, error) {
	docs, err := documents(ctx, idb, r.ID)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(items)
	for i := range out {
		if out[i].Was, err = s.fingerprint(ctx, idb, r, docs, out[i].Pointer); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// untouched lists the marked points that hold what they held when the case
// went back. What was marked before this was noted counts as touched.
func (s *Service) untouched(ctx context.Context, idb usecase.Reader, r record, docs []Document) ([]string, error) {
	var out []string
	for _, m := range r.Corrections {
		if m.Was == "" || slices.Contains(out, m.Pointer) {
			continue
		}
		now, err := s.fingerprint(ctx, idb, r, docs, m.Pointer)
		if err != nil {
			return nil, err
		}
		if now == m.Was {
			out = append(out, m.Pointer)
		}
	}
	return out, nil
}

// corrected refuses a case whose marked points were neither changed nor
// answered for, naming each; it gives the answers in words for the officers.
func (s *Service) corrected(ctx context.Context, c *usecase.Call, r record, kept []Kept) (string, error) {
	docs, err := documents(ctx, c.Tx, r.ID)
	if err != nil {
		return "", err
	}
	left, err := s.untouched(ctx, c.Tx, r, docs)
	if err != nil {
		return "", err
	}
	var fields []fault.Field
	var said []string
	for _, pointer := range left {
		i := slices.IndexFunc(kept, func(k Kept) bool { return k.Pointer == pointer })
		if i < 0 {
			fields = append(fields, fault.Field{Pointer: pointer, Rule: "not_corrected"})
			continue
		}
		for _, m := range r.Corrections {
			if m.Pointer == pointer {
				said = append(said, "“"+m.Note+"”未改动，说明："+strings.TrimSpace(kept[i].Why))
				break
			}
		}
	}
	if fields != nil {
		return "", fault.OnFields(fields)
	}
	return strings.Join(said, "；"), nil
}
