package browser

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe-core/axe.min.js
var axeSource string

// Violation is a rule of accessibility that the page breaks.
type Violation struct {
	// Rule is axe's id, such as "color-contrast".
	Rule   string
	Impact string
	Help   string
	// Where holds the first elements concerned.
	Where []string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %s", v.Rule, v.Impact, v.Help, strings.Join(v.Where, " · "))
}

// Axe returns the rules of WCAG 2.2 A and AA and of good practice that the
// page breaks, without those excepted.
func (p *Page) Axe(except ...string) (list []Violation) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	// Evaluated by the debugger, so the page's security policy stays as it is.
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axeSource+";void 0")); err != nil {
		p.fail("axe", err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]Violation](`axe.run(document, {
		resultTypes: ["violations"],
		runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
	}).then(r => r.violations.map(v => ({
		Rule: v.id, Impact: v.impact, Help: v.help,
		Where: v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + n.html.slice(0, 120)),
	})))`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail("axe", err)
	}
	for _, v := range found {
		if !slices.Contains(except, v.Rule) {
			list = append(list, v)
		}
	}
	return list
}

// CheckAxe marks the test as failed for each rule broken.
func (p *Page) CheckAxe(except ...string) {
	p.tb.Helper()
	for _, v := range p.Axe(except...) {
		p.tb.Errorf("browser: axe on %s, %s: %s", p.URL(), p.options.Viewport.Name, v)
	}
}
