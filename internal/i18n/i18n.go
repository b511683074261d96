// Package i18n owns the words that people read: one catalogue in Chinese and
// English, made of the files in assets/i18n, one for each area of the site.
//
// It does not translate data: a shop's name stays as it was registered.
package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"fangxin/assets"
	"fangxin/internal/ident"
)

// The languages. Chinese comes first everywhere.
const (
	Zh = "zh"
	En = "en"
)

// Langs lists the languages.
var Langs = []string{Zh, En}

// Text is a piece of data that carries both languages.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// In is the text in a language; without an English one it is the Chinese.
func (t Text) In(lang string) string {
	if lang == En && t.En != "" {
		return t.En
	}
	return t.Zh
}

// Catalogue holds every text by key.
type Catalogue struct {
	texts   map[string]Text
	missing sync.Map // unknown keys that were asked for
}

var shipped = sync.OnceValue(func() *Catalogue {
	sub, err := fs.Sub(assets.FS, "i18n")
	if err != nil {
		panic(err)
	}
	c, err := Load(sub)
	if err != nil {
		panic(err)
	}
	return c
})

// Shipped is the catalogue built into this version.
func Shipped() *Catalogue { return shipped() }

// Load reads every *.json of a folder. A key in two files or a text in only
// one language is an error.
func Load(folder fs.FS) (*Catalogue, error) {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{texts: map[string]Text{}}
	for _, name := range files {
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		var texts map[string]Text
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, t := range texts {
			if _, twice := c.texts[key]; twice {
				return nil, fmt.Errorf("%s: %s is already in another file", name, key)
			}
			if t.Zh == "" || t.En == "" {
				return nil, fmt.Errorf("%s: %s lacks a language", name, key)
			}
			c.texts[key] = t
		}
	}
	return c, nil
}

// Has reports whether a key exists.
func (c *Catalogue) Has(key string) bool { _, ok := c.texts[key]; return ok }

// Keys lists every key in order.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.texts))
	for k := range c.texts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Args fill placeholders by name: {shop}, {days}.
type Args map[string]any

// T gives a text with its placeholders filled in: {0}, {1} … by position,
// {name} from [Args]. {0|day|days} picks the first word when the number is
// one. An unknown key gives itself and is remembered for [Catalogue.Missing],
// so that a page shows where a text is missing instead of failing.
func (c *Catalogue) T(lang, key string, args ...any) string {
	t, ok := c.texts[key]
	if !ok {
		c.missing.Store(key, true)
		return key
	}
	s := t.In(lang)
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	return fill(s, args)
}

func fill(s string, args []any) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(s, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		name, words, plural := strings.Cut(name, "|")
		value, known := arg(name, args)
		switch one, many, _ := strings.Cut(words, "|"); {
		case !known:
			b.WriteString("{" + rest[:len(rest)-len(after)])
		case !plural:
			b.WriteString(fmt.Sprint(value))
		case fmt.Sprint(value) == "1":
			b.WriteString(one)
		default:
			b.WriteString(many)
		}
		s = after
	}
}

func arg(name string, args []any) (any, bool) {
	if i, err := strconv.Atoi(name); err == nil {
		if i < 0 || i >= len(args) {
			return nil, false
		}
		return pointed(args[i]), true
	}
	for _, a := range args {
		if named, ok := a.(Args); ok {
			v, ok := named[name]
			return pointed(v), ok
		}
	}
	return nil, false
}

// pointed gives what a pointer of a view leads to: nobody wants to read where
// it lies.
func pointed(v any) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && !r.IsNil() {
		if _, words := v.(fmt.Stringer); !words {
			return pointed(r.Elem().Interface())
		}
	}
	return v
}

// Missing lists the unknown keys that were asked for since the start.
func (c *Catalogue) Missing() []string {
	var keys []string
	c.missing.Range(func(k, _ any) bool { keys = append(keys, k.(string)); return true })
	sort.Strings(keys)
	return keys
}

// Match picks a language from what the visitor asked for, in this order: the
// query, the cookie, the browser.
func Match(query, cookie, accept string) string {
	for _, s := range []string{query, cookie} {
		if s == Zh || s == En {
			return s
		}
	}
	for part := range strings.SplitSeq(accept, ",") {
		part = strings.TrimSpace(part)
		if len(part) < 2 {
			continue
		}
		switch language := part[:2]; {
		case strings.EqualFold(language, Zh):
			return Zh
		case strings.EqualFold(language, En):
			return En
		}
	}
	return Zh
}

// Date words a day: 2026年11月23日, or 23 Nov 2026. Text that is no date is
// given back unchanged.
func Date(lang, day string) string {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return day
	}
	if lang == En {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2006年1月2日")
}

// Time words an instant in Beijing, to the minute.
func Time(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(ident.Beijing)
	return Date(lang, t.Format("2006-01-02")) + " " + t.Format("15:04")
}

// Clock words an instant in Beijing, to the second.
func Clock(lang string, t time.Time) string {
	t = t.In(ident.Beijing)
	return Date(lang, t.Format("2006-01-02")) + " " + t.Format("15:04:05")
}
