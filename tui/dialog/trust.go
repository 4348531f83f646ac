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
		body: report(func(l *locale.Locale) []Paragraph {
			return []Paragraph{
				{Text: l.T("trust.first", "Host", server.Host, "Port", server.Port)},
				{Text: server.Fingerprint, Tone: Code},
				{Text: l.T("trust.compare"), Tone: Quiet},
			}
		}),
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
		body: report(func(l *locale.Locale) []Paragraph {
			return []Paragraph{
				{Text: l.T("trust.changed", "Server", server.address()), Tone: Bad},
				{Text: l.T("trust.pinned"), Tone: Quiet},
				{Text: pinned, Tone: Code, Tight: true},
				{Text: l.T("trust.offered"), Tone: Quiet},
				{Text: server.Fingerprint, Tone: Code, Tight: true},
				{Text: l.T("trust.changed_advice")},
				{Text: l.T("trust.forget", "Server", server.address()), Tone: Code, Tight: true}, // to copy
			}
		}),
		row:    row{buttons: []Button{NewButton("l", "trust.leave", leave)}},
		cancel: leave,
		danger: true,
		full:   true,
	}
}
