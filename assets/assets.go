// Package assets owns the files that are built into the binary: data that
// authorities review, templates, style sheets, scripts, texts and fonts.
//
// It only embeds; each folder belongs to the package that reads it.
package assets

import "embed"

// FS holds every embedded file under its path in this folder.
//
//go:embed tablet calendar division checklists/*.yaml imports pledges schemes scan css js tpl i18n fonts
var FS embed.FS
