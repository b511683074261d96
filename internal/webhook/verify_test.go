package webhook_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"fangxin/internal/webhook"
)

func TestVerify(t *testing.T) {
	old, _ := webhook.NewSecret()
	fresh, _ := webhook.NewSecret()
	other, _ := webhook.NewSecret()
	now, body := time.Unix(1700000000, 0), []byte(`{"type":"case.certified"}`)
	delivery := func(at time.Time, secrets ...string) http.Header {
		signature, err := webhook.Sign("m1", at, body, secrets...)
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set("webhook-id", "m1")
		h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		h.Set("webhook-signature", signature)
		return h
	}
	without := func(key, value string) http.Header {
		h := delivery(now, fresh)
		h.Set(key, value)
		return h
	}
	for name, c := range map[string]struct {
		header http.Header
		body   string
		hold   []string
		want   error
	}{
		"the one secret":                     {delivery(now, fresh), string(body), []string{fresh}, nil},
		"while secrets change, the new one":  {delivery(now, fresh, old), string(body), []string{fresh}, nil},
		"while secrets change, the old one":  {delivery(now, fresh, old), string(body), []string{old}, nil},
		"a receiver that holds both":         {delivery(now, fresh), string(body), []string{old, fresh}, nil},
		"after the change, the old one":      {delivery(now, fresh), string(body), []string{old}, webhook.ErrSignature},
		"a stranger's":                       {delivery(now, other), string(body), []string{fresh}, webhook.ErrSignature},
		"another text":                       {delivery(now, fresh), `{"type":"case.refused"}`, []string{fresh}, webhook.ErrSignature},
		"another id":                         {without("webhook-id", "m2"), string(body), []string{fresh}, webhook.ErrSignature},
		"another time":                       {without("webhook-timestamp", "1700000001"), string(body), []string{fresh}, webhook.ErrSignature},
		"another version of signatures":      {without("webhook-signature", "v2,AAAA"), string(body), []string{fresh}, webhook.ErrSignature},
		"five minutes ago":                   {delivery(now.Add(-webhook.Tolerance), fresh), string(body), []string{fresh}, nil},
		"a replay":                           {delivery(now.Add(-webhook.Tolerance-time.Second), fresh), string(body), []string{fresh}, webhook.ErrTime},
		"from the future":                    {delivery(now.Add(webhook.Tolerance+time.Second), fresh), string(body), []string{fresh}, webhook.ErrTime},
		"no time":                            {without("webhook-timestamp", ""), string(body), []string{fresh}, webhook.ErrNoDelivery},
		"no id":                              {without("webhook-id", ""), string(body), []string{fresh}, webhook.ErrNoDelivery},
		"a replay under a time of its maker": {without("webhook-timestamp", "1700000200"), string(body), []string{fresh}, webhook.ErrSignature},
	} {
		d := webhook.Delivery{ID: c.header.Get("webhook-id"), Timestamp: c.header.Get("webhook-timestamp"), Signature: c.header.Get("webhook-signature"), Body: []byte(c.body)}
		if err := webhook.Verify(d, now, c.hold...); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
