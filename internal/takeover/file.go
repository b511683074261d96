package takeover

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/sector"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// FindQuery names a shop by what everybody can read of it.
type FindQuery struct {
	Shop string `json:"shop" validate:"required,notblank,max=200,oneline,plain" doc:"Number of a certificate, code or address of a badge, or number or address of the shop."`
}

// Found is the shop that was named, as it is today.
type Found struct {
	Premises ident.PremisesID `json:"premises" format:"uuid"`
	Holder   string           `json:"holder"`
	Address  string           `json:"address"`
	Division string           `json:"division"`
	Operator string           `json:"operator" doc:"Who runs it."`
	Titles   []Ending         `json:"titles" doc:"Titles that end when it is taken over."`
}

// Ending is a title that does not pass on.
type Ending struct {
	Number  string          `json:"number"`
	TitleZh string          `json:"title_zh"`
	TitleEn string          `json:"title_en"`
	State   lifecycle.State `json:"state"`
}

// FileCommand asks to go on with a shop.
type FileCommand struct {
	Operator  ident.OperatorID `json:"operator" validate:"required,uuid7" doc:"The caller's own, that runs the shop from now on."`
	Shop      string           `json:"shop" validate:"required,notblank,max=200,oneline,plain" doc:"As for the look-up."`
	Sign      string           `json:"sign" validate:"max=60,oneline,plain" doc:"Name on the sign from now on; as before when empty."`
	Phone     string           `json:"phone" validate:"omitempty,phone" doc:"For customers."`
	BeganOn   string           `json:"began_on" validate:"required,date" doc:"Day from which the caller runs the shop."`
	Note      string           `json:"note" validate:"max=500,plain"`
	Evidence  []string         `json:"evidence" validate:"max=6,unique,dive,sha256" doc:"Contract, lease, new licence: files that were uploaded before."`
	Confirmed bool             `json:"confirmed" doc:"The caller knows that titles do not pass on."`
}

var merchants = []access.Role{access.Merchant}

var (
	findDef = usecase.Define(usecase.Def{Name: "takeover.find", Allow: merchants})
	fileDef = usecase.Define(usecase.Def{Name: "takeover.file", Allow: merchants})
)

// Find shows the shop that is meant before anything is asked.
func (s *Service) Find(ctx context.Context, q FindQuery) (Found, error) {
	return usecase.Read(ctx, s.rt, findDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Found, error) {
		shop, err := s.named(ctx, idb, q.Shop)
		if err != nil {
			return Found{}, err
		}
		titles, err := s.endings(ctx, idb, shop.ID)
		return Found{Premises: shop.ID, Holder: shop.Name, Address: shop.Address, Division: shop.Division, Operator: shop.OperatorName, Titles: titles}, err
	})
}

// named finds a shop by what people can read of it: a certificate number, a
// badge, its own number, or the address of a page about one of them. A shop
// that was taken over already stands for the one that follows it.
func (s *Service) named(ctx context.Context, idb usecase.Reader, typed string) (merchant.PremisesView, error) {
	unknown := fault.OnField("/shop", "shop_unknown", "")
	word := strings.TrimSpace(typed)
	if at := strings.IndexAny(word, "?#"); at >= 0 {
		word = word[:at]
	}
	word = strings.TrimRight(word, "/")
	word = word[strings.LastIndexByte(word, '/')+1:]
	id := ident.PremisesID(strings.ToLower(word))
	if !ident.IsID(string(id)) {
		var err error
		if id, err = s.titles.PremisesOf(ctx, idb, word); fault.Is(err, fault.NotFound) {
			var title ident.CertificateID
			if title, err = s.badges.TitleOf(ctx, idb, word); err == nil {
				id, err = s.titles.PremisesOfTitle(ctx, idb, title)
			}
		}
		if fault.Is(err, fault.NotFound) || err == nil && id == "" {
			return merchant.PremisesView{}, unknown
		}
		if err != nil {
			return merchant.PremisesView{}, err
		}
	}
	line, err := s.shops.Line(ctx, idb, id)
	if fault.Is(err, fault.NotFound) {
		return merchant.PremisesView{}, unknown
	}
	if err != nil {
		return merchant.PremisesView{}, err
	}
	shop := line[len(line)-1]
	if slices.Contains(shop.Sectors, string(sector.Street)) {
		return shop, unknown // the office of a street is no shop
	}
	if !shop.Active {
		return shop, fault.OnField("/shop", "shop_closed", "")
	}
	return shop, nil
}

// endings lists the titles that end with a shop.
func (s *Service) endings(ctx context.Context, idb usecase.Reader, id ident.PremisesID) ([]Ending, error) {
	titles, err := s.titles.OfShop(ctx, idb, id)
	out := []Ending{}
	step, _ := lifecycle.Certificate.Step(lifecycle.End)
	today := calendar.DateOf(s.rt.Now())
	for _, t := range titles {
		if slices.Contains(step.From, t.State) && !t.ExpiresOn.Before(today) {
			out = append(out, Ending{t.Number, t.TitleZh, t.TitleEn, t.State})
		}
	}
	return out, err
}

// File asks to go on with a shop; its operator of today hears of it.
func (s *Service) File(ctx context.Context, cmd FileCommand) (View, error) {
	return usecase.Do(ctx, s.rt, fileDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		taker, err := s.shops.OperatorIn(ctx, c.Tx, cmd.Operator, c.By)
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.New(fault.NotFound, "operator_unknown")
		}
		if err != nil {
			return View{}, err
		}
		shop, err := s.named(ctx, c.Tx, cmd.Shop)
		if err != nil {
			return View{}, err
		}
		c.About(string(shop.ID), shop.Scope)
		switch {
		case shop.Operator == taker.ID:
			return View{}, fault.OnField("/shop", "shop_own", "")
		case !cmd.Confirmed:
			return View{}, fault.OnField("/confirmed", "confirm_not_passed_on", "")
		}
		today := calendar.DateOf(c.Now)
		answer := s.calendar.AddWorkdays(today, AnswerWorkdays).Date
		n, err := db.Next(ctx, c.Tx, fmt.Sprintf("takeover/%d", today.Year()))
		if err != nil {
			return View{}, err
		}
		r := record{
			ID: ident.New[ident.TakeoverID](), Number: fmt.Sprintf("赣放心承〔%d〕%06d号", today.Year(), n), Premises: shop.ID, Holder: shop.Name,
			Address: shop.Address, Division: shop.Division, Scope: shop.Scope, Giver: shop.Operator, GiverName: shop.OperatorName, Taker: taker.ID,
			TakerName: taker.Name, Sign: strings.TrimSpace(cmd.Sign), Phone: ident.NormalPhone(cmd.Phone), BeganOn: cmd.BeganOn, Note: cmd.Note,
			Evidence: cmd.Evidence, State: lifecycle.Takeover.Start, Version: 1, AnswerBy: answer.String(),
			DueOn: s.calendar.AddWorkdays(answer, officeWorkdays).Date.String(), FiledBy: c.By.Account, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if r.Sign == "" {
			r.Sign = shop.Name
		}
		if r.Evidence == nil {
			r.Evidence = []string{}
		}
		for i, sha := range r.Evidence {
			err := s.files.Use(ctx, c, blob.Use{SHA256: sha, Noun: "premises", ID: string(shop.ID), Operator: taker.ID, Scope: shop.Scope})
			if fault.Is(err, fault.NotFound) || fault.Is(err, fault.UnsupportedMedia) {
				return View{}, fault.OnField("/evidence/"+strconv.Itoa(i), "photo_unknown", "")
			}
			if err != nil {
				return View{}, err
			}
		}
		if err := insert(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return View{}, fault.Wrap(fault.Duplicate, err, "takeover_open")
			}
			return View{}, err
		}
		if err := c.Begin(ctx, lifecycle.Takeover, string(r.ID), r.Scope); err != nil {
			return View{}, err
		}
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.TakeoverFiled, Noun: lifecycle.Takeover.Noun, Subject: string(r.ID), Scope: r.Scope, DueOn: r.DueOn, Data: map[string]any{"name": r.Holder},
		})
		if err != nil {
			return View{}, err
		}
		return s.told(ctx, c, r, "create")
	})
}
