package browser

import (
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Draw puts a stroke like a signature on a canvas with the mouse.
func (p *Page) Draw(selector string) {
	p.tb.Helper()
	p.WaitFor(selector)
	box := look[struct{ X, Y, W, H float64 }](p, "draw on "+selector, `(selector => {
		const e = find(selector);
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect();
		return {X: r.left, Y: r.top, W: r.width, H: r.height};
	})`, selector)
	strokes := [][][2]float64{
		{{.2, .3}, {.35, .25}, {.3, .75}, {.2, .6}, {.45, .5}},
		{{.55, .2}, {.52, .8}}, {{.48, .4}, {.75, .35}, {.62, .6}, {.8, .78}},
	}
	at := func(kind input.DispatchMouseEventType, x, y float64, button input.MouseButton) chromedp.Action[chromedp.Void] {
		return send(input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: box.X + x*box.W, Y: box.Y + y*box.H, Button: button, ClickCount: 1,
		})
	}
	for _, stroke := range strokes {
		first, last := stroke[0], stroke[len(stroke)-1]
		steps := []chromedp.Action[chromedp.Void]{at(input.DispatchMouseEventTypeMousePressed, first[0], first[1], input.MouseButtonLeft)}
		for i := 1; i < len(stroke); i++ {
			a, b := stroke[i-1], stroke[i]
			for k := 1.0; k <= 6; k++ {
				steps = append(steps, at(input.DispatchMouseEventTypeMouseMoved, a[0]+(b[0]-a[0])*k/6, a[1]+(b[1]-a[1])*k/6, input.MouseButtonLeft))
			}
		}
		p.must("draw on "+selector, append(steps, at(input.DispatchMouseEventTypeMouseReleased, last[0], last[1], input.MouseButtonLeft))...)
	}
}
