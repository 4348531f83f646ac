package dialog

import (
	"net"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// ServerKey is the key that a server presented.
type ServerKey struct {
	Host        string
	Port        int
	Fingerprint string // SHA256:…, as the daemon prints it
}

func (k ServerKey) address() string { return net.JoinHostPort(k.Host, strconv.Itoa(k.Port)) }

// NewFirstContact asks whether to trust an unknown server. The default, also of Esc,
// is no: only an explicit yes pins the key.
func NewFirstContact(server ServerKey, yes, no tea.Msg) *Question {
	return &Question{
		title: locale.Say("trust.first_title"),
		body: func(look Look, cells int) []string {
			l, th := look.Locale, look.Theme
			lines := wrapped(th.Text, l.T("trust.first", "Host", server.Host, "Port", server.Port), cells)
			lines = append(lines, "")
			lines = append(lines, broken(th.Strong, server.Fingerprint, cells)...)
			lines = append(lines, "")
			return append(lines, wrapped(th.Muted, l.T("trust.compare"), cells)...)
		},
		row:    row{buttons: []Button{NewButton("y", "trust.yes", yes), NewButton("n", "trust.no", no)}, focus: 1},
		cancel: no,
	}
}

// NewKeyChanged fills the screen when a known server presents another key: the
// server was reinstalled, or an attacker is in between. The user cannot continue
// from here; a separate command removes the pinned key.
func NewKeyChanged(server ServerKey, pinned string, leave tea.Msg) *Question {
	return &Question{
		title: locale.Say("trust.changed_title"),
		body: func(look Look, cells int) []string {
			l, th := look.Locale, look.Theme
			lines := wrapped(th.Error, l.T("trust.changed", "Server", server.address()), cells)
			for _, part := range []struct{ label, fingerprint string }{
				{l.T("trust.pinned"), pinned},
				{l.T("trust.offered"), server.Fingerprint},
			} {
				lines = append(lines, "")
				lines = append(lines, wrapped(th.Muted, part.label, cells)...)
				lines = append(lines, broken(th.Strong, part.fingerprint, cells)...)
			}
			lines = append(lines, "")
			lines = append(lines, wrapped(th.Text, l.T("trust.changed_advice"), cells)...)
			// On a line of its own, so that it can be copied.
			return append(lines, broken(th.Strong, l.T("trust.forget", "Server", server.address()), cells)...)
		},
		row:    row{buttons: []Button{NewButton("l", "trust.leave", leave)}},
		cancel: leave,
		danger: true,
		full:   true,
	}
}
