//go:build !unix

package pgtest

import (
	"context"
	"fmt"
)

func start(context.Context, string) (*Server, error) {
	return nil, fmt.Errorf("%w for this operating system: set %s to the URL of a server", errMissing, EnvURL)
}

// Stop has nothing to stop where no server can be started.
func (s *Server) Stop() error { return nil }
