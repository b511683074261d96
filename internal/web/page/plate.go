package page

import (
	"fmt"
	"html/template"
)

// A drawing is the outline of a plate on a grid of 100 and the sign upon it.
type drawing struct{ outline, sign string }

const circle = "M50 3a47 47 0 1 1 0 94a47 47 0 0 1 0-94z"

// plates say a state by shape and sign as well as by colour. Only a title in
// force has the lobed plate (葵口盘) with the check.
var plates = map[string]drawing{
	"ok": {"M50 7A14 14 0 0 1 71.5 12.8A14 14 0 0 1 87.2 28.5A14 14 0 0 1 93 50A14 14 0 0 1 87.2 71.5A14 14 0 0 1 71.5 87.2A14 14 0 0 1 50 93A14 14 0 0 1 28.5 87.2A14 14 0 0 1 12.8 71.5A14 14 0 0 1 7 50A14 14 0 0 1 12.8 28.5A14 14 0 0 1 28.5 12.8A14 14 0 0 1 50 7Z",
		"M30 51l14 14.5L71 35"},
	"warn": {"M20 4h60a16 16 0 0 1 16 16v60a16 16 0 0 1-16 16H20A16 16 0 0 1 4 80V20A16 16 0 0 1 20 4z", "M39 33v34M61 33v34"},
	"stop": {"M94.3 68.4L68.4 94.3H31.6L5.7 68.4V31.6L31.6 5.7H68.4L94.3 31.6Z", "M34 34l32 32M66 34L34 66"},
	"gone": {circle, "M50 27v24l16 10"},
	"fake": {"M50 5a9 9 0 0 1 8 4.6l38 68A9 9 0 0 1 88 91H12a9 9 0 0 1-8-13.4l38-68A9 9 0 0 1 50 5z", "M50 36v24M50 75v.2"},
	"none": {circle, "M39 40a11.5 11.5 0 1 1 16 10.5c-3.5 1.8-5 4-5 7.5M50 73v.2"},
	"wait": {circle, "M32 50h.2M50 50h.2M68 50h.2"},
}

// plate draws the large mark of a state: ok 有效, warn 暂停, stop 摘牌, gone 过期,
// fake 谨防冒用, none 查无此码, wait 暂时无法核验. An unknown tone draws none.
func plate(tone string) template.HTML {
	d, ok := plates[tone]
	if !ok {
		tone, d = "none", plates["none"]
	}
	return template.HTML(fmt.Sprintf(`<svg class="plate %s" viewBox="0 0 100 100" aria-hidden="true" focusable="false"><path class="p" d="%s"/><path class="g" d="%s"/></svg>`, tone, d.outline, d.sign)) //nolint:gosec // our own drawings
}
