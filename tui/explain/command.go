package explain

import (
	"errors"
	"io/fs"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// Command explains errors of the commands.
type Command struct {
	Locale *locale.Locale
	Own    []Row           // for errors of the commands; they come before Table
	Used   wire.UsageReply // the account's usage; zero when it is not known
}

// Outcome is the result of a command that failed.
type Outcome struct {
	Exit     int
	ID       string // the kind of failure, for machines
	Sentence string // blank: the command has reported the error already
	Hint     string // blank for none
}

// Explain returns the exit code and the words for err, which is not nil.
func (c Command) Explain(err error) Outcome {
	l := c.Locale
	if wrong, ok := errors.AsType[*session.AddressError](err); ok {
		return Outcome{ExitUsage, "usage", l.T("cli.address."+string(wrong.Problem), "Server", wrong.Server), l.T("cli.hint.server")}
	}
	if id := notResumed(err); id != "" {
		return Outcome{ExitExists, "target_exists", l.T("cli.error." + id), l.T("cli.hint.not_resumed")}
	}
	if short, ok := shortageOf(l, err); ok {
		return c.shortage(short)
	}
	if row, ok := find(err, c.Own); ok {
		return c.worded(row, err)
	}
	return Outcome{ExitError, "error", text.Visible(err.Error()), ""}
}

// worded returns the outcome of err with the sentence and the hint of its row.
func (c Command) worded(row Row, err error) Outcome {
	l := c.Locale
	key, _ := errors.AsType[*session.KeyError](err)
	if key == nil {
		key = &session.KeyError{}
	}
	o := Outcome{Exit: row.Exit, ID: row.ID, Sentence: l.T("cli.error."+row.ID, "Server", key.Server, "Known", key.Known, "Presented", key.Presented)}
	if row.Exit == ExitError && errors.Is(err, fs.ErrNotExist) {
		o.Exit = ExitNotFound // a missing local file, in any of the rows with ExitError
	}
	if row.Hint != "" {
		o.Hint = l.T("cli.hint."+row.Hint, "Server", key.Server)
	}
	if why := wire.ReasonOf(err); why != "" {
		o.Sentence, o.Hint = l.T("cli.reason."+string(why)), ""
		if why != wire.ReasonDisabled && why != wire.ReasonRemoved {
			o.Hint = l.T("cli.hint.login")
		}
		return o
	}
	said := Said(err)
	if row.Text == WholeText {
		said = err.Error()
	}
	said = text.Visible(said)
	system := systemCause(l, err)
	switch english := l.Lang() == locale.English; {
	case row.Text == NoText || said == "" || row.Text == SameText && !english:
	case english && row.Text == CauseText:
		o.Sentence += ": " + said
	case english:
		o.Sentence = said
	case system != "" && row.Text != WholeText:
		o.Sentence = l.T("cli.about_what", "What", o.Sentence, "Sentence", system)
	case o.Hint == "":
		o.Hint = l.T("cli.hint.said", "Text", said)
	default:
		o.Hint = l.T("cli.hint.and_said", "Hint", o.Hint, "Text", said)
	}
	return o
}

// notResumed returns the id of the sentence that says why --if-exists=resume did
// not resume; blank when err is something else.
func notResumed(err error) string {
	failed, ok := errors.AsType[*transfer.Error](err)
	if !ok || !errors.Is(failed.Kind, transfer.ErrExists) {
		return ""
	}
	switch failed.Why {
	case transfer.ReasonDiffers:
		return "not_resumed.differs"
	case transfer.ReasonLonger:
		return "not_resumed.longer"
	case transfer.ReasonComplete:
		return "not_resumed.complete"
	case transfer.ReasonChanged:
		return "not_resumed.changed"
	case transfer.ReasonExpired, transfer.ReasonDamaged:
		return "not_resumed.not_compared"
	case transfer.ReasonNone:
	}
	return ""
}

// shortageHints has the message id of the hint on a kind of shortage. For a kind that
// is not in the map, the hint depends on the account's usage.
var shortageHints = map[string]string{
	onThisComputer: "cli.hint.room_here",
	onServer:       "cli.hint.room_operator",
	overQuota:      "cli.hint.room_operator",
	ofUploads:      "cli.hint.room_uploads",
}

// shortage returns the outcome for a lack of space. The hint names the commands that
// free space.
func (c Command) shortage(short shortage) Outcome {
	l := c.Locale
	hint := shortageHints[short.kind]
	if hint == "" {
		hint = "cli.hint.room"
		if remedy := remedyFor(c.Used); remedy != "files" {
			hint += "_" + remedy
		}
	}
	return Outcome{
		ExitNoSpace, short.id,
		l.T("cli.room."+short.kind, "Needed", short.needed, "Free", short.free, "Limit", short.limit),
		l.T(hint, "Trash", l.Size(c.Used.Trash), "Staged", l.Size(c.Used.Staged)),
	}
}
