package merchant

import (
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// CheckQuery asks about a code as it was typed so far.
type CheckQuery struct {
	USCC string `json:"uscc" validate:"required,max=60,plain"`
}

// Check is the answer, in terms a shopkeeper can use.
type Check struct {
	USCC       string `json:"uscc" doc:"The code in its canonical form."`
	Good       bool   `json:"good"`
	Problem    string `json:"problem,omitempty" doc:"uscc_length, uscc_old_number, uscc_alphabet or uscc_check_digit; the words are under rule.<problem>."`
	Position   int    `json:"position,omitempty" doc:"First character that cannot stand in a code, counted from 1."`
	Doubtful   bool   `json:"doubtful" doc:"The organisation code inside fails its own check digit; look twice."`
	Registered bool   `json:"registered" doc:"The operator is in the registry already."`
	Mine       bool   `json:"mine" doc:"The caller speaks for it."`
	Claimable  bool   `json:"claimable" doc:"It was imported and the caller may claim it."`
	Name       string `json:"name,omitempty" doc:"Of a registered operator."`
}

// AddOperatorCommand registers an operator and makes the caller its owner.
type AddOperatorCommand struct {
	USCC      string `json:"uscc" validate:"required,max=60,uscc" doc:"As on the licence; spaces, hyphens, width and case do not matter."`
	Name      string `json:"name" validate:"required,notblank,max=100,oneline,plain" doc:"As on the licence."`
	LegalForm string `json:"legal_form" validate:"max=40,oneline,plain" doc:"For instance 个体工商户 or 有限责任公司."`
	FoundedOn string `json:"founded_on" validate:"omitempty,date" doc:"Day of registration on the licence."`
	Contact   string `json:"contact_name" validate:"max=40,oneline,plain"`
	Phone     string `json:"contact_phone" validate:"omitempty,phone"`
	// Scope is the importing authority's path.
	Scope string `json:"-"`
}

// UpdateOperatorCommand changes what an operator says of itself. The code
// never changes: another code is another operator.
type UpdateOperatorCommand struct {
	ID        ident.OperatorID `json:"-" validate:"required,uuid7"`
	Name      string           `json:"name" validate:"required,notblank,max=100,oneline,plain"`
	LegalForm string           `json:"legal_form" validate:"max=40,oneline,plain"`
	FoundedOn string           `json:"founded_on" validate:"omitempty,date"`
	Contact   string           `json:"contact_name" validate:"max=40,oneline,plain"`
	Phone     string           `json:"contact_phone" validate:"omitempty,phone"`
}

// ClaimCommand says that an imported operator is the caller's.
type ClaimCommand struct {
	USCC string `json:"uscc" validate:"required,max=60,uscc"`
	Name string `json:"name" validate:"required,notblank,max=100,oneline,plain" doc:"As on the licence."`
}

// Claimed tells how a claim ended.
type Claimed struct {
	Granted  bool             `json:"granted" doc:"True when the caller's number is the one on record; otherwise the county confirms."`
	Operator ident.OperatorID `json:"operator,omitempty" format:"uuid"`
}

// ConfirmClaimCommand grants a claim that the county has checked.
type ConfirmClaimCommand struct {
	ID      ident.OperatorID `json:"-" validate:"required,uuid7"`
	Account ident.AccountID  `json:"account" validate:"required,uuid7"`
}

// FactsCommand records what an authority states about an operator.
type FactsCommand struct {
	ID        ident.OperatorID `json:"-" validate:"required,uuid7"`
	Facts     Facts            `json:"facts"`
	Penalties []Penalty        `json:"penalties" validate:"max=200,dive"`
}

// AddPremisesCommand adds a shop to an operator.
type AddPremisesCommand struct {
	Operator ident.OperatorID `json:"operator" validate:"required,uuid7"`
	Name     string           `json:"name" validate:"required,notblank,max=60,oneline,plain" doc:"On the sign."`
	Address  string           `json:"address" validate:"required,notblank,max=120,oneline,plain" doc:"Street and number."`
	Division string           `json:"division" validate:"required,county" doc:"GB/T 2260 code of the county."`
	Point    *Point           `json:"point,omitempty"`
	Sectors  []string         `json:"sectors" validate:"required,min=1,max=3,unique,dive,sector,ne=street" doc:"One to three; the first is the main one."`
	Phone    string           `json:"phone" validate:"omitempty,phone" doc:"For customers."`
	Photo    string           `json:"photo" validate:"omitempty,len=64,hexadecimal,lowercase" doc:"Storefront photo, as POST /files answered."`
}

// UpdatePremisesCommand changes a shop. A shop that moves to another county is
// another shop: close this one and add the new one.
type UpdatePremisesCommand struct {
	ID      ident.PremisesID `json:"-" validate:"required,uuid7"`
	Name    string           `json:"name" validate:"required,notblank,max=60,oneline,plain"`
	Address string           `json:"address" validate:"required,notblank,max=120,oneline,plain"`
	Point   *Point           `json:"point,omitempty"`
	Sectors []string         `json:"sectors" validate:"required,min=1,max=3,unique,dive,sector,ne=street"`
	Phone   string           `json:"phone" validate:"omitempty,phone"`
	Photo   string           `json:"photo" validate:"omitempty,len=64,hexadecimal,lowercase"`
}

// ClosePremisesCommand says that a shop no longer exists.
type ClosePremisesCommand struct {
	ID       ident.PremisesID `json:"-" validate:"required,uuid7"`
	ClosedOn string           `json:"closed_on" validate:"required,date" doc:"Last day of business."`
}

// ListQuery filters operators or premises.
type ListQuery struct {
	Name     string           `json:"name" validate:"max=60,plain" doc:"Part of the name, two characters or more."`
	USCC     string           `json:"uscc" validate:"max=60,plain"`
	Operator ident.OperatorID `json:"operator" validate:"omitempty,uuid7"`
	Division string           `json:"division" validate:"omitempty,division"`
	Sector   string           `json:"sector" validate:"omitempty,sector"`
	Limit    int              `json:"limit" validate:"min=0,max=200"`
	After    string           `json:"after" validate:"max=400"`
}

// OperatorPage is one page of operators.
type OperatorPage struct {
	Items []OperatorView
	Next  string
}

// PremisesPage is one page of premises.
type PremisesPage struct {
	Items []PremisesView
	Next  string
}

var (
	checkDef          = usecase.Define(usecase.Def{Name: "merchant.check_uscc", Allow: readers})
	addOperatorDef    = usecase.Define(usecase.Def{Name: "merchant.add_operator", Allow: writers})
	updateOperatorDef = usecase.Define(usecase.Def{Name: "merchant.update_operator", Allow: writers})
	claimDef          = usecase.Define(usecase.Def{Name: "merchant.claim", Allow: owners})
	confirmClaimDef   = usecase.Define(usecase.Def{Name: "merchant.confirm_claim", Allow: confirmers})
	factsDef          = usecase.Define(usecase.Def{Name: "merchant.record_facts", Allow: confirmers,
		NoPage: "facts come as lists from the systems that keep them, on the page of imports, and are not typed one by one"})
	addPremisesDef    = usecase.Define(usecase.Def{Name: "merchant.add_premises", Allow: writers})
	updatePremisesDef = usecase.Define(usecase.Def{Name: "merchant.update_premises", Allow: writers})
	closePremisesDef  = usecase.Define(usecase.Def{Name: "merchant.close_premises", Allow: writers})
	listOperatorsDef  = usecase.Define(usecase.Def{Name: "merchant.list_operators", Allow: readers})
	getOperatorDef    = usecase.Define(usecase.Def{Name: "merchant.get_operator", Allow: readers})
	listPremisesDef   = usecase.Define(usecase.Def{Name: "merchant.list_premises", Allow: readers})
	getPremisesDef    = usecase.Define(usecase.Def{Name: "merchant.get_premises", Allow: readers})
)
