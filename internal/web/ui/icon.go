package ui

import "html/template"

// icons are the drawings, of 24 by 24, by name. Each is a whole element: pages have dozens of them.
var icons = map[string]template.HTML{
	"check":    draw(`<circle cx="12" cy="12" r="9"/><path d="m8 12.5 3 3 5.5-6.5"/>`),
	"alert":    draw(`<path d="M12 3.5 2.5 20h19zM12 10v4.5M12 17.3v.1"/>`),
	"info":     draw(`<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.1"/>`),
	"clock":    draw(`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>`),
	"file":     draw(`<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h6"/>`),
	"user":     draw(`<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4.5 3.5-7 8-7s8 2.5 8 7"/>`),
	"building": draw(`<path d="M5 21V4h10v17M15 9h4v12M3 21h18M8.5 8h3M8.5 12h3M8.5 16h3"/>`),
	"phone":    draw(`<path d="M5 4h4l1.5 5L8 10.5c1 2.5 3 4.5 5.5 5.5l1.5-2.5 5 1.5v4c-8.5 1-16-6.5-15-15z"/>`),
	"pin":      draw(`<path d="M12 21c-4-4-7-7.5-7-11a7 7 0 0 1 14 0c0 3.5-3 7-7 11z"/><circle cx="12" cy="10" r="2.5"/>`),
	"calendar": draw(`<path d="M4 6h16v14H4zM4 10.5h16M8 3v4M16 3v4"/>`),
	"chart":    draw(`<path d="M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6"/>`),
	"search":   draw(`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 5 5"/>`),
	"arrow":    draw(`<path d="M4 12h15M13 6l6 6-6 6"/>`),
	"lock":     draw(`<path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3"/>`),
	"mail":     draw(`<path d="M3 6h18v13H3zM3.5 6.5 12 13l8.5-6.5"/>`),
	"print":    draw(`<path d="M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z"/>`),
	"trash":    draw(`<path d="M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6"/>`),
	"download": draw(`<path d="M12 4v11M7 11l5 5 5-5M4 20h16"/>`),
	"copy":     draw(`<path d="M8 8h12v12H8zM16 8V4H4v12h4"/>`),
	"edit":     draw(`<path d="M4 20v-4L16 4l4 4L8 20zM13 7l4 4"/>`),
	"exit":     draw(`<path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4"/>`),
	"chat":     draw(`<path d="M4 5h16v11H11l-5 4v-4H4z"/>`),
	"guiche":   draw(`<path d="M4 18V4h16v14M2.5 18h19M2.5 21.5h19M8.5 18v-3.5a3.5 3.5 0 0 1 7 0V18"/>`),
}

// unknown stands for a name that has no drawing: a question mark.
var unknown = draw(`<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 1-1 1.7M12 16.8v.1"/>`)

func draw(shapes string) template.HTML {
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + shapes + `</svg>`) //nolint:gosec // our own drawings
}

func icon(name string) template.HTML {
	if drawn, known := icons[name]; known {
		return drawn
	}
	return unknown
}
