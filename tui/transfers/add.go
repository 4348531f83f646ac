package transfers

import (
	"os"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// chunk is how many jobs are added to the queue at once. The screen can read the queue
// between two chunks.
const chunk = 1000

// queuedMsg reports which downloads were added.
type queuedMsg struct {
	drive *drive
	addition
	refused []locale.Words // names that this system does not allow
	folder  string         // the target
	err     error          // why folder cannot be used; nil: it can
}

// Download adds files and folders of the drive to the queue, into a local folder. If that
// is blank, they go to DownloadFolder. Download creates that folder only if it is the
// system's default, not if the user chose it. items may take long: it runs in the
// returned command. A dialog shows names that this computer does not allow.
func (t *Transfers) Download(into string, items func() []wire.Found) tea.Cmd {
	d := t.drive
	create := into == "" && t.downloads == "" // do not create a chosen folder again after it was removed
	if into == "" {
		into = t.DownloadFolder()
	}
	return func() tea.Msg {
		msg := queuedMsg{drive: d, folder: into}
		jobs, refused := downloads(items(), into)
		msg.refused = refused
		if create && len(jobs) > 0 {
			msg.err = os.MkdirAll(into, 0o777) //nolint:gosec // the umask decides, as for every download
		}
		if msg.err == nil {
			msg.addition = d.add(jobs)
		}
		return msg
	}
}

// downloads returns the jobs that download items into a folder, and the names that this
// system does not allow.
func downloads(items []wire.Found, folder string) (jobs []transfer.Job, refused []locale.Words) {
	for _, one := range items {
		name := one.Entry.Name
		if err := transfer.CheckName(name); err != nil {
			refused = append(refused, locale.Quote(string(name)))
			continue
		}
		jobs = append(jobs, transfer.Job{
			Direction: transfer.Download, Local: filepath.Join(folder, string(name)), Remote: one.Path, Folder: one.Entry.IsDir,
		})
	}
	return jobs, refused
}

func (t *Transfers) queued(msg queuedMsg) tea.Cmd {
	if msg.drive != t.drive {
		return nil
	}
	if msg.err != nil {
		t.sayError(&transfer.Error{Kind: transfer.ErrTargetFolder, Path: msg.folder, Err: msg.err})
		return nil
	}
	var opened tea.Cmd
	if len(msg.refused) > 0 {
		opened = t.Dialogs.PushUnasked(leftOut(msg.refused, locale.Say("problem.names.here")))
	}
	return tea.Batch(opened, t.added(msg.addition))
}

// leftOut returns the dialog that names the files which were not added, and why.
func leftOut(names []locale.Words, why locale.Words) dialog.Dialog {
	return dialog.NewMessage(locale.SayN("problem.names.title", len(names)), append(names, why)...)
}

// Upload adds local files and folders to the queue. They go to the folder of the drive
// that is on the screen. queued is the number of valid ones.
func (t *Transfers) Upload(picks []dialog.Pick) (cmd tea.Cmd, queued int) {
	if t.drive == nil || len(picks) == 0 {
		return nil, 0
	}
	folder := t.Host.Folder()
	var jobs []transfer.Job
	var refused []locale.Words
	for _, pick := range picks {
		// Some systems store names in NFD; the server requires NFC.
		name := filepath.Base(pick.Path)
		remote, err := folder.Join(norm.NFC.String(name))
		if err != nil {
			refused = append(refused, locale.Quote(name))
			continue
		}
		jobs = append(jobs, transfer.Job{Direction: transfer.Upload, Local: pick.Path, Remote: remote, Folder: pick.Folder})
	}
	if len(refused) > 0 {
		t.Dialogs.Push(leftOut(refused, locale.Say("problem.names.there")))
	}
	if len(jobs) == 0 {
		return nil, 0
	}
	return t.added(t.drive.add(jobs)), len(jobs)
}

// addition is the result of adding jobs to the queue.
type addition struct {
	all   []transfer.Job
	fresh []transfer.Job      // were added, or their failed transfers were retried
	again []transfer.Transfer // were in the queue already
}

// add adds jobs to the queue. It does not add a job that is in the queue
// already; it retries its transfer when that has failed.
func (d *drive) add(jobs []transfer.Job) addition {
	a := addition{all: jobs}
	for some := range slices.Chunk(jobs, chunk) {
		var fresh []transfer.Job
		for _, job := range some {
			switch one, found := d.queue.Find(job); {
			case !found:
				fresh, a.fresh = append(fresh, job), append(a.fresh, job)
			case one.State == transfer.Failed:
				d.queue.Retry(one.ID)
				a.fresh = append(a.fresh, job)
			default:
				a.again = append(a.again, one)
			}
		}
		d.queue.Add(fresh...)
	}
	return a
}

// added reports what was added. When all jobs were in the queue already, it goes
// to the first of their transfers.
func (t *Transfers) added(a addition) tea.Cmd {
	cmd := tea.Batch(t.replaced(a.all), t.Sample())
	if len(a.fresh) > 0 {
		t.sayAdded(a.fresh, len(a.again))
	} else if len(a.again) > 0 {
		t.goTo(a.again[0], len(a.again))
	}
	return cmd
}

// goTo puts the cursor on a transfer that the user asked for again, and opens its
// question if it has one. number counts the transfers that were asked for again.
func (t *Transfers) goTo(one transfer.Transfer, number int) {
	t.Host.FocusTransfers(true)
	t.Pane.Select(one.ID)
	if one.State == transfer.Asking {
		t.show(one)
	}
	if number > 1 {
		t.Host.Say(false, locale.SayN("queue.again.several", number))
		return
	}
	ids := map[transfer.State]string{
		transfer.Active: "queue.again.active", transfer.Paused: "queue.again.paused", transfer.Asking: "queue.again.asking",
	}
	id, special := ids[one.State]
	if !special {
		id = "queue.again.waiting"
	}
	t.Host.Say(false, locale.Say(id, "Name", one.Remote.Base(), "Key", t.Pane.Registry.Label("transfers.pause")))
}

// sayAdded shows the added jobs and their target. again is the number of jobs that were
// in the queue already.
func (t *Transfers) sayAdded(jobs []transfer.Job, again int) {
	first := jobs[0]
	one, many, to := "panes.single.up", "panes.up", string(first.Remote.Dir())
	if first.Direction == transfer.Download {
		one, many, to = "panes.single.down", "panes.down", local.Shorten(filepath.Dir(first.Local))
	}
	t.Host.Say(false, func(l *locale.Locale) string {
		said := l.T(one, "Name", first.Remote.Base(), "To", to)
		if len(jobs) > 1 {
			said = l.N(many, len(jobs), "To", to)
		}
		if again > 0 {
			said = l.T("queue.again.others", "Said", said, "Others", l.N("queue.again.several", again))
		}
		return said
	})
}
