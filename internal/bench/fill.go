package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/division"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
)

// Filler makes titles of invented shops, each with one active badge, and
// writes the rows that a scan and the register read: certificate, its
// sectors, sticker and face. It writes no trail and no search index, which
// scans do not touch. A test holds its rows against those of the use-cases.
type Filler struct {
	now      time.Time
	rng      *rand.Rand
	scheme   scheme.Scheme
	counties []division.Division
	serials  []badgecode.Serial
}

// NewFiller makes a filler whose facts are of the instant. Its serials are the
// same in every run.
func NewFiller(now time.Time) *Filler {
	f := &Filler{now: now, rng: rand.New(rand.NewPCG(36, 64))}
	f.scheme, _ = scheme.Lookup("jx-model-shop", "")
	for _, city := range division.Children("360000") {
		f.counties = append(f.counties, division.Children(city.Code)...)
	}
	return f
}

// Made is how many badges were made.
func (f *Filler) Made() int { return len(f.serials) }

// perTx is how many titles share one transaction, perInsert one statement.
const (
	perTx     = 5000
	perInsert = 250
)

// Fill adds n titles with their badges.
func (f *Filler) Fill(ctx context.Context, d *db.DB, n int) error {
	for n > 0 {
		batch := make([]title, min(n, perTx))
		for i := range batch {
			t, err := f.next()
			if err != nil {
				return err
			}
			batch[i] = t
		}
		if err := write(ctx, d, batch); err != nil {
			return err
		}
		n -= len(batch)
	}
	return settle(ctx, d)
}

// title is everything that the rows of one title are made of.
type title struct {
	certificate.IssueInput
	ID      ident.CertificateID
	Sticker ident.StickerID
	Serial  badgecode.Serial
	TitleZh string
	TitleEn string
	At      time.Time
}

// perYear is how many numbers of one year are used; a number has six digits.
const perYear = 900_000

func (f *Filler) next() (title, error) {
	i := len(f.serials)
	issued := calendar.DateOf(f.now).AddDays(-f.rng.IntN(300))
	number, err := badgecode.NewCertNo("JX", f.scheme.Abbreviation, 2024+i/perYear, 1+i%perYear)
	if err != nil {
		return title{}, err
	}
	county := f.counties[i%len(f.counties)].Code
	t := title{
		ID: ident.New[ident.CertificateID](), Sticker: ident.New[ident.StickerID](), Serial: badgecode.Serial(f.rng.Uint64()),
		TitleZh: f.scheme.Title.Zh, TitleEn: f.scheme.Title.En, At: f.now,
	}
	t.IssueInput = certificate.IssueInput{
		Scheme: f.scheme.Code, SchemeVersion: f.scheme.Version, Number: number.String(),
		Premises: ident.New[ident.PremisesID](), Operator: ident.New[ident.OperatorID](),
		Scope:  fmt.Sprintf("/%s/%s/%s/", county[:2], county[:4], county),
		Holder: "赣味轩第" + strconv.Itoa(i+1) + "店", Address: fmt.Sprintf("中山路%d号", 1+i%900),
		Division: county, Sectors: []string{f.scheme.Sectors[i%len(f.scheme.Sectors)]}, Phone: fmt.Sprintf("0791-8%07d", i%10_000_000),
		Issuer: f.scheme.Issuer.Zh, Approval: f.scheme.Approval, IssuedOn: issued, ExpiresOn: issued.AddYears(f.scheme.ValidityYears.Value),
		InspectedOn: issued.AddDays(-30).String(),
	}
	for _, c := range f.scheme.Commitments {
		if c.Required && len(t.Promises.Zh) < 4 {
			t.Promises.Zh = append(t.Promises.Zh, c.Text.Zh)
			t.Promises.En = append(t.Promises.En, c.Text.En)
		}
	}
	f.serials = append(f.serials, t.Serial)
	return t, nil
}

// face is what a scan of the badge shows.
func (t title) face() (string, error) {
	b, err := json.Marshal(badge.Face{
		Certificate: t.ID, Number: t.Number, State: lifecycle.Certificate.Start, Sticker: lifecycle.StickerActive, PrintNo: 1,
		Scheme: t.Scheme, TitleZh: t.TitleZh, TitleEn: t.TitleEn, Holder: t.Holder, Address: t.Address, Division: t.Division,
		Sectors: t.Sectors, Photo: t.Photo, Phone: t.Phone, Issuer: t.Issuer, Approval: t.Approval, IssuedOn: t.IssuedOn,
		ExpiresOn: t.ExpiresOn, InspectedOn: t.InspectedOn, Grade: t.Grade, PromisesZh: t.Promises.Zh, PromisesEn: t.Promises.En,
		Since: t.At, Street: t.Street != "",
	})
	return string(b), err
}
