package transfer

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wangpan/wire"
)

// Folder is a folder of this computer that downloads are written to.
type Folder struct {
	Path string
	Deep bool // with all folders in it
}

// PartialFile is the partial of an unfinished download.
type PartialFile struct {
	Path string
	Size int64 // bytes that have arrived
}

// Survey lists unfinished transfers: the entries of the journal, and the partials in
// the folders that downloads were written to.
type Survey struct {
	Unfinished []Unfinished
	Clean      []Folder // without a partial, or removed
}

// Survey returns the entries of the queue's journal that no queue has continued
// or dropped, and the partials of the queue's origin in folders that belong to
// none of them and to no transfer of the queue. The sizes of partials are those on the
// disk. Survey blocks on the disk.
func (q *Queue) Survey(ctx context.Context, folders []Folder) Survey {
	folders = slices.Clone(folders)
	for _, u := range q.entries() {
		if u.Job.Direction == Download {
			folders = append(folders, u.Job.folder())
		}
	}
	partials, clean := findPartials(ctx, folders)
	entries := q.entries() // again: a queue may have continued some during the search
	partials = slices.DeleteFunc(partials, func(p foundPartial) bool { return p.header.Origin != q.options.Origin })
	partials = slices.DeleteFunc(partials, newOwners(q.openDownloads()).has)
	jobs := make([]Job, len(entries))
	for i := range entries {
		u := &entries[i]
		if jobs[i] = u.Job; u.Job.Direction == Download && slices.Contains(clean, u.Job.folder()) {
			u.Done = 0 // its partials were removed
		}
	}
	owners := newOwners(jobs)
	var orphans []foundPartial
	for _, p := range partials {
		p.inUse = isLocked(p.path)
		if i, owned := owners.of(p); owned {
			entries[i].add(p)
		} else {
			orphans = append(orphans, p)
		}
	}
	return Survey{append(entries, unfinishedOf(orphans)...), clean}
}

// entries returns the unfinished transfers in the journal.
func (q *Queue) entries() []Unfinished {
	if q.options.Journal == nil {
		return nil
	}
	return q.options.Journal.Unfinished(q.options.Origin)
}

// FindDownloads returns the unfinished downloads in folders, of every server and user,
// the oldest first.
func FindDownloads(ctx context.Context, folders []Folder) Survey {
	partials, clean := findPartials(ctx, folders)
	for i := range partials {
		partials[i].inUse = isLocked(partials[i].path)
	}
	return Survey{unfinishedOf(partials), clean}
}

// dropCopies is the largest number of a copy, "name (n)", whose partials belong to the
// download of name.
const dropCopies = 9

// dropPartials removes the partials of a download: those of the file and its copies, or
// those in the folder and below it. It does not follow links.
func dropPartials(ctx context.Context, job Job, origin string) {
	if !job.Folder {
		ctx = context.WithoutCancel(ctx) // one folder is read quickly
	}
	partials, _ := findPartials(ctx, []Folder{job.folder()})
	owners := newOwners([]Job{job})
	for _, p := range partials {
		if p.header.Origin == origin && owners.has(p) {
			dropPartial(p.path)
		}
	}
}

// DropPartials removes the partials of an unfinished download, but not one that
// is in use or belongs to another file by now. It returns those that were removed.
func DropPartials(u Unfinished) (dropped []PartialFile) {
	for _, file := range u.Partials {
		p, ok := readPartial(file.Path)
		if ok && p.job().Key() == u.Job.Key() && dropPartial(p.path) {
			dropped = append(dropped, file)
		}
	}
	return dropped
}

// folder returns the folder that contains the partials of a download.
func (j Job) folder() Folder {
	if j.Folder {
		return Folder{j.Local, true}
	}
	return Folder{filepath.Dir(j.Local), false}
}

// openDownloads returns the jobs of the downloads that have not ended.
func (q *Queue) openDownloads() (jobs []Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, t := range q.rows.tasks {
		if t.job.Direction == Download && t.state != Done && t.state != Cancelled {
			jobs = append(jobs, t.job)
		}
	}
	return jobs
}

// add adds a partial to u. The largest of several partials of one file is the one to
// resume.
func (u *Unfinished) add(p foundPartial) {
	if !u.Job.Folder && (len(u.Partials) == 0 || p.arrived > u.Done) {
		u.Size, u.Done = p.header.Size, p.arrived
	}
	u.InUse = u.InUse || p.inUse
	u.Partials = append(u.Partials, PartialFile{p.path, p.arrived})
}

// unfinishedOf groups partials by target and returns them as unfinished downloads, the
// oldest first.
func unfinishedOf(partials []foundPartial) []Unfinished {
	at := make(map[targetKey]int)
	var list []Unfinished
	for _, p := range partials {
		job := p.job()
		key := targetKey{p.header.Origin, job.Key()}
		i, known := at[key]
		if !known {
			i = len(list)
			at[key] = i
			list = append(list, Unfinished{Job: job, Added: p.changed, Stopped: p.changed})
		}
		list[i].add(p)
		if p.changed.After(list[i].Stopped) {
			list[i].Stopped = p.changed
		}
	}
	slices.SortFunc(list, func(a, b Unfinished) int {
		return cmp.Or(a.Stopped.Compare(b.Stopped), cmp.Compare(a.Job.Local, b.Job.Local))
	})
	return list
}

// foundPartial is a partial with its record.
type foundPartial struct {
	path    string
	target  string // the path of the finished file
	header  *header
	arrived int64 // bytes that have arrived
	changed time.Time
	inUse   bool
}

func (p *foundPartial) job() Job {
	return Job{Direction: Download, Local: p.target, Remote: p.header.Path}
}

// findPartials returns the partials in folders and the folders without one. It does not
// follow links inside them.
func findPartials(ctx context.Context, folders []Folder) (partials []foundPartial, clean []Folder) {
	asked := make(map[Folder]bool)
	seen := make(map[string]bool)
	for _, folder := range folders {
		if asked[folder] {
			continue
		}
		asked[folder] = true
		number := 0
		root := strings.TrimSuffix(folder.Path, string(filepath.Separator)) + string(filepath.Separator) // follows a link at the root
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil && path == root:
				return err
			case err != nil:
				return nil //nolint:nilerr // skip an unreadable folder
			case d.IsDir() && path != root && !folder.Deep:
				return fs.SkipDir
			case !d.Type().IsRegular() || !strings.HasSuffix(path, partialSuffix):
				return nil
			}
			if p, ok := readPartial(path); ok {
				number++
				if !seen[path] {
					partials = append(partials, p)
				}
				seen[path] = true
			}
			return nil
		})
		if number == 0 && (err == nil || errors.Is(err, fs.ErrNotExist)) {
			clean = append(clean, folder)
		}
	}
	return partials, clean
}

// readPartial reads the record of the partial at path. ok is false if it has none, or
// one of another file.
func readPartial(path string) (p foundPartial, ok bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return foundPartial{}, false
	}
	h, there, err := readRecord(recordPath(path), info.Size())
	if err != nil || CheckName(wire.Name(h.Name)) != nil {
		return foundPartial{}, false
	}
	if _, err := wire.ParsePath(string(h.Path)); err != nil {
		return foundPartial{}, false
	}
	target := filepath.Join(filepath.Dir(path), h.Name)
	for n := 1; n <= maxPartials; n++ {
		if partialPath(target, n) == path {
			return foundPartial{path: path, target: target, header: h, arrived: there.arrived, changed: info.ModTime()}, true
		}
	}
	return foundPartial{}, false
}

// isLocked reports whether a transfer uses the partial at path.
func isLocked(path string) bool {
	f, err := openLocked(path)
	if err == nil {
		_ = f.Close() // nothing was written
	}
	return errors.Is(err, ErrInUse)
}

// owners finds the download that a partial belongs to.
type owners struct {
	jobs    []Job
	exact   map[JobKey]int      // files
	files   map[wire.Path][]int // by the remote file
	folders []int
}

// newOwners returns the owners among jobs.
func newOwners(jobs []Job) *owners {
	o := &owners{jobs: jobs, exact: make(map[JobKey]int), files: make(map[wire.Path][]int)}
	for i, job := range jobs {
		switch {
		case job.Direction != Download:
		case job.Folder:
			o.folders = append(o.folders, i)
		default:
			o.exact[job.Key()] = i
			o.files[job.Remote] = append(o.files[job.Remote], i)
		}
	}
	return o
}

func (o *owners) has(p foundPartial) bool {
	_, ok := o.of(p)
	return ok
}

// of returns the index of the job that p belongs to: the download of the same file, of
// the file that p is a numbered copy of, or of a folder that contains it.
func (o *owners) of(p foundPartial) (index int, ok bool) {
	if i, ok := o.exact[p.job().Key()]; ok {
		return i, true
	}
	for _, i := range o.files[p.header.Path] {
		if isCopy(p.target, o.jobs[i].Local) {
			return i, true
		}
	}
	for _, i := range o.folders {
		job := o.jobs[i]
		below := strings.HasPrefix(p.target, strings.TrimSuffix(job.Local, string(filepath.Separator))+string(filepath.Separator))
		if below && p.header.Path != job.Remote && p.header.Path.Within(job.Remote) {
			return i, true
		}
	}
	return 0, false
}

// isCopy reports whether path is "name (n)" beside the file original.
func isCopy(path, original string) bool {
	folder, name := filepath.Split(original)
	for n := 2; n <= dropCopies; n++ {
		if path == folder+CopyName(name, n) {
			return true
		}
	}
	return false
}
