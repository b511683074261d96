package demo

import (
	"context"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/module"
)

// checklists begins two versions of modules: one that a second officer can
// publish, and one that is still being written.
func (s *seeder) checklists() error {
	by := s.people["province"]
	common, err := s.version(by, "COM", func(m *checklist.Module) {
		if sec, at := m.Find("COM-02"); sec != nil {
			sec.Items[at].Text = checklist.Text{Zh: "在入口或收银处亮照亮证，字迹清楚、无遮挡", En: "Licences are shown at the entrance or the till, readable and uncovered"}
			sec.Items[at].Flag, sec.Items[at].NA = checklist.VetoItem, checklist.NANever // the dry run shows whom that would fail
		}
	})
	if err != nil {
		return err
	}
	if _, err := s.Modules.Propose(by, module.StepCommand{ID: common, Note: "拟将亮照亮证改为否决项，条文按基层意见改清楚；请先看试算。"}); err != nil {
		return err
	}
	_, err = s.version(by, "JDZ", func(m *checklist.Module) {
		if id, ok := m.Duplicate("JDZ-05"); ok {
			sec, at := m.Find(id)
			sec.Items[at].Text.Zh = "寄递破损三日内补发或退款"
			sec.Items[at].Text.En = "" // left for whoever goes on writing
		}
	})
	if err != nil {
		return err
	}
	return s.composition(by)
}

// composition has a new version of the model shop's sheet wait for the second
// officer: the shop's sector counts for less, the mark to pass is higher.
func (s *seeder) composition(by context.Context) error {
	list, err := s.Modules.Plans(by, module.PlanListQuery{Code: checklist.ModelShop})
	if err != nil || len(list) == 0 {
		return err
	}
	d, err := s.Modules.DraftPlan(by, module.PlanDraftCommand{Base: list[0].ID})
	if err != nil {
		return err
	}
	c := d.Body
	c.Note = checklist.Text{Zh: "业态部分由40分调为30分，通用部分增至70分；总分由80分提高到85分。", En: "The sector part goes from 40 to 30 points, the common part to 70; the pass mark from 80 to 85."}
	for i := range c.Parts {
		switch c.Parts[i].Module {
		case checklist.SectorModule:
			c.Parts[i].Weight = checklist.P(30)
		case "COM":
			c.Parts[i].Weight = checklist.P(70)
		}
	}
	for i := range c.Frame.Pass {
		mark := checklist.P(85)
		if len(c.Frame.Pass[i].Of) > 0 {
			mark = checklist.P(21)
		}
		c.Frame.Pass[i].Least = &mark
	}
	if d, err = s.Modules.SavePlan(by, module.PlanSaveCommand{ID: d.ID, Body: c}); err != nil {
		return err
	}
	_, err = s.Modules.Propose(by, module.StepCommand{ID: d.ID, Note: "拟提高示范店门槛，并减轻业态部分的分量；请先看试算会改变哪些结论。"})
	return err
}

// version begins a version of a module and changes it.
func (s *seeder) version(by context.Context, code string, change func(m *checklist.Module)) (ident.ModuleID, error) {
	list, err := s.Modules.List(by, module.ListQuery{Code: code})
	if err != nil {
		return "", err
	}
	for _, v := range list {
		if !v.InForce {
			continue
		}
		d, err := s.Modules.Draft(by, module.DraftCommand{Base: v.ID})
		if err != nil {
			return "", err
		}
		change(&d.Body)
		_, err = s.Modules.Save(by, module.SaveCommand{ID: d.ID, Body: d.Body})
		return d.ID, err
	}
	return "", nil
}
