//go:build !windows

package tui

import (
	"testing"
)

// Who logs in and quits in the same moment is remembered all the same.
func TestQuittingAtOnceForgetsNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	m.save(func(s *settings) { s.DownloadDir = "/chosen" }) // the command never runs
	m.close()
	if got := p.keeper.Settings().DownloadDir; got != "/chosen" {
		t.Errorf("the folder for downloads is %q", got)
	}
}
