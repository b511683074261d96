package tablet

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
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

var secretNames = [2]string{SigningSecret, SealingSecret}

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
		fresh := [2][]byte{signing, sealing}
		var kept [2][][]byte
		for i, name := range secretNames {
			was, err := s.hooks.Kept(ctx, c.Tx, name) // and not what this process knows
			if err != nil {
				return KeysView{}, err
			}
			if kept[i], err = ParseSecrets(was); err != nil {
				return KeysView{}, err
			}
			if cmd.Which != "both" && cmd.Which != [2]string{"signing", "sealing"}[i] {
				continue
			}
			kept[i] = append([][]byte{fresh[i]}, kept[i]...)
			if ok, err := s.hooks.Keep(ctx, c.Tx, name, was, Secrets(kept[i])); err != nil {
				return KeysView{}, err
			} else if !ok {
				return KeysView{}, fault.New(fault.Conflict, "")
			}
		}
		made, err := NewKeyring(kept[0], kept[1])
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

// renewed reads the keys again: the command line or another server of the same
// installation may have changed them.
func (s *Service) renewed(ctx context.Context, idb usecase.Reader) (*Keys, error) {
	var kept [2][][]byte
	for i, name := range secretNames {
		value, err := s.hooks.Kept(ctx, idb, name)
		if err != nil {
			return nil, err
		}
		if kept[i], err = ParseSecrets(value); err != nil {
			return nil, err
		}
	}
	now := s.keys.Load()
	if same(now.kept[0], kept[0]) && same(now.kept[1], kept[1]) {
		return now, nil
	}
	made, err := NewKeyring(kept[0], kept[1])
	if err != nil {
		return nil, err
	}
	s.keys.CompareAndSwap(now, made) // a change here meanwhile is newer
	return s.keys.Load(), nil
}

func same(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }

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
