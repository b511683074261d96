package webhook

import (
	"crypto/hmac"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Tolerance is how far the time of a delivery may be from the receiver's clock
// (Standard Webhooks: five minutes). Each try carries the time at which it was
// made, so that a late retry is no old one.
const Tolerance = 5 * time.Minute

// Why a delivery is not believed.
var (
	ErrNoDelivery = errors.New("webhook: headers are missing or no delivery's")
	ErrTime       = errors.New("webhook: the time is more than five minutes from ours; a replay, or a clock that is wrong")
	ErrSignature  = errors.New("webhook: no signature was made with this secret")
)

// Delivery is what came in: the three headers as they are, and the body's bytes.
type Delivery struct {
	ID        string // webhook-id
	Timestamp string // webhook-timestamp
	Signature string // webhook-signature
	Body      []byte
}

// Verify is the receiver's side of [Sign]: it believes a delivery whose time is
// near now and of whose signatures one was made with one of the secrets. A
// delivery that is sent again within the tolerance has the same id; receivers
// remember ids for that long and do nothing twice.
func Verify(d Delivery, now time.Time, secrets ...string) error {
	seconds, err := strconv.ParseInt(d.Timestamp, 10, 64)
	if d.ID == "" || err != nil {
		return ErrNoDelivery
	}
	at := time.Unix(seconds, 0)
	if now.Sub(at) > Tolerance || at.Sub(now) > Tolerance {
		return ErrTime
	}
	for _, secret := range secrets {
		want, err := Sign(d.ID, at, d.Body, secret)
		if err != nil {
			return err
		}
		for got := range strings.FieldsSeq(d.Signature) {
			if hmac.Equal([]byte(got), []byte(want)) {
				return nil
			}
		}
	}
	return ErrSignature
}
