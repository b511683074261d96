package public

import (
	"fangxin/internal/access"
	"fangxin/internal/i18n"
)

// DemoIndex is what /demo and its JSON twin show of a demonstration.
type DemoIndex struct {
	Accounts []DemoAccount `json:"accounts"`
	Badges   []DemoBadge   `json:"badges"`
	Cases    []DemoCase    `json:"cases"`
}

// DemoAccount is one account to sign in with.
type DemoAccount struct {
	Role     access.Role `json:"role"`
	Name     string      `json:"name"`
	Login    string      `json:"login"`
	Password string      `json:"password"`
	What     i18n.Text   `json:"what"`
}

// DemoBadge is one code for one answer of a scan.
type DemoBadge struct {
	Status string `json:"status"`
	Code   string `json:"code"`
	Holder string `json:"holder"`
}

// DemoCase is one record at one stage.
type DemoCase struct {
	Noun  string `json:"noun"`
	State string `json:"state"`
	ID    string `json:"id"`
	Label string `json:"label"`
	Href  string `json:"href"`
}
