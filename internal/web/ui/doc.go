// Package ui is what every page of the site is made with: a Page (the frame around it), a Form of Fields (label,
// hint, value and error side by side), Render (to a buffer first) and Handle (one function that turns a handler's
// error into a page). It knows nothing of complaints.
//
// A face is a folder with its routes on one screen, its handlers, and its templates beside them:
//
//	func Routes(s *Site) []ui.Route { return []ui.Route{{"GET /painel", ui.SignedIn, s.panel}, ...} }
//	//go:embed *.html
//	var Templates embed.FS
//
// A template file NAME.html of folder FACE is rendered as "FACE/NAME". It defines "content" (and may define "head")
// inside the frame of layout.html; parts shared by all pages (field, problems, steps, ...) are in parts.html.
//
// The classes a page may use are listed at the top of static/app.css; testdata/style.html shows each part in each
// state. The font is Noto Sans (OFL; @fontsource-variable/noto-sans 5.3.0, weights 400-700 by fonttools
// varLib.instancer, Latin-1 with punctuation and arrows by pyftsubset).
package ui
