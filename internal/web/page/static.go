package page

import (
	"bytes"
	"slices"
	"strings"
)

// Static renders a page that is the same for every visitor, such as the shell
// of an app that works without a network: no person, no flash, no navigation.
func (e *Engine) Static(name, lang string, data any) ([]byte, error) {
	kind, _, _ := strings.Cut(name, "/")
	var b bytes.Buffer
	err := e.execute(&b, name, View{Lang: lang, Kind: kind, Form: &Form{}, Data: data})
	return b.Bytes(), err
}

// Asset is the address of a file, such as css/site.css.
func (e *Engine) Asset(name string) string { return e.files.url(name) }

// AssetsUnder lists the files beneath a folder, such as js/tablet/, in order.
func (e *Engine) AssetsUnder(folder string) (names []string) {
	for n := range e.files.plain {
		if strings.HasPrefix(n, folder) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// AssetZip is a file as it goes over the line.
func (e *Engine) AssetZip(name string) []byte { return e.files.zip[name] }

// AssetBody is a file as it was written.
func (e *Engine) AssetBody(name string) []byte { return e.files.plain[name] }

// StateLabel gives the words of a state of a lifecycle, for answers that are no page.
func (e *Engine) StateLabel(lang, noun, state string) string { return e.stateLabel(lang, noun, state) }
