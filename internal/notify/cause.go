package notify

import (
	"slices"
	"strings"
	"unicode"
)

// Causes are the words for why a try failed, as "notify.cause_…" says them. A
// number after the word is the answer of the other side: recipient_550. What
// took too long is "timeout", with the word for where it stood still.
var Causes = []string{
	"connect", "greeting", "timeout", "starttls", "auth", "sender", "recipient", "text", "gateway", "gateway_connect", "http", "forbidden_address",
	"wechat", "wechat_connect", "wechat_answer", "webhook_stopped", "interrupted", "not_configured", "other",
}

// Cause takes the reason of a failed try apart; an unknown one is "other".
func Cause(reason string) (word, number string) {
	word = reason
	if at, ok := strings.CutSuffix(reason, "_timeout"); ok && at != "" {
		return "timeout", at
	}
	if i := strings.LastIndexByte(reason, '_'); i >= 0 && i+1 < len(reason) && strings.IndexFunc(reason[i+1:], func(r rune) bool { return !unicode.IsDigit(r) && r != '-' }) < 0 {
		word, number = reason[:i], reason[i+1:]
	}
	if !slices.Contains(Causes, word) {
		return "other", ""
	}
	return word, number
}

// CauseKey is the key of the words for why the last try failed.
func (c Copy) CauseKey() string { word, _ := Cause(c.Error); return "notify.cause_" + word }

// CauseNumber is what the other side answered.
func (c Copy) CauseNumber() string { _, n := Cause(c.Error); return n }

// CauseKey is the key of the words for why the try failed.
func (a Attempt) CauseKey() string { word, _ := Cause(a.Error); return "notify.cause_" + word }
