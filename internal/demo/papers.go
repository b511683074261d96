package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
)

// picture stores a plain sheet of paper: the demonstration shows no real photo.
func (s *seeder) picture(as context.Context, paper color.Color) (string, error) {
	img := image.NewRGBA(image.Rect(0, 0, 640, 440))
	for y := range 440 {
		for x := range 640 {
			img.Set(x, y, paper)
			if y%44 == 22 && x > 60 && x < 580-(y*7)%260 {
				img.Set(x, y, color.Gray{Y: 150})
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return "", err
	}
	v, err := s.Files.Put(as, b.Bytes())
	return v.SHA256, err
}

// stated records what the publicity system says of an operator, so that the
// conditions of the title are checked against something.
func (c *story) stated(id ident.OperatorID) error {
	say := func(value string) *merchant.Fact {
		return &merchant.Fact{Value: value, On: calendar.DateOf(c.now).AddDays(-7).String(), Source: "国家企业信用信息公示系统（江西）"}
	}
	_, err := c.Merchants.RecordFacts(c.people["county"], merchant.FactsCommand{ID: id, Penalties: []merchant.Penalty{}, Facts: merchant.Facts{
		CreditClass: say("A"), Abnormal: say("no"), Serious: say("no"), Penalties: say("complete"), Founded: say("2019-06-18"),
	}})
	return err
}
