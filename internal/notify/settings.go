package notify

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

var (
	settingsDef = usecase.Define(usecase.Def{Name: "channel.get", Allow: everybody})
	setDef      = usecase.Define(usecase.Def{Name: "channel.set", Allow: everybody})
)

// Settings is how somebody is told.
type Settings struct {
	Lang     string    `json:"lang" doc:"zh or en: the language of mails and messages."`
	Phone    string    `json:"phone,omitempty" doc:"With the middle hidden."`
	Email    string    `json:"email,omitempty" doc:"Confirmed address."`
	Pending  string    `json:"pending_email,omitempty" doc:"Address whose code was not typed yet."`
	WeChat   bool      `json:"wechat" doc:"WeChat is bound."`
	Channels []Channel `json:"channels" doc:"Channels that this installation has set up, besides the inbox."`
	Events   []Choice  `json:"events"`
	Version  int64     `json:"version"`
}

// Choice is one event that concerns the reader.
type Choice struct {
	Event Code      `json:"event"`
	Group string    `json:"group"`
	Fixed bool      `json:"fixed" doc:"Cannot be switched off."`
	On    []Channel `json:"on" doc:"Besides the inbox, where everything is."`
}

// Has reports whether the event goes out on a channel.
func (c Choice) Has(ch Channel) bool { return slices.Contains(c.On, ch) }

// Settings reads how the caller is told.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	return usecase.Read(ctx, s.rt, settingsDef, struct{}{}, s.settings)
}

func (s *Service) settings(ctx context.Context, idb usecase.Reader, by access.Principal) (Settings, error) {
	k, err := contactOf(ctx, idb, by.Account)
	if err != nil {
		return Settings{}, err
	}
	switched, err := settingsOf(ctx, idb, by.Account)
	if err != nil {
		return Settings{}, err
	}
	people, err := s.dir.Contacts(ctx, idb, by.Account)
	if err != nil {
		return Settings{}, err
	}
	v := Settings{Lang: k.lang(), Email: k.Email, Pending: k.PendingEmail, WeChat: k.Wechat != "", Channels: s.ready(), Events: []Choice{}, Version: k.Version}
	if v.Channels == nil {
		v.Channels = []Channel{}
	}
	for _, p := range people {
		v.Phone = mask(SMS, p.Phone)
	}
	for _, ev := range Catalogue {
		if !ev.meets(by.Roles) {
			continue
		}
		c := Choice{Event: ev.Code, Group: ev.Group, Fixed: ev.Fixed, On: []Channel{}}
		for _, ch := range v.Channels {
			if ev.on(ch, switched[ev.Code]) {
				c.On = append(c.On, ch)
			}
		}
		v.Events = append(v.Events, c)
	}
	return v, nil
}

// SetCommand says how the caller wants to be told.
type SetCommand struct {
	Lang string   `json:"lang" validate:"required,oneof=zh en" doc:"Language of mails and messages."`
	On   []string `json:"on" validate:"max=400,dive,max=80" doc:"Everything that is to be on, as EVENT/CHANNEL: case.returned/sms. What is left out is off; what cannot be switched off stays on without being named."`
}

// Set stores how the caller wants to be told. To switch off what is fixed is
// not possible, and to name it is refused.
func (s *Service) Set(ctx context.Context, cmd SetCommand) (Settings, error) {
	return usecase.Do(ctx, s.rt, setDef, cmd, func(ctx context.Context, c *usecase.Call) (Settings, error) {
		c.About(string(c.By.Account), string(c.By.Scope))
		wanted, err := s.wanted(c.By, cmd.On)
		if err != nil {
			return Settings{}, err
		}
		k, err := contactOf(ctx, c.Tx, c.By.Account)
		if err != nil {
			return Settings{}, err
		}
		var rows []settingRow
		for _, ev := range Catalogue {
			if ev.Fixed || !ev.meets(c.By.Roles) {
				continue
			}
			for _, ch := range s.ready() {
				// Only what differs from the default is kept, so that a better
				// default reaches those who never chose.
				if on := wanted[string(ev.Code)+"/"+string(ch)]; on != slices.Contains(ev.Channels, ch) {
					rows = append(rows, settingRow{Account: c.By.Account, Event: ev.Code, Channel: ch, Enabled: on})
				}
			}
		}
		if err := replaceSettings(ctx, c.Tx, c.By.Account, s.ready(), rows); err != nil {
			return Settings{}, err
		}
		k.Lang = cmd.Lang
		if err := saveContact(ctx, c.Tx, &k, c.Now); err != nil {
			return Settings{}, err
		}
		return s.settings(ctx, c.Tx, c.By)
	})
}

// wanted reads the list of a [SetCommand].
func (s *Service) wanted(by access.Principal, on []string) (map[string]bool, error) {
	out := map[string]bool{}
	var wrong []fault.Field
	for i, entry := range on {
		code, ch, _ := strings.Cut(entry, "/")
		ev, ok := Lookup(Code(code))
		switch {
		case !ok || !ev.meets(by.Roles) || !slices.Contains(outward, Channel(ch)):
			wrong = append(wrong, fault.Field{Pointer: "/on/" + strconv.Itoa(i), Rule: "notice_choice"})
		case ev.Fixed:
			wrong = append(wrong, fault.Field{Pointer: "/on/" + strconv.Itoa(i), Rule: "notice_fixed"})
		}
		out[entry] = true
	}
	if wrong != nil {
		return nil, fault.OnFields(wrong)
	}
	return out, nil
}
