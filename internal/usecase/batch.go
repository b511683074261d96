package usecase

import (
	"context"

	"github.com/uptrace/bun"
)

type batchKey struct{}

// batch is a transaction that several use-cases share.
type batch struct {
	tx     bun.Tx
	after  []func()
	failed []func() // entries of unknown errors, for after the roll-back
}

// Batch runs several use-cases in one transaction: all of them happen or none.
// Imports use it, where thousands of small transactions would take minutes.
// Inside fn every call must get the context that fn was given; the first
// refusal ends the batch, and its entry in the trail goes with the rest. The
// entry of an unknown error is written when the batch has been rolled back.
func Batch(ctx context.Context, rt *Runtime, fn func(ctx context.Context) error) error {
	b := &batch{}
	err := rt.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		b.tx = tx
		return fn(context.WithValue(ctx, batchKey{}, b))
	})
	if err != nil {
		for _, record := range b.failed {
			record()
		}
		return err
	}
	for _, after := range b.after {
		after()
	}
	return nil
}

// Joining gives the context of a caller the batch that ctx belongs to: what the
// caller asks for happens there, in the caller's name. The batch ends when it
// ends, and not with the caller's request.
func Joining(ctx, caller context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(caller), batchKey{}, batchOf(ctx))
}

// InBatch reports whether ctx belongs to a batch.
func InBatch(ctx context.Context) bool { return batchOf(ctx) != nil }

// transaction runs fn in the batch's transaction when there is one, else in
// one of its own.
func transaction(ctx context.Context, rt *Runtime, fn func(ctx context.Context, tx bun.Tx) error) error {
	if b, ok := ctx.Value(batchKey{}).(*batch); ok {
		return fn(ctx, b.tx)
	}
	return rt.DB.Tx(ctx, fn)
}

// whenCommitted runs or postpones what waits for the commit.
func whenCommitted(ctx context.Context, after []func()) {
	if b, ok := ctx.Value(batchKey{}).(*batch); ok {
		b.after = append(b.after, after...)
		return
	}
	for _, fn := range after {
		fn()
	}
}

// batchOf gives the batch that ctx belongs to, or nil.
func batchOf(ctx context.Context) *batch {
	b, _ := ctx.Value(batchKey{}).(*batch)
	return b
}
