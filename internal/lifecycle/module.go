package lifecycle

import "fangxin/internal/access"

// The states of a version of a checklist module (检查表模块).
const (
	ModuleDraft     State = "draft"
	ModuleProposed  State = "proposed"
	ModulePublished State = "published"
	ModuleRetired   State = "retired"
	ModuleDiscarded State = "discarded"
)

// The actions on a version of a module.
const (
	ProposeModule Action = "propose"
	PublishModule Action = "publish"
	ReworkModule  Action = "rework"
	RetireModule  Action = "retire"
	DiscardModule Action = "discard"
)

var authoring = []access.Role{access.ProvinceOfficer, access.Administrator}

// Module is the lifecycle of a version of a checklist module, or of the
// composition of a sheet (检查表组成). Its content can
// be changed as a draft only; whoever worked on it does not publish it.
var Module = &Machine{
	Noun: "module", Table: "checklist_module", Zh: "检查表模块或组成", En: "Checklist module or composition", Start: ModuleDraft,
	States: []StateInfo{
		{ModuleDraft, "草稿", "Draft", access.ProvinceOfficer, false},
		{ModuleProposed, "待发布", "To be published", access.ProvinceOfficer, false},
		{ModulePublished, "已发布", "Published", "", false},
		{ModuleRetired, "已停用", "Retired", "", true},
		{ModuleDiscarded, "已作废", "Discarded", "", true},
	},
	Steps: []Step{
		{Action: ProposeModule, From: []State{ModuleDraft}, To: []State{ModuleProposed}, Roles: authoring, Reason: true, Zh: "提请发布", En: "Propose"},
		{Action: PublishModule, From: []State{ModuleProposed}, To: []State{ModulePublished}, Roles: authoring, Reason: true, Grants: true, Danger: true, Zh: "发布", En: "Publish"},
		{Action: ReworkModule, From: []State{ModuleProposed}, To: []State{ModuleDraft}, Roles: authoring, Reason: true, Zh: "退回修改", En: "Return for changes"},
		{Action: RetireModule, From: []State{ModulePublished}, To: []State{ModuleRetired}, Roles: authoring, Reason: true, Danger: true, Zh: "停用", En: "Retire"},
		{Action: DiscardModule, From: []State{ModuleDraft, ModuleProposed}, To: []State{ModuleDiscarded}, Roles: authoring, Danger: true, Zh: "作废", En: "Discard"},
	},
}
