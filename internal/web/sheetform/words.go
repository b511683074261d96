package sheetform

import "fangxin/internal/record"

// Words words answers in one language; the record package knows how.
type Words = record.Words

// ChangeLine is what a correction does to one item.
type ChangeLine = record.ChangeLine

// FieldLine is one field before and after, in words; photos by hash.
type FieldLine = record.FieldLine
