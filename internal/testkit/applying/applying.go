// Package applying fills in the application of a test the way an applicant
// would. It is imported by tests only.
package applying

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"fangxin/internal/application"
	"fangxin/internal/blob"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
)

// Filled answers everything that a started application asks: each item met,
// each condition and commitment taken, a picture for each required document.
// ctx acts as the applicant.
func Filled(t testing.TB, s *application.Service, files *blob.Service, ctx context.Context, id ident.ApplicationID) {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := s.Get(ctx, id)
	ok(err)
	sheet, err := s.Sheet(ctx, id)
	ok(err)
	save := application.SaveCommand{
		ID: id, Answers: map[string]application.Answer{}, Contact: &application.Contact{Name: "张三", Phone: "13900000009"},
		Conditions: new([]string), Commitments: new([]string),
	}
	for item := range sheet.Items() {
		if item.Flag != checklist.BonusItem {
			save.Answers[item.ID] = application.Answer{Verdict: application.Met}
		}
	}
	for _, it := range d.SchemeInfo.Conditions {
		*save.Conditions = append(*save.Conditions, it.ID)
	}
	for _, it := range d.SchemeInfo.Commitments {
		*save.Commitments = append(*save.Commitments, it.ID)
	}
	_, err = s.Save(ctx, save)
	ok(err)
	var b bytes.Buffer
	ok(png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48))))
	f, err := files.Put(ctx, b.Bytes())
	ok(err)
	for _, it := range d.SchemeInfo.Documents {
		if it.Required {
			_, err = s.Attach(ctx, application.AttachCommand{ID: id, Kind: it.ID, SHA256: f.SHA256, Filename: it.ID + ".png"})
			ok(err)
		}
	}
}

// Submitted starts an application for the premises, fills it in and sends it.
func Submitted(t testing.TB, s *application.Service, files *blob.Service, ctx context.Context, premises ident.PremisesID, scheme string) ident.ApplicationID {
	t.Helper()
	v, err := s.Start(ctx, application.StartCommand{Premises: premises, Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	Filled(t, s, files, ctx, v.ID)
	if _, err = s.Submit(ctx, application.SubmitCommand{ID: v.ID, Name: "张三", Consent: true}); err != nil {
		t.Fatal(err)
	}
	return v.ID
}
