package merchant

import (
	"encoding/json"
	"net/http"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/web/page"
)

// operatorView is the form of an operator.
type operatorView struct {
	Operator merchant.OperatorView
	New      bool
	Claim    bool   // the code is registered: offer to claim it
	Asked    string // code given with the address
	Forms    []page.Option
}

// legalForms are the usual ones on a licence, as the key of their name.
var legalForms = []string{"individual", "limited", "sole", "partnership", "branch", "cooperative", "public"}

// forms lists the legal forms under their Chinese names, which are what the
// licence says and what is stored.
func (p *Pages) forms(r *http.Request, stored string) []page.Option {
	var out []page.Option
	known := stored == ""
	for _, key := range legalForms {
		value := p.E.Texts().T("zh", "my.form_"+key)
		known = known || value == stored
		out = append(out, page.Option{Value: value, Label: p.E.T(r, "my.form_"+key)})
	}
	if !known {
		out = append(out, page.Option{Value: stored, Label: stored})
	}
	return out
}

func (p *Pages) newOperator(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, "merchant/operator", p.E.T(r, "my.operator_new"), operatorView{New: true, Asked: r.URL.Query().Get("code"), Forms: p.forms(r, "")})
}

func (p *Pages) addOperator(w http.ResponseWriter, r *http.Request) {
	var cmd merchant.AddOperatorCommand
	err := page.Decode(w, r, &cmd)
	var o merchant.OperatorView
	if err == nil {
		o, err = p.Merchants.AddOperator(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/my/operators/"+string(o.ID)+"/premises/new", "flash.operator_added")
		return
	}
	v := operatorView{New: true, Claim: fault.Is(err, fault.Duplicate), Forms: p.forms(r, cmd.LegalForm)}
	p.refuse(w, r, err, "merchant/operator", page.Data{Title: p.E.T(r, "my.operator_new"), Data: v})
}

func (p *Pages) claim(w http.ResponseWriter, r *http.Request) {
	var cmd merchant.ClaimCommand
	err := page.Decode(w, r, &cmd)
	var c merchant.Claimed
	if err == nil {
		c, err = p.Merchants.Claim(r.Context(), cmd)
	}
	switch {
	case fault.Is(err, fault.NotFound):
		err = fault.OnField("/uscc", "not_registered", "")
		fallthrough
	case err != nil:
		v := operatorView{New: true, Claim: true, Forms: p.forms(r, "")}
		p.refuse(w, r, err, "merchant/operator", page.Data{Title: p.E.T(r, "my.operator_new"), Data: v})
	case c.Granted:
		p.E.Done(w, r, "/my/operators/"+string(c.Operator), "flash.operator_claimed")
	default:
		p.E.Done(w, r, "/my", "flash.claim_asked")
	}
}

// checked is the answer while a code is typed.
type checked struct {
	OK      bool   `json:"ok"`
	Message string `json:"message"`
}

func (p *Pages) checkUSCC(w http.ResponseWriter, r *http.Request) {
	c, err := p.Merchants.CheckUSCC(r.Context(), merchant.CheckQuery{USCC: r.URL.Query().Get("code")})
	var out checked
	status := http.StatusOK
	if err != nil {
		status = httpapi.Status(fault.CodeOf(err))
		form := page.FormOf(r, p.E.Texts(), err)
		out.Message = form.Message
		if len(form.Errors) > 0 {
			out.Message = form.Errors[0].Message
		}
	} else {
		out = p.word(r, c)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(out) //nolint:errcheck // the client went away
}

// word says in the visitor's language what a check found.
func (p *Pages) word(r *http.Request, c merchant.Check) checked {
	switch {
	case c.Position > 0:
		return checked{false, p.E.T(r, "my.uscc_position", c.Position, string([]rune(c.USCC)[c.Position-1]))}
	case !c.Good:
		return checked{false, p.E.T(r, "rule."+c.Problem)}
	case c.Mine:
		return checked{false, p.E.T(r, "my.uscc_mine", c.Name)}
	case c.Claimable:
		return checked{true, p.E.T(r, "my.uscc_claimable", c.Name)}
	case c.Registered:
		return checked{false, p.E.T(r, "my.uscc_registered", c.Name)}
	case c.Doubtful:
		return checked{true, p.E.T(r, "merchant.inner_code_doubtful")}
	}
	return checked{true, p.E.T(r, "my.uscc_good")}
}

func (p *Pages) operator(w http.ResponseWriter, r *http.Request) {
	o, err := p.Merchants.Operator(r.Context(), ident.OperatorID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "merchant/operator", o.Name, operatorView{Operator: o, Forms: p.forms(r, o.LegalForm)})
}

func (p *Pages) updateOperator(w http.ResponseWriter, r *http.Request) {
	in := struct {
		merchant.UpdateOperatorCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.OperatorID(r.PathValue("id"))
	if err == nil {
		_, err = p.Merchants.UpdateOperator(page.WithVersion(r.Context(), in.Version), in.UpdateOperatorCommand)
	}
	if err == nil {
		p.E.Done(w, r, "/my/operators/"+string(in.ID), "flash.my_saved")
		return
	}
	o, readErr := p.Merchants.Operator(r.Context(), in.ID)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "merchant/operator", page.Data{Title: o.Name, Data: operatorView{Operator: o, Forms: p.forms(r, o.LegalForm)}})
}
