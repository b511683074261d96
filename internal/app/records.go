package app

import (
	"context"

	"fangxin/internal/record"
	"fangxin/internal/usecase"
)

// describeFiles tells the inspection slice what its records hold.
func (s *Services) describeFiles(ctx context.Context, idb usecase.Reader, shas []string) ([]record.File, error) {
	views, err := s.Files.Describe(ctx, idb, shas)
	out := make([]record.File, len(views))
	for i, v := range views {
		out[i] = record.File{
			SHA256: v.SHA256, Kind: string(v.Kind), Bytes: v.Bytes, Width: v.Width, Height: v.Height, Original: v.Original, At: v.CreatedAt.UTC(),
		}
	}
	return out, err
}
