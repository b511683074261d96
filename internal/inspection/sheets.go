package inspection

import (
	"context"
	"sync"

	"fangxin/internal/checklist"
	"fangxin/internal/usecase"
)

// keptSheets is how many sheets stay read; a province works with a few dozen.
const keptSheets = 64

// sheetCache keeps sheets that were read. A hash stands for one content for
// ever, so nothing in it becomes wrong.
type sheetCache struct {
	mu    sync.Mutex
	known map[string]*checklist.Sheet
}

// sheet reads a sheet that is not going to be changed by its reader.
func (s *Service) sheet(ctx context.Context, idb usecase.Reader, hash string) (*checklist.Sheet, error) {
	s.sheets.mu.Lock()
	known := s.sheets.known[hash]
	s.sheets.mu.Unlock()
	if known != nil {
		return known, nil
	}
	sheet, err := sheetOf(ctx, idb, hash)
	if err != nil {
		return nil, err
	}
	s.sheets.mu.Lock()
	defer s.sheets.mu.Unlock()
	if len(s.sheets.known) >= keptSheets || s.sheets.known == nil {
		s.sheets.known = map[string]*checklist.Sheet{}
	}
	s.sheets.known[hash] = &sheet
	return &sheet, nil
}

// Grades lists the grades that a pinned sheet can give, the best first.
func (s *Service) Grades(ctx context.Context, idb usecase.Reader, hash string) ([]string, error) {
	sheet, err := s.sheet(ctx, idb, hash)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(sheet.Frame.Grades))
	for i, g := range sheet.Frame.Grades {
		out[i] = g.ID
	}
	return out, nil
}
