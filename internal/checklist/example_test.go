package checklist_test

import (
	"fmt"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
)

// A ceramics store meets everything except two items.
func Example() {
	sheet, err := checklist.ForSector(sector.Store)
	if err != nil {
		panic(err)
	}
	var answers []checklist.Answer
	for it := range sheet.Items() {
		if it.Flag != checklist.BonusItem { // claimed voluntarily
			answers = append(answers, checklist.Answer{Item: it.ID, Verdict: checklist.Pass})
		}
	}
	for i := range answers {
		switch answers[i].Item {
		case "STO-08": // labels are not true
			answers[i].Verdict, answers[i].Photos = checklist.Fail, []string{"sha-256 of the photo"}
		case "STO-06":
			answers[i].Verdict, answers[i].NAReason = checklist.NotApplicable, "未发行预付卡"
		}
	}
	r := checklist.Score(&sheet, answers)
	fmt.Println(r.Score, r.Passed, r.KeyFails)

	answers[0].Verdict, answers[0].Photos = checklist.Fail, []string{"sha-256 of the photo"}
	r = checklist.Score(&sheet, answers)
	fmt.Println(r.Score, r.Passed, r.Vetoes)
	// Output:
	// 93.14 true [STO-08]
	// 93.14 false [VET-01]
}
