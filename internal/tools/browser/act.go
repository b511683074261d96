package browser

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// finder resolves selectors inside the page.
const finder = `
const shown = e => e.checkVisibility({checkOpacity: false, checkVisibilityCSS: true}) && e.getClientRects().length > 0;
const find = selector => {
	const [css, text] = selector.split(" >> ");
	const all = [...document.querySelectorAll(css)].filter(e => text === undefined || e.textContent.includes(text));
	return all.find(shown) || all[0] || null;
};
`

// spot says where an element can be clicked, or why it cannot.
type spot struct {
	X, Y float64
	Why  string
}

// place brings an element into view and makes sure that a click at its centre
// would reach it, not something that lies over it.
const place = `(selector => {
	const e = find(selector);
	if (!e) return {Why: "nothing matches"};
	if (!shown(e)) return {Why: "it is not visible"};
	if (e.disabled || e.getAttribute("aria-disabled") === "true") return {Why: "it is disabled"};
	e.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
	const r = e.getClientRects()[0], X = r.left + r.width / 2, Y = r.top + r.height / 2;
	const hit = document.elementFromPoint(X, Y);
	if (!hit) return {Why: "it is off the screen"};
	const label = hit.closest("label");
	if (e.contains(hit) || hit.contains(e) && hit.matches("label,a,button,summary") || label && label.control === e) return {X, Y};
	return {Why: "it lies under " + hit.outerHTML.slice(0, 120)};
})`

// click returns the step of a real mouse click, for when the element is ready.
func (p *Page) click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		p.tb.Helper()
		var at spot
		p.until("click "+selector, func(ctx context.Context) (err error) {
			if at, err = eval[spot](ctx, place, selector); err == nil && at.Why != "" {
				err = errors.New(at.Why)
			}
			return err
		})
		_, err := chromedp.MouseClickXY(at.X, at.Y)(ctx, t)
		return err
	})
}

// Click waits until the element can be clicked and clicks it with the mouse.
func (p *Page) Click(selector string) {
	p.tb.Helper()
	p.must("click "+selector, p.click(selector))
}

// Follow clicks and waits for the page that this loads; it returns the status.
func (p *Page) Follow(selector string) (status int) {
	p.tb.Helper()
	return p.load("follow "+selector, p.click(selector))
}

// Fill replaces the content of a field as if the text were typed. Dates,
// times and the like take the format of their value (2026-03-05).
func (p *Page) Fill(selector, text string) {
	p.tb.Helper()
	var typed bool
	p.until("fill "+selector, func(ctx context.Context) error {
		how, err := eval[string](ctx, `((selector, text) => {
			const e = find(selector);
			if (!e) return "nothing matches";
			if (!shown(e)) return "it is not visible";
			if (e.disabled || e.readOnly) return "it cannot be written to";
			e.scrollIntoView({block: "center", behavior: "instant"});
			e.focus();
			if (["date", "time", "month", "week", "datetime-local", "color", "range"].includes(e.type)) {
				e.value = text;
				e.dispatchEvent(new Event("input", {bubbles: true}));
				e.dispatchEvent(new Event("change", {bubbles: true}));
				return e.value === text ? "set" : "it does not take the value";
			}
			if (!("value" in e)) return "it is not a field";
			e.select();
			return "typed";
		})`, selector, text)
		if err == nil && how != "set" && how != "typed" {
			err = errors.New(how)
		}
		typed = how == "typed"
		return err
	})
	switch {
	case !typed:
	case text == "":
		p.Press(kb.Backspace)
	default:
		p.must("fill "+selector, send(input.InsertText, input.InsertTextParams{Text: text}))
	}
}

// Press sends keys to what has the focus: kb.Enter, kb.Tab, "abc".
func (p *Page) Press(keys string) {
	p.tb.Helper()
	p.must(fmt.Sprintf("press %q", keys), chromedp.KeyEvent(keys))
}

// Select chooses an option by its value or its text.
func (p *Page) Select(selector, option string) {
	p.tb.Helper()
	p.until("select "+option+" in "+selector, func(ctx context.Context) error {
		why, err := eval[string](ctx, `((selector, option) => {
			const e = find(selector);
			if (!e) return "nothing matches";
			if (!e.options) return "it is not a choice";
			if (e.disabled) return "it is disabled";
			const list = [...e.options];
			const o = list.find(o => o.value === option) || list.find(o => o.text.trim() === option);
			if (!o) return "there is only: " + list.map(o => o.text.trim()).join(" | ");
			e.focus();
			e.value = o.value;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true}));
			return "";
		})`, selector, option)
		if err == nil && why != "" {
			err = errors.New(why)
		}
		return err
	})
}

// Check sets a check box or radio button by clicking it, or its label where
// the box itself is hidden behind a drawn one.
func (p *Page) Check(selector string, on bool) {
	p.tb.Helper()
	p.WaitPresent(selector)
	target := look[string](p, "check "+selector, `((selector, on) => {
		const e = find(selector);
		if (e.checked === on) return "";
		const label = e.labels && e.labels[0];
		const r = e.getBoundingClientRect(), style = getComputedStyle(e);
		const drawn = shown(e) && r.width > 4 && r.height > 4 && style.opacity !== "0";
		if (drawn || !label) return "box";
		label.dataset.checkTarget = "1";
		return "label";
	})`, selector, on)
	switch target {
	case "box":
		p.Click(selector)
	case "label":
		p.Click("label[data-check-target]")
		look[bool](p, "check", `(() => document.querySelectorAll("label[data-check-target]").forEach(l => delete l.dataset.checkTarget) === undefined)`)
	}
	p.until("check "+selector, func(ctx context.Context) error {
		if is, err := eval[bool](ctx, `(selector => find(selector).checked)`, selector); err != nil || is != on {
			return errors.Join(fmt.Errorf("checked is %v", is), err)
		}
		return nil
	})
}

// Upload puts files into a file field, which may be hidden.
func (p *Page) Upload(selector string, files ...string) {
	p.tb.Helper()
	for i, f := range files {
		path, err := filepath.Abs(f)
		if err != nil {
			p.fail("upload", err)
		}
		files[i] = path
	}
	p.must("upload to "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), files, chromedp.NodeReady))
}
