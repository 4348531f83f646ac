package queue

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var errFull = errors.New("the disk of this computer is full")

// Times are shown where the reader is; the recorded ones were in UTC.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

func newPane(lang string, width, height int) *Pane {
	p := New(Options{
		Theme: theme.New(theme.Options{}), Locale: locale.New(lang),
		Explain: func(err error) string { return err.Error() }, Calm: time.Second / 2,
		Shorten: func(path string) string { return path },
	})
	p.Registry = command.NewRegistry([]command.Command{{Name: "transfers.pause", Keys: []string{"p"}}})
	p.Resize(width, height)
	return p
}

func download(id transfer.ID, name string, state transfer.State, done, size int64) transfer.Transfer {
	return transfer.Transfer{
		ID: id, State: state, Done: done, Size: size,
		Job: transfer.Job{Local: "/srv/ann/Downloads/" + name, Remote: wire.Path("/films/" + name)},
	}
}

func moving(id transfer.ID, name string, done, size int64) transfer.Transfer {
	t := download(id, name, transfer.Active, done, size)
	t.Phase = transfer.Moving
	return t
}

func upload(t transfer.Transfer) transfer.Transfer {
	t.Direction = transfer.Upload
	return t
}

func snapshot(transfers ...transfer.Transfer) transfer.Snapshot {
	s := transfer.Snapshot{Transfers: transfers, Counts: make(map[transfer.State]int)}
	for _, t := range transfers {
		s.Counts[t.State]++
		s.Moved += t.Done
		switch {
		case t.State == transfer.Done:
			s.Done += t.Size
		case !t.State.Ended():
			s.BytesDone += t.Done
			s.BytesRemaining += t.Size - t.Done
		}
	}
	return s
}

// everyState is a queue with a transfer in each state and phase that looks its
// own way.
func everyState(second float64) transfer.Snapshot {
	mb := func(n float64) int64 { return int64(n * 1e6) }
	asks := download(3, "一个非常长的文件名用来检查列表怎样截断.docx", transfer.Asking, 0, mb(5))
	waits := download(4, "waits.bin", transfer.Waiting, mb(3), mb(12))
	waits.RetryAt, waits.Err = noon.Add(15*time.Second), errFull
	busy := upload(download(5, "busy.bin", transfer.Waiting, 0, mb(12)))
	busy.Err = wire.Errorf(wire.Busy, "busy")
	compares := download(6, "compares.iso", transfer.Active, mb(10), mb(4700))
	compares.Phase, compares.Read, compares.ToRead = transfer.Comparing, mb(1000), mb(4000)
	done := download(8, "done.jpg", transfer.Done, mb(2), mb(2))
	done.Result = &transfer.Result{Local: "/srv/ann/Downloads/done (2).jpg", Remote: "/films/done.jpg"}
	done.Finished = noon.Add(-time.Minute)
	failed := upload(download(9, "failed.jpg", transfer.Failed, mb(1), mb(2)))
	failed.Err, failed.Finished = errFull, noon
	commits := upload(download(11, "commits.zip", transfer.Active, mb(7), mb(7)))
	commits.Phase = transfer.Committing
	return snapshot(
		moving(1, "debian-13.iso", mb(300+38*second), mb(654.1)),
		upload(moving(2, "论文-final.pdf", mb(1+0.3*second), mb(12.4))),
		asks, waits, busy, compares,
		download(7, "paused.mkv", transfer.Paused, mb(900), mb(1500)),
		done, failed,
		download(10, "cancelled.mkv", transfer.Cancelled, mb(1), mb(1500)),
		commits,
		download(12, "queued.txt", transfer.Queued, 0, 0),
	)
}

func TestGolden(t *testing.T) {
	for _, lang := range []string{locale.English, locale.Chinese} {
		for _, size := range [][2]int{{80, 13}, {40, 6}, {120, 13}} {
			t.Run(fmt.Sprintf("%s %dx%d", lang, size[0], size[1]), func(t *testing.T) {
				p := newPane(lang, size[0], size[1])
				for second := 0.0; second <= 2; second += 0.25 {
					p.Sample(noon.Add(time.Duration(second*float64(time.Second))), everyState(second))
				}
				lines := strings.Split(ansi.Strip(p.View()), "\n")
				for i := range lines {
					lines[i] = strings.TrimRight(lines[i], " ")
				}
				golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
			})
		}
	}
}

func TestViewFits(t *testing.T) {
	p := newPane(locale.Chinese, 80, 10)
	s := everyState(1)
	s.Transfers[0].Remote = "/a\u202e\x1b[31mb"
	p.Sample(noon, s)
	for _, size := range [][2]int{{80, 24}, {40, 4}, {20, 2}, {200, 60}, {1, 1}, {40, 0}} {
		p.Resize(size[0], size[1])
		view := p.View()
		lines := strings.Split(view, "\n")
		if size[1] > 0 && len(lines) != size[1] {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, line := range lines {
			if size[0] >= 20 && text.Width(line) > size[0] {
				t.Errorf("%v: %d cells in %q", size, text.Width(line), line)
			}
		}
		if strings.Contains(view, "\u202e") {
			t.Errorf("%v: a name reached the terminal raw", size)
		}
	}
}

// Bars and numbers stand still until they are written anew, both at once.
func TestRowsStandStill(t *testing.T) {
	p := newPane(locale.English, 120, 3)
	at := func(ms int, done int64) string {
		p.Sample(noon.Add(time.Duration(ms)*time.Millisecond), snapshot(moving(1, "a.bin", done, 800e6), moving(2, "b.bin", done, 800e6)))
		return ansi.Strip(p.View())
	}
	at(0, 0)
	at(500, 10e6)
	before := at(600, 11e6)
	if after := at(900, 20e6); after != before {
		t.Errorf("it changed from\n%s\nto\n%s", before, after)
	}
	if later := at(1100, 22e6); !strings.Contains(later, "22 of 800 MB") {
		t.Errorf("the numbers were not written after their time:\n%s", later)
	}
	turned := p.snapshot
	turned.Transfers = []transfer.Transfer{moving(1, "a.bin", 22e6, 800e6), download(2, "b.bin", transfer.Paused, 22e6, 800e6)}
	p.Sample(noon.Add(1101*time.Millisecond), turned)
	if view := ansi.Strip(p.View()); !strings.Contains(view, "paused") {
		t.Errorf("a new state waits for the numbers:\n%s", view)
	}
}

// A bar, its percentage and its bytes are of one sample, and soon, however fast
// the transfer is.
func TestNumbersFollowTheBar(t *testing.T) {
	p := newPane(locale.English, 120, 2)
	for ms := 0; ms <= 1800; ms += 100 { // 5.5 % in each sample
		done := int64(ms) * 440_000
		p.Sample(noon.Add(time.Duration(ms)*time.Millisecond), snapshot(moving(1, "a.bin", done, 800e6)))
		row := strings.Split(ansi.Strip(p.View()), "\n")[1]
		var percent, part int64
		if _, err := fmt.Sscanf(numbers.FindString(row), "%d %%  %d of", &percent, &part); err != nil {
			t.Fatalf("%v in %s", err, row)
		}
		_, width := p.split(p.wordsOf(p.at(0)))
		if cells := strings.Count(row, "█"); part/8 != percent || cells != int(part*int64(width)/800) || part < done/1e6-80 {
			t.Errorf("after %d ms and %d MB the bar has %d of %d cells:\n%s", ms, done/1e6, cells, width, row)
		}
	}
}

var numbers = regexp.MustCompile(`\d+ %  \d+ of`)

func TestStalled(t *testing.T) {
	tests := []struct {
		name  string
		t     transfer.Transfer
		stall transfer.Stall
		want  string
	}{
		{"download", moving(1, "a", 5, 10), transfer.StalledServer, "stalled 7 s: the server is not sending"},
		{"upload", upload(moving(1, "a", 5, 10)), transfer.StalledServer, "stalled 7 s: the server is not receiving"},
		{"network", moving(1, "a", 5, 10), transfer.StalledNetwork, "stalled 7 s: the network does not respond"},
		{"disk", upload(moving(1, "a", 5, 10)), transfer.StalledDisk, "stalled 7 s: the local disk is slow"},
		{"held to a rate", moving(1, "a", 5, 10), transfer.NotStalled, "50 %  5 of 10 B"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPane(locale.English, 80, 2)
			tt.t.Stall, tt.t.Started, tt.t.LastByte = tt.stall, noon.Add(-time.Hour), noon
			p.Sample(noon, snapshot(tt.t))
			p.Sample(noon.Add(7*time.Second), snapshot(tt.t))
			if got := strings.TrimSpace(p.Sentence(tt.t)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The cursor stays on its transfer when the order changes; without the focus
// the pane shows what moves.
func TestCursorAndScrolling(t *testing.T) {
	p := newPane(locale.English, 80, 3)
	var all []transfer.Transfer
	for i := range 10 {
		state := transfer.Done
		if i >= 6 {
			state = transfer.Queued
		}
		all = append(all, download(transfer.ID(i+1), fmt.Sprintf("file %d", i), state, 1, 1))
	}
	p.Sample(noon, snapshot(all...))
	if view := p.View(); !strings.Contains(view, "file 6") || strings.Contains(view, "file 5") {
		t.Errorf("what is not finished is not at the top:\n%s", ansi.Strip(view))
	}
	p.Focus(true)
	p.Move(1)
	all = slices.Clone(all)
	all[7], all[8] = all[8], all[7]
	p.Sample(noon.Add(time.Second), snapshot(all...))
	if current, _ := p.Current(); current.ID != 8 {
		t.Errorf("the cursor is on %d, want 8", current.ID)
	}
	p.Sample(noon.Add(2*time.Second), snapshot(all[0]))
	if current, ok := p.Current(); !ok || current.ID != 1 {
		t.Errorf("the cursor is on %v %v", current, ok)
	}
	p.Sample(noon.Add(3*time.Second), snapshot())
	if _, ok := p.Current(); ok || !p.Empty() || p.Lines(10) != 0 {
		t.Error("an empty queue shows something")
	}
}

// What moved before everything was done counts no more.
func TestProgress(t *testing.T) {
	p := newPane(locale.English, 80, 3)
	sample := func(second int, done, there, left int64, state transfer.State, want float64) {
		t.Helper()
		p.Sample(noon.Add(time.Duration(second)*time.Second), transfer.Snapshot{
			Transfers: []transfer.Transfer{download(1, "a", state, 0, 0)}, Counts: map[transfer.State]int{state: 1},
			Done: done, BytesDone: there, BytesRemaining: left,
		})
		if got := p.Progress(); got != want {
			t.Errorf("after %d s Progress() = %v, want %v", second, got, want)
		}
	}
	sample(0, 0, 25, 75, transfer.Active, 0.25) // it has been begun earlier
	sample(1, 0, 30, 70, transfer.Active, 0.3)
	sample(2, 100, 0, 0, transfer.Done, 0)
	sample(3, 100, 20, 80, transfer.Active, 0.2)
	sample(4, 150, 25, 25, transfer.Active, 0.75) // one of two is done
}

// everyFolder is a queue with a folder in each state that looks its own way,
// and files in them that have no row.
func everyFolder(second float64) transfer.Snapshot {
	mb := func(n float64) int64 { return int64(n * 1e6) }
	folder := func(id transfer.ID, name string, state transfer.State, done, size int64, tree transfer.Tree) transfer.Transfer {
		t := download(id, name, state, done, size)
		t.Folder, t.Tree = true, &tree
		return t
	}
	child := moving(20, "inside.jpg", mb(1), mb(2))
	child.Parent = 2
	bad := download(21, "bad.jpg", transfer.Failed, 0, mb(2))
	bad.Parent, bad.Err = 2, errFull
	failed := folder(6, "failed", transfer.Failed, mb(90), mb(100), transfer.Tree{Files: 2000, Done: 1988, Failed: 12, Counted: true})
	failed.Err = &transfer.TreeError{Failed: 12, First: errFull}
	stalled := folder(8, "stalled", transfer.Active, mb(90), mb(100), transfer.Tree{Files: 2000, Done: 1988, Counted: true})
	stalled.Stall, stalled.LastByte = transfer.StalledNetwork, noon.Add(-5*time.Second)
	asking := folder(4, "asks", transfer.Asking, mb(3), mb(12), transfer.Tree{Files: 5, Done: 2, Asking: 3, Counted: true})
	s := snapshot(
		folder(1, "照片 2026", transfer.Active, mb(300+38*second), mb(8654.1), transfer.Tree{Files: 21300, Done: 1204, Bytes: mb(8654.1)}),
		folder(2, "backup", transfer.Active, mb(300+3*second), mb(654.1), transfer.Tree{Files: 2000, Done: 950, Failed: 1, Counted: true}),
		child, bad, moving(3, "debian-13.iso", mb(300+38*second), mb(654.1)), asking, stalled,
		folder(5, "waits", transfer.Queued, 0, 0, transfer.Tree{}),
		failed,
		upload(folder(7, "左边", transfer.Done, mb(3100), mb(3100), transfer.Tree{Files: 2000, Done: 2000, OmittedCount: 3, Counted: true})),
	)
	s.Hidden = 99_000
	return s
}

func TestGoldenFolders(t *testing.T) {
	for _, lang := range []string{locale.English, locale.Chinese} {
		for _, size := range [][2]int{{80, 11}, {40, 11}, {120, 11}} {
			t.Run(fmt.Sprintf("%s %dx%d", lang, size[0], size[1]), func(t *testing.T) {
				p := newPane(lang, size[0], size[1])
				p.SetEarlier(2)
				p.SetLimit(2_000_000)
				for second := 0.0; second <= 2; second += 0.25 {
					p.Sample(noon.Add(time.Duration(second*float64(time.Second))), everyFolder(second))
				}
				lines := strings.Split(ansi.Strip(p.View()), "\n")
				for i := range lines {
					lines[i] = strings.TrimRight(lines[i], " ")
				}
				golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
			})
		}
	}
}
