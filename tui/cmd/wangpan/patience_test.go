package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire/client"
)

// Told to wait, a command outlasts a server that is down when it begins.
func TestPatiently(t *testing.T) {
	changed := &session.KeyError{Server: "a:1", Known: "SHA256:one", Presented: "SHA256:two"}
	tests := []struct {
		name  string
		wait  time.Duration
		comes bool  // the server, after the first attempt
		err   error // instead of the server's
		tries int
		want  error
	}{
		{"it comes back", time.Hour, true, nil, 2, nil},
		{"not told to wait", 0, true, nil, 1, client.ErrUnreachable},
		{"waited long enough", time.Nanosecond, false, nil, 1, client.ErrUnreachable},
		{"another key", time.Hour, false, errors.Join(client.ErrUnreachable, changed), 1, session.ErrChangedKey},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := daemontest.Start(t)
			server.Stop()
			a, _, _ := newApp(locale.English)
			tries := 0
			c, err := patiently(t.Context(), a, server.Addr, tt.wait, func() (*client.Client, error) {
				tries++
				if tt.err != nil {
					return nil, tt.err
				}
				c, err := client.Dial(t.Context(), server.Addr, client.Options{
					Trust: func(context.Context, string, string) error { return nil },
				})
				if tries == 1 && tt.comes {
					server.Restart()
				}
				return c, err
			})
			if c != nil {
				defer c.Close()
			}
			if !errors.Is(err, tt.want) || tries != tt.tries {
				t.Errorf("it ends with %v after %d attempts, want %v after %d", err, tries, tt.want, tt.tries)
			}
		})
	}
}
