package notify

import (
	"context"

	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// TellHolder tells the holder of a title what an authority has to say to all
// holders whom something affects. key makes a repetition one message.
func (s *Service) TellHolder(ctx context.Context, c *usecase.Call, v certificate.View, operator ident.OperatorID, text, key string) error {
	o := titleOccurrence(TitleNote, v, operator)
	o.Key = key
	o.Data["reason"] = text
	return s.Tell(ctx, c, o)
}
