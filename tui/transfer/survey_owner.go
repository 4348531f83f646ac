package transfer

import (
	"path/filepath"
	"strings"

	"wangpan/wire"
)

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

// of returns the index of the job that p belongs to: that of the same file, or
// of the file that p is a numbered copy of, or of a folder.
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
		if below && isWithin(p.header.Path, job.Remote) {
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
