//go:build !unix

package bench

import "time"

var begin = time.Now()

// cpu is wall time where the system does not tell the processor's.
func cpu() time.Duration { return time.Since(begin) }
