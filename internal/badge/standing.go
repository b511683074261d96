package badge

import (
	"context"
	"strings"

	"fangxin/internal/badgecode"
	"fangxin/internal/lifecycle"
)

// Standings calls fn once for each badge, by its code, and once for each title,
// by its number without hyphens, with the answer that it gives now. A list for
// checking badges without a network is made of it.
func (s *Service) Standings(ctx context.Context, fn func(name string, status Status) error) error {
	now := s.rt.Now()
	last := badgecode.Serial(0)
	numbers := map[string]bool{}
	for first := true; ; first = false {
		rows, err := facesAfter(ctx, s.rt.DB.R, last, first, facesAtOnce)
		if err != nil {
			return err
		}
		for _, row := range rows {
			last = row.Serial
			face, err := decodeFace(row.Face)
			if err != nil {
				face = Face{} // decided as a bad record
			}
			status, _ := Decide(face, row.UpdatedAt, now)
			if err := fn(string(s.ring.Encode(row.Serial)), status); err != nil {
				return err
			}
			number := strings.ReplaceAll(face.Number, "-", "")
			if number == "" || numbers[number] {
				continue
			}
			numbers[number] = true
			face.Sticker = lifecycle.StickerActive // a number stands for the title, whatever became of a print
			status, _ = Decide(face, row.UpdatedAt, now)
			if err := fn(number, status); err != nil {
				return err
			}
		}
		if len(rows) < facesAtOnce {
			return nil
		}
	}
}

// facesAtOnce is how many faces are read by one query.
const facesAtOnce = 5000
