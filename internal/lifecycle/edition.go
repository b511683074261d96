package lifecycle

import "fangxin/internal/access"

// The states of an edition of a scheme (称号项目版本); it begins as [Draft].
const (
	Published State = "published"
	Retired   State = "retired"
	Discarded State = "discarded"
)

// The actions on an edition.
const (
	Publish Action = "publish"
	Retire  Action = "retire"
	Discard Action = "discard"
)

// Edition is the lifecycle of one version of a title's rules. What was
// published never changes: cases pin it. Publishing retires the version
// before it, whose cases go on by it to their end.
var Edition = &Machine{
	Noun: "edition", Table: "scheme_edition", Zh: "称号项目版本", En: "Scheme version", Start: Draft,
	States: []StateInfo{
		{Draft, "草案", "Draft", access.Administrator, false},
		{Published, "施行中", "In force", "", false},
		{Retired, "已停用", "Retired", "", true},
		{Discarded, "已弃用", "Discarded", "", true},
	},
	Steps: []Step{
		{Action: Publish, From: []State{Draft}, To: []State{Published}, Roles: []access.Role{access.Administrator, access.ProvinceOfficer, access.System}, Grants: true, Danger: true, Zh: "发布施行", En: "Publish"},
		{Action: Retire, From: []State{Published}, To: []State{Retired}, Roles: []access.Role{access.Administrator, access.ProvinceOfficer, access.System}, Reason: true, Danger: true, Zh: "停用", En: "Retire"},
		{Action: Discard, From: []State{Draft}, To: []State{Discarded}, Roles: []access.Role{access.Administrator, access.System}, Danger: true, Zh: "弃用草案", En: "Discard the draft"},
	},
}
