package inspection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// ContentHash is what signatures on a device stand under and a sheet is closed
// with: the SHA-256 of a text that names the inspection, its sheet and, by
// item in byte order, the entry that counts. An entry's id stands for its
// content, which never changes.
func ContentHash(id ident.InspectionID, sheet string, entries map[string]string) string {
	items := make([]string, 0, len(entries))
	for item := range entries {
		items = append(items, item)
	}
	slices.Sort(items)
	var b strings.Builder
	b.WriteString("fangxin content 1\n" + string(id) + "\n" + sheet + "\n")
	for _, item := range items {
		b.WriteString(item + " " + entries[item] + "\n")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// contentHash is the [ContentHash] of what counts now.
func contentHash(ctx context.Context, idb usecase.Reader, r record) (string, error) {
	rows, err := newestRows(ctx, idb, r.ID)
	if err != nil {
		return "", err
	}
	entries := map[string]string{}
	for _, row := range rows {
		a, err := row.decode(nil)
		if err != nil {
			return "", err
		}
		if !rec.TakenBack(a) {
			entries[row.Item] = row.ID
		}
	}
	return ContentHash(r.ID, r.Sheet, entries), nil
}

// gaps lists what keeps a sheet from being closed.
func gaps(ctx context.Context, idb usecase.Reader, d Detail) ([]fault.Field, error) {
	var missing []fault.Field
	open, err := openConflicts(ctx, idb, d.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range open {
		missing = append(missing, fault.Field{Pointer: "/answers/" + x.Item, Rule: "gap_conflict"})
	}
	for _, gap := range d.Live.Missing {
		missing = append(missing, fault.Field{Pointer: "/answers/" + gap.Item, Rule: "gap_" + string(gap.Code)})
	}
	signed := map[Party]bool{}
	for _, sig := range d.Signatures {
		signed[sig.Party] = true
	}
	for _, p := range Parties {
		if !signed[p] {
			missing = append(missing, fault.Field{Pointer: "/signatures/" + string(p), Rule: "gap_signature"})
		}
	}
	return missing, nil
}

// outstanding lists the files that the record of an inspection needs and that
// are not here yet. A file that did not come as one of its photos must be one
// that the caller may see, so that a hash alone opens nothing.
func (s *Service) outstanding(ctx context.Context, c *usecase.Call, r record) ([]string, error) {
	idb := c.Tx
	rows, err := answerRows(ctx, idb, r.ID)
	if err != nil {
		return nil, err
	}
	stored, err := storedNames(ctx, idb, r.ID)
	if err != nil {
		return nil, err
	}
	all := make([]checklist.Answer, len(rows))
	for i, row := range rows {
		if all[i], err = row.decode(stored); err != nil {
			return nil, err
		}
	}
	signed, err := signatureRows(ctx, idb, r.ID)
	if err != nil {
		return nil, err
	}
	signatures := make([]rec.Signature, len(signed))
	for i, row := range signed {
		signatures[i] = row.sealed()
	}
	want := rec.Hashes(all, signatures)
	if len(want) == 0 {
		return nil, nil
	}
	files, err := s.Describe(ctx, idb, want)
	if err != nil {
		return nil, err
	}
	here := map[string]bool{}
	for _, name := range stored {
		here[name] = true
	}
	for _, f := range files {
		if here[f.SHA256] {
			continue
		}
		err := s.Attach(ctx, c, f.SHA256, string(r.ID), r.Scope)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		here[f.SHA256] = err == nil
	}
	return slices.DeleteFunc(want, func(sha string) bool { return here[sha] }), nil
}

// TakeClosing closes the sheet as a device did. hash says what it was closed
// over; another content is refused, since nobody signed it. With photos still
// on their way it takes effect when the last of them is stored; waits says how
// many that are.
func (s *Service) TakeClosing(ctx context.Context, c *usecase.Call, id ident.InspectionID, hash string, m rec.Moment) (waits int, err error) {
	r, err := s.working(ctx, c, id, m)
	if err != nil {
		return 0, err
	}
	d, err := load(ctx, c.Tx, r, c.By)
	if err != nil {
		return 0, err
	}
	if err := s.closable(ctx, c, r, d, hash); err != nil {
		return 0, err
	}
	missing, err := s.outstanding(ctx, c, r)
	if err != nil {
		return 0, err
	}
	if len(missing) == 0 {
		_, err := s.close(ctx, c, r, d, stamp(m, c))
		return 0, err
	}
	return len(missing), putClosing(ctx, c.Tx, &closingRow{
		Inspection: r.ID, Hash: hash, Moment: m.UTC(), Account: c.By.Account, At: c.Now,
		Actor: rec.Person{Account: c.By.Account, Name: c.By.Name, Role: access.Inspector},
	})
}

// closable refuses to close a sheet that is not what was signed.
func (s *Service) closable(ctx context.Context, c *usecase.Call, r record, d Detail, hash string) error {
	missing, err := gaps(ctx, c.Tx, d)
	if err != nil {
		return err
	}
	for _, f := range missing {
		if f.Rule == "gap_conflict" {
			return unplaced("conflict_open")
		}
	}
	if missing != nil {
		return unplaced("incomplete")
	}
	present, err := contentHash(ctx, c.Tx, r)
	if err != nil {
		return err
	}
	if present != hash {
		return unplaced("other_hash")
	}
	signed, err := signatureRows(ctx, c.Tx, r.ID)
	for _, row := range signed {
		if row.Content != "" && row.Content != hash {
			return unplaced("signed_other")
		}
	}
	return err
}

// close seals a complete sheet and hands it to the office.
func (s *Service) close(ctx context.Context, c *usecase.Call, r record, d Detail, submitted rec.Stamp) (View, error) {
	to, err := c.Step(ctx, lifecycle.Inspection, r.subject(), lifecycle.Submit, "", "")
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.SubmittedAt, r.Marks = to, r.Version+1, c.Now, []Mark{}
	r.Result, r.Amended = outcome(d.Live), nil
	if r.Seal, err = s.sealVisit(ctx, c, r, d, submitted); err != nil {
		return View{}, err
	}
	c.Note("seal", r.Seal)
	if err := update(ctx, c.Tx, &r, "submitted_at", "result", "amended", "seal", "marks"); err != nil {
		return View{}, err
	}
	if err := dropClosing(ctx, c.Tx, r.ID); err != nil {
		return View{}, err
	}
	return r.view(c.By), s.changed(ctx, c, r, lifecycle.Submit, r.inspectors()...)
}

// resume closes the sheet that waited for photos, in the name of who closed
// it, once there are none left to wait for. When something was changed since,
// it notes why it cannot; the inspectors close it anew.
func (s *Service) resume(ctx context.Context, c *usecase.Call, id ident.InspectionID) error {
	row, err := closingOf(ctx, c.Tx, id)
	if err != nil || row == nil || row.Cause != "" {
		return err
	}
	r, err := locked(ctx, c.Tx, id)
	if err != nil || r.State != lifecycle.OnDevice || !r.made(row.Account) {
		return err
	}
	inner := *c
	inner.By = access.Principal{Account: row.Account, Name: row.Actor.Name, Roles: []access.Role{access.Inspector}, Scope: access.Scope(r.Scope)}
	missing, err := s.outstanding(ctx, &inner, r)
	if err != nil || len(missing) > 0 {
		return err
	}
	d, err := load(ctx, c.Tx, r, inner.By)
	if err != nil {
		return err
	}
	err = s.closable(ctx, &inner, r, d, row.Hash)
	if f, ok := fault.As(err); ok && f.Code == fault.Conflict {
		row.Cause = strings.TrimPrefix(f.Detail, "tablet_")
		return putClosing(ctx, c.Tx, row)
	}
	if err != nil {
		return err
	}
	_, err = s.close(ctx, &inner, r, d, rec.Stamp{Moment: row.Moment.UTC(), Server: c.Now, By: row.Account})
	return err
}

// Closing is a sheet that was closed on a device while photos were on the way.
type Closing struct {
	At       time.Time `json:"at"`
	By       string    `json:"by" doc:"Name of who closed it."`
	WaitsFor int       `json:"waits_for" doc:"Photos that are still missing."`
	Cause    string    `json:"cause,omitempty" doc:"Why it has to be closed anew."`
}
