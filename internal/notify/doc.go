package notify

import (
	"fmt"
	"strings"

	"fangxin/internal/i18n"
)

// Markdown writes the catalogue as a table, with what webhooks get.
func Markdown(texts *i18n.Catalogue) string {
	var b strings.Builder
	b.WriteString(`# Notices

Generated from ` + "`internal/notify`" + ` by ` + "`make gen`" + `; do not edit.

Everything is in the recipient's inbox. “Besides” lists the other channels that are on unless the recipient switches
them off; “always” cannot be switched off. Webhooks may ask for the events that are marked.

| event | 中文 | English | who is told | besides | always | webhooks |
|---|---|---|---|---|---|---|
`)
	yes := map[bool]string{true: "yes"}
	for _, ev := range Catalogue {
		besides := make([]string, len(ev.Channels))
		for i, ch := range ev.Channels {
			besides[i] = string(ch)
		}
		key := "notify." + string(ev.Code) + ".name"
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", ev.Code, texts.T(i18n.Zh, key), texts.T(i18n.En, key), ev.Audience, strings.Join(besides, ", "), yes[ev.Fixed], yes[ev.Hooks])
	}
	b.WriteString(`
## Webhooks

A delivery is a POST of JSON, signed by the Standard Webhooks specification 1.0.0: the headers are ` + "`webhook-id`" + `
(the same for every try), ` + "`webhook-timestamp`" + ` (seconds) and ` + "`webhook-signature`" + ` (` + "`v1,`" + ` and the base64 of the HMAC-SHA256 of
` + "`id.timestamp.body`" + ` under the secret; two signatures for a day after a rotation). Receivers answer 2xx within 15 seconds;
anything else is tried again for about ten hours – after 429 and 503 not before the time in ` + "`Retry-After`" + `, six hours at
most –, 410 ends the deliveries, and after five days of failures they stop. Redirects are not followed.

A receiver refuses a delivery whose ` + "`webhook-timestamp`" + ` is more than five minutes from its own clock (each try carries its own
time), computes the signature over the bytes as they came and compares it in constant time with each of those in the header;
it believes the delivery when one is equal. It remembers each ` + "`webhook-id`" + ` for ten minutes and does nothing twice: that refuses
replays. ` + "`fangxin webhook-verify`" + ` judges a delivery the same way, to compare a receiver of one's own with.

` + "```json" + `
{"type": "case.certified", "timestamp": "2026-03-02T01:00:00Z",
 "data": {"noun": "application", "id": "01950000-…", "case_no": "赣放心申〔2026〕000001号", "state": "certified"}}
` + "```" + `

` + "`data`" + ` may also hold ` + "`number`" + ` (of a certificate), ` + "`closes_on`" + ` and ` + "`expires_on`" + `. It never holds names, numbers of telephones
or reasons: whoever may know them reads the record in the API.
`)
	return b.String()
}
