package page

import (
	"html/template"
	"maps"
	"slices"
)

// icons are line drawings on a grid of 24.
var icons = map[string]template.HTML{
	"check":    `<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
	"x":        `<path d="M6 6l12 12M18 6L6 18"/>`,
	"pause":    `<path d="M9 6v12M15 6v12"/>`,
	"clock":    `<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>`,
	"alert":    `<path d="M12 4l9 16H3z"/><path d="M12 10v4M12 17v.1"/>`,
	"info":     `<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>`,
	"shop":     `<path d="M4 10v10h16V10M3 10l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM10 20v-5h4v5"/>`,
	"doc":      `<path d="M6 3h8l5 5v13H6z"/><path d="M14 3v5h5M9 13h7M9 17h7"/>`,
	"shield":   `<path d="M12 3l7.5 3v5.5c0 4.6-3 8-7.5 9.5-4.5-1.5-7.5-4.9-7.5-9.5V6z"/><path d="M8.5 12l2.5 2.5 4.5-5"/>`,
	"search":   `<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>`,
	"user":     `<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4.3 3.6-6.5 7.5-6.5s6.7 2.2 7.5 6.5"/>`,
	"team":     `<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.6c2 .9 3.2 2.7 3.5 5.4"/>`,
	"inbox":    `<path d="M3.5 13L6 5h12l2.5 8v6.5h-17zM3.5 13h5l1.5 2.5h4l1.5-2.5h5"/>`,
	"list":     `<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.1M3.5 12h.1M3.5 18h.1"/>`,
	"bell":     `<path d="M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4"/>`,
	"gear":     `<circle cx="12" cy="12" r="3"/><path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M5.6 18.4l1.8-1.8M16.6 7.4l1.8-1.8"/>`,
	"upload":   `<path d="M12 16V5M7 9.5l5-5 5 5M4 16v4h16v-4"/>`,
	"download": `<path d="M12 4v11M7 10.5l5 5 5-5M4 16v4h16v-4"/>`,
	"mic":      `<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7"/>`,
	"camera":   `<path d="M4 8h3l1.5-2.5h7L17 8h3a1 1 0 0 1 1 1v9.5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z"/><circle cx="12" cy="13.3" r="3.5"/>`,
	"pen":      `<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z"/><path d="M14 6.5l3.5 3.5"/>`,
	"home":     `<path d="M3.5 11L12 4l8.5 7M6 9.5V20h12V9.5M10 20v-5.5h4V20"/>`,
	"right":    `<path d="M9 5l7 7-7 7"/>`,
	"left":     `<path d="M15 5l-7 7 7 7"/>`,
	"flag":     `<path d="M6 21V4M6 4.5h12l-2.5 4 2.5 4H6"/>`,
	"print":    `<path d="M7 8V3.5h10V8M7 17H4V8.5h16V17h-3M7 14h10v6.5H7z"/>`,
	"lock":     `<rect x="5" y="11" width="14" height="9.5" rx="1.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
	"tablet":   `<rect x="5" y="2.5" width="14" height="19" rx="2"/><path d="M10.5 18.5h3"/>`,
	"pin":      `<path d="M12 21.5s7-6.4 7-11.7A7 7 0 0 0 5 9.8c0 5.3 7 11.7 7 11.7z"/><circle cx="12" cy="9.8" r="2.4"/>`,
	"phone":    `<path d="M5 4h4l1.5 4.5-2.5 2a12 12 0 0 0 5.5 5.5l2-2.5L20 15v4a1.5 1.5 0 0 1-1.5 1.5c-8 0-15-7-15-15A1.5 1.5 0 0 1 5 4z"/>`,
	"chat":     `<path d="M4 4.5h16v11.5h-9l-4.5 4v-4H4z"/><path d="M8 8.5h8M8 12h5"/>`,
	"plus":     `<path d="M12 5v14M5 12h14"/>`,
	"chart":    `<path d="M4 4v16h16M8 16v-4M12.5 16V8M17 16V9.5"/>`,
	"quest":    `<path d="M8.5 8.5a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.2v.1"/>`,
	"down":     `<path d="M5 9l7 7 7-7"/>`,
	"up":       `<path d="M5 15l7-7 7 7"/>`,
	"minus":    `<path d="M5 12h14"/>`,
	"ban":      `<circle cx="12" cy="12" r="9"/><path d="M5.7 5.7l12.6 12.6"/>`,
	"cal":      `<rect x="3.5" y="5" width="17" height="15.5" rx="1.5"/><path d="M3.5 10h17M8 3v4M16 3v4"/>`,
	"map":      `<path d="M9 4L3 6.5V20l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20"/>`,
	"gps":      `<circle cx="12" cy="12" r="6"/><path d="M12 2.5V6M12 18v3.5M2.5 12H6M18 12h3.5"/><circle cx="12" cy="12" r="1.5"/>`,
	"image":    `<rect x="3.5" y="4.5" width="17" height="15" rx="1.5"/><circle cx="8.5" cy="9.5" r="1.5"/><path d="M4 18l5.5-5.5 3.5 3.5 3-3 4.5 4.5"/>`,
	"offline":  `<path d="M3 3l18 18M8.5 15.5a5 5 0 0 1 6.5-.3M5 12a10 10 0 0 1 4.5-2.6M19 12a10 10 0 0 0-5.5-2.9M2 8.5a15 15 0 0 1 4.5-2.8M22 8.5A15 15 0 0 0 10.5 5M12 19.3v.1"/>`,
	"sync":     `<path d="M20 8a8.5 8.5 0 0 0-15-1.5M4 3v4h4M4 16a8.5 8.5 0 0 0 15 1.5M20 21v-4h-4"/>`,
	"scale":    `<path d="M12 4v16M7.5 20h9M5 7h14M5 7l-3 6.5h6zM19 7l-3 6.5h6zM2 13.5a3 3 0 0 0 6 0M16 13.5a3 3 0 0 0 6 0"/>`,
	"filter":   `<path d="M3.5 5h17L14 13v6l-4 2v-8z"/>`,
	"copy":     `<rect x="8" y="8" width="12.5" height="12.5" rx="1.5"/><path d="M16 8V4.5a1 1 0 0 0-1-1H4.5a1 1 0 0 0-1 1V15a1 1 0 0 0 1 1H8"/>`,
	"more":     `<path d="M5 12h.1M12 12h.1M19 12h.1"/>`,
	"globe":    `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18"/>`,
	"text":     `<path d="M3 19L9 5l6 14M5 15h8M15.5 19l3-7.5 3 7.5M16.6 16.5h3.9"/>`,
	"return":   `<path d="M4 9h11a5 5 0 0 1 0 10H8M4 9l4-4M4 9l4 4"/>`,
	"price":    `<path d="M3.5 12V4.5a1 1 0 0 1 1-1H12l8.5 8.5-8.5 8.5z"/><circle cx="8" cy="8" r="1.4"/>`,
	"out":      `<path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9.5"/>`,
	"eye":      `<path d="M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12z"/><circle cx="12" cy="12" r="3"/>`,
}

// icon draws one; it says nothing to a screen reader, the text beside it does.
func icon(name string) template.HTML {
	body, ok := icons[name]
	if !ok {
		body = icons["info"]
	}
	return `<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + body + `</svg>`
}

// marks are the small shapes that go with the colour of a state: a state is
// never told by colour alone. Only a title in force has the lobed plate.
var marks = map[string]template.HTML{
	"valid": `<path d="M8 .8l1.7 1.3 2.1-.3.8 2 2 .8-.3 2.1L15.6 8l-1.3 1.7.3 2.1-2 .8-.8 2-2.1-.3L8 15.6l-1.7-1.3-2.1.3-.8-2-2-.8.3-2.1L.4 8l1.3-1.7-.3-2.1 2-.8.8-2 2.1.3z"/><path class="g" d="M5 8.2l2.2 2.2L11.2 6"/>`,
	"ok":    `<circle cx="8" cy="8" r="7.3"/><path class="g" d="M4.8 8.3l2.2 2.2L11.3 6"/>`,
	"warn":  `<rect x="1" y="1" width="14" height="14" rx="3"/><path class="g" d="M6.2 5v6M9.8 5v6"/>`,
	"stop":  `<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z"/><path class="g" d="M5.5 5.5l5 5M10.5 5.5l-5 5"/>`,
	"gone":  `<circle cx="8" cy="8" r="7.3"/><path class="g" d="M8 4v4.3l2.6 1.6"/>`,
	"brand": `<circle cx="8" cy="8" r="7.3"/><path class="g" d="M8 8h.1M4.8 8h.1M11.2 8h.1"/>`,
}

func mark(tone string) template.HTML {
	return `<svg class="m" viewBox="0 0 16 16" aria-hidden="true" focusable="false">` + marks[tone] + `</svg>`
}

// Icons lists the names that templates may use.
func Icons() []string { return slices.Sorted(maps.Keys(icons)) }
