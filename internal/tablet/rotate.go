package tablet

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// Names of the secrets among the settings of the installation.
const (
	SigningSecret = "tablet_signing_key"
	SealingSecret = "tablet_sealing_key"
)

// RotateCommand gives the registry new keys towards tablets.
type RotateCommand struct {
	Which  string `json:"which" validate:"required,oneof=signing sealing both" enum:"signing,sealing,both" doc:"The key that signs receipts and status lists, the one that items are sealed to, or both."`
	Reason string `json:"reason" validate:"required,notblank,max=200,oneline,plain" doc:"Stands in the trail."`
}

var rotateDef = usecase.Define(usecase.Def{Name: "tablet.rotate_keys", Allow: []access.Role{access.Administrator, access.System}})

// MayRotate reports whether somebody looks after the keys: they are one for the
// whole province.
func MayRotate(by access.Principal) bool {
	return by.Has(access.Administrator, access.System) && strings.Count(string(by.Scope), "/") <= 2
}

// Rotate makes new keys. Former ones stay: what was sealed to them still opens,
// and what they signed can still be shown to be true. Devices learn the new
// ones when they prepare for the next day.
func (s *Service) Rotate(ctx context.Context, cmd RotateCommand) (KeysView, error) {
	return usecase.Do(ctx, s.rt, rotateDef, cmd, func(ctx context.Context, c *usecase.Call) (KeysView, error) {
		c.About("tablet_keys", string(c.By.Scope))
		if !MayRotate(c.By) {
			return KeysView{}, fault.New(fault.Forbidden, "keys_province")
		}
		signing, sealing, err := NewSeeds()
		if err != nil {
			return KeysView{}, err
		}
		now := s.keys.Load()
		signings, sealings := now.kept[0], now.kept[1]
		if cmd.Which != "sealing" {
			signings = append([][]byte{signing}, signings...)
			if err := s.hooks.Keep(ctx, c.Tx, SigningSecret, Secrets(signings)); err != nil {
				return KeysView{}, err
			}
		}
		if cmd.Which != "signing" {
			sealings = append([][]byte{sealing}, sealings...)
			if err := s.hooks.Keep(ctx, c.Tx, SealingSecret, Secrets(sealings)); err != nil {
				return KeysView{}, err
			}
		}
		made, err := NewKeyring(signings, sealings)
		if err != nil {
			return KeysView{}, err
		}
		c.Note("which", cmd.Which)
		c.Note("signing", made.signID)
		c.Note("sealing", made.sealID)
		c.Note("reason", cmd.Reason)
		c.AfterCommit(func() { s.keys.Store(made) })
		return KeysView{made.Public(), c.Now}, nil
	})
}

// Secrets words secrets for the place where they are kept, newest first.
func Secrets(list [][]byte) string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = hex.EncodeToString(b)
	}
	return strings.Join(out, ",")
}

// ParseSecrets reads them again.
func ParseSecrets(kept string) ([][]byte, error) {
	var out [][]byte
	for part := range strings.SplitSeq(kept, ",") {
		b, err := hex.DecodeString(part)
		if err != nil || len(b) == 0 {
			return nil, fmt.Errorf("tablet: a kept secret is no secret: %w", errSealed)
		}
		out = append(out, b)
	}
	return out, nil
}
