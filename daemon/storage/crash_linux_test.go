package storage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// A victim is this test binary, started again to upload one file under strace,
// which kills it or fails it at one system call. The survivor is looked at by
// the test.

// victimVariable tells a victim what to do, as JSON of a victimJob.
const victimVariable = "WANGPAN_STORAGE_VICTIM"

type victimJob struct {
	Dir     string
	Upload  wire.UploadID
	Size    int
	Replace bool // an old file that is there; else the upload creates
	Ranges  bool // in two ranges at once, one of them wrong and mended

	Trash *trashJob `json:",omitempty"` // something else than an upload
}

func (job victimJob) precondition() wire.Precondition {
	if job.Replace {
		return storagetest.IfAny
	}
	return storagetest.IfAbsent
}

// acknowledged is what a victim says when the commit has returned.
const acknowledged = "acknowledged"

// victim uploads /f of ann and says how it went.
func victim(text string) int {
	var job victimJob
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		fmt.Println(err)
		return 2
	}
	if err := job.run(); err != nil {
		fmt.Println("refused:", storagetest.Code(err), err)
		return 1
	}
	fmt.Println(acknowledged)
	return 0
}

func (job victimJob) run() error {
	// strace counts the calls of each thread by itself.
	runtime.LockOSThread()
	s, err := storage.Open(job.Dir, silent())
	if err != nil {
		return err
	}
	defer s.Close()
	s.SetFlushEvery(wire.BlockSize)
	if job.Trash != nil {
		return job.Trash.act(s)
	}
	d, err := s.Drive("ann")
	if err != nil {
		return err
	}
	defer d.Close()
	data := victimData(job.Size)
	args := wire.PutArgs{Upload: job.Upload, Path: "/f", Size: int64(job.Size), ModTime: storagetest.Time, Precondition: job.precondition()}
	if job.Ranges {
		err = stageInRanges(d, args, data)
	} else {
		err = stageWhole(d, args, data)
	}
	if err != nil {
		return err
	}
	sum, _ := storagetest.Sum(data)
	_, err = d.Commit(background, wire.CommitArgs{Upload: job.Upload, Digest: sum, Precondition: job.precondition()})
	return err
}

func stageWhole(d storage.Drive, args wire.PutArgs, data []byte) error {
	staging, err := d.Stage(background, args)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(data, wire.BlockSize) {
		if _, err := staging.Write(part); err != nil {
			return errors.Join(err, staging.Close())
		}
	}
	return staging.Close()
}

// stageInRanges writes the first block and the others in turns, the others
// wrong at first, and says how much has been taken. After a failure the process
// ends, and with it what is open.
func stageInRanges(d storage.Drive, args wire.PutArgs, data []byte) error {
	if err := stageWhole(d, args, nil); err != nil {
		return err
	}
	const part = 1 << 20
	wrong := storagetest.Bytes(len(data), 3)
	for _, second := range [][]byte{wrong, data} {
		fmt.Println(taken, 0) // what is begun anew counts no more
		var open [2]storage.Staging
		for i, r := range [][2]int{{0, wire.BlockSize}, {wire.BlockSize, len(data)}} {
			args.Offset, args.Length = int64(r[0]), new(int64(r[1]-r[0]))
			var err error
			if open[i], err = d.Stage(background, args); err != nil {
				return err
			}
		}
		for at := range wire.BlockSize / part {
			for i, from := range [][]byte{data[:wire.BlockSize], second[wire.BlockSize:]} {
				if at*part < len(from) {
					if _, err := open[i].Write(from[at*part : min((at+1)*part, len(from))]); err != nil {
						return err
					}
				}
			}
			fmt.Println(taken, open[0].Received())
		}
		if err := errors.Join(open[0].Close(), open[1].Close()); err != nil {
			return err
		}
	}
	return nil
}

// taken is what a victim says of the bytes that are staged.
const taken = "taken"

func victimData(size int) []byte { return storagetest.Bytes(size, 2) }

var oldData = []byte("what was there before")

// mutating are the system calls with which a Store changes the disk.
var mutating = []string{
	"openat", "write", "pwrite64", "fsync", "fchmod", "fchmodat", "utimensat", "fsetxattr", "mkdirat",
	"renameat", "renameat2", "linkat", "unlinkat",
}

// target is what an attack is about.
type target struct {
	replace bool   // an old file is there
	size    int    // of the new one
	only    string // the suffix of the upload's file that the harm is done to; "" for all files
	ranges  bool   // in two ranges at once
}

// paths are those of the files that the harm is done to. strace wants absolute
// ones; of a relative one it sees nothing.
func (g target) paths(dir string) []string {
	drive, staged := filepath.Join(dir, "drives", "ann"), filepath.Join(dir, "uploads", "ann")
	data := filepath.Join(staged, string(victimUpload))
	if g.only != "" {
		return []string{data + g.only}
	}
	return []string{drive, filepath.Join(drive, "f"), staged, data, data + ".json", data + ".blocks", data + ".extents"}
}

// attack makes a store and runs a victim on it with the injection. It returns
// the folder and what the victim said.
func attack(t *testing.T, g target, injection string) (dir, said string) {
	t.Helper()
	dir = t.TempDir()
	return dir, attackIn(t, dir, g, injection)
}

func attackIn(t *testing.T, dir string, g target, injection string) (said string) {
	t.Helper()
	func() {
		s, err := storage.Open(dir, silent())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		d, err := s.Drive("ann")
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if g.replace {
			storagetest.Put(t, d, "/f", oldData, storagetest.IfAny)
		}
	}()
	job := victimJob{Dir: dir, Upload: victimUpload, Size: g.size, Replace: g.replace, Ranges: g.ranges}
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-f", "-qq", "-o", os.DevNull, "-e", "inject=" + injection}
	for _, path := range g.paths(dir) {
		args = append(args, "-P", path)
	}
	cmd := exec.CommandContext(t.Context(), "strace", append(args, os.Args[0])...)
	cmd.Env = append(os.Environ(), victimVariable+"="+string(text))
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok || strings.Contains(complaint.String(), "strace:") {
		t.Fatalf("strace: %v: %s", err, &complaint)
	}
	return string(out)
}

const victimUpload wire.UploadID = "0123456789abcdef0123456789abcdef"

// needStrace skips where strace is missing or may not trace.
func needStrace(t *testing.T) {
	t.Helper()
	plainOnly(t)
	if out, err := exec.CommandContext(t.Context(), "strace", "-qq", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace does not work here: %v %s", err, out)
	}
}

// plainOnly skips under the race detector what takes minutes with it and has
// no race to find: the victims do one thing at a time. Without it all is run.
func plainOnly(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("it starts many processes that do one thing at a time: no race is found in them")
	}
}

// inspect opens the store that a victim left and holds it against what the
// victim said: what was acknowledged is there, what is there is whole, nothing
// else is left, and the upload can be finished.
func inspect(t *testing.T, g target, dir, said string) {
	t.Helper()
	d := openDisk(t, dir)
	ann := d.drive(t, "ann")
	data := victimData(g.size)
	stat, err := ann.Stat(t.Context(), "/f")
	switch {
	case err == nil:
		got := storagetest.Read(t, ann, "/f")
		whole := bytes.Equal(got, data) || g.replace && bytes.Equal(got, oldData)
		if sum, _ := storagetest.Sum(got); !whole || stat.Digest == nil || *stat.Digest != sum {
			t.Fatalf("%d bytes are under the name, with the digest %v: neither the old file nor the new one", len(got), stat.Digest)
		}
		if strings.Contains(said, acknowledged) && !bytes.Equal(got, data) {
			t.Fatal("the upload was acknowledged, and the old file is there")
		}
	case !errors.Is(err, wire.NotFound) || g.replace || strings.Contains(said, acknowledged):
		t.Fatalf("the file is not there: %v; the victim said %q", err, said)
	}
	wantTaken(t, ann, said)
	finish(t, ann, data)
	if got := hostNames(t, d.host("ann")); !slices.Equal(got, []string{"f"}) {
		t.Errorf("the drive holds %q, want f only", got)
	}
	if got := hostNames(t, d.staged("ann")); len(got) != 0 {
		t.Errorf("%q is left of the upload", got)
	}
}

// finish goes on with the upload if it is there, or uploads again.
func finish(t *testing.T, ann storage.Drive, data []byte) {
	t.Helper()
	uploads, err := ann.Uploads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	args := storagetest.PutArgs("/f", data, storagetest.IfAny)
	if len(uploads) == 1 {
		args.Upload = uploads[0].Upload
		storagetest.Mend(t, ann, args, data)
	} else {
		storagetest.Stage(t, ann, args, data, len(data))
	}
	sum, _ := storagetest.Sum(data)
	if _, err := ann.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAny}); err != nil {
		t.Fatalf("commit of what was gone on with: %v", err)
	}
	if got := storagetest.Read(t, ann, "/f"); !bytes.Equal(got, data) {
		t.Fatal("what was gone on with is not what was sent")
	}
}

// wantTaken fails when much of what the victim said was taken is gone: each
// range may lose what came since its last hint.
func wantTaken(t *testing.T, ann storage.Drive, said string) {
	t.Helper()
	const mayBeLost = 2 * (1 << 20)
	var last int64
	for line := range strings.Lines(said) {
		var n int64
		if _, err := fmt.Sscanf(line, taken+" %d", &n); err == nil {
			last = n
		}
	}
	uploads, err := ann.Uploads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range uploads {
		if u.Received < last-mayBeLost {
			t.Errorf("%d bytes are left of %d", u.Received, last)
		}
	}
}

func hostNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// untilAcknowledged attacks the first call, then the second, and so on, until
// victims survive, and inspects what each one leaves. It returns what the
// victims said, the first survivor last. One survivor alone tells nothing: a
// call that fails while the store looks through uploads or counts is not missed.
func untilAcknowledged(t *testing.T, g target, calls, harm string) (all []string) {
	t.Helper()
	const most = 100 // far more than there are calls
	for len(all) < most {
		k := len(all) + 1
		t.Run(strconv.Itoa(k), func(t *testing.T) {
			dir, said := attack(t, g, fmt.Sprintf("%s:%s:when=%d", calls, harm, k))
			inspect(t, g, dir, said)
			all = append(all, said)
		})
		if t.Failed() {
			return all
		}
		if k > 1 && strings.Contains(all[k-1], acknowledged) && strings.Contains(all[k-2], acknowledged) {
			return all[:k-1]
		}
	}
	t.Fatalf("none of %d victims of %s at %s survived", most, harm, calls)
	return nil
}

// TestKilledAtEverySystemCall kills an upload at every one of its system calls
// that change the account's files.
func TestKilledAtEverySystemCall(t *testing.T) {
	needStrace(t)
	for _, tt := range []struct {
		name   string
		target target
		calls  []string
		least  int // calls that there are at least
	}{
		{"create", target{size: 1000}, mutating, 30},
		{"replace", target{replace: true, size: 1000}, mutating, 30},
		{"with a flush", target{replace: true, size: wire.BlockSize + 1000}, []string{"openat", "pwrite64", "fsync", "unlinkat"}, 20},
		// A flush has a thread of its own, so its calls are counted apart.
		{"in a flush", target{replace: true, size: wire.BlockSize + 1000, only: ".blocks"}, []string{"pwrite64", "fchmod"}, 2},
		{"in ranges", target{size: 2*wire.BlockSize - 1000, ranges: true}, []string{"pwrite64"}, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kills := 0
			for _, call := range tt.calls {
				t.Run(call, func(t *testing.T) {
					all := untilAcknowledged(t, tt.target, call, "signal=SIGKILL")
					for i, said := range all {
						if strings.Contains(said, "refused") {
							t.Errorf("call %d: the victim was killed and said %q", i+1, said)
						}
						// There may be a call or two less than the time before: what
						// the sweeper has open the victim need not open.
						if !strings.Contains(said, acknowledged) {
							kills++
						}
					}
				})
			}
			if kills < tt.least {
				t.Errorf("only %d calls were seen: the kills have missed", kills)
			}
			t.Logf("killed at each of %d calls", kills)
		})
	}
}

// TestFailedSystemCalls fails every one of the calls in turn: nothing that the
// disk has refused is acknowledged as if it had not.
func TestFailedSystemCalls(t *testing.T) {
	needStrace(t)
	tests := []struct {
		name  string
		calls string
		error string
		want  wire.Code // of the first that is refused
	}{
		{"disk full at a write", "pwrite64", "ENOSPC", wire.NoSpace},
		{"over quota at a write", "pwrite64", "EDQUOT", wire.NoSpace},
		{"disk full at a flush", "fsync", "ENOSPC", wire.NoSpace},
		{"disk broken at a write", "pwrite64", "EIO", wire.Internal},
		{"disk broken at a flush", "fsync", "EIO", wire.Internal},
		{"too many open files", "openat", "EMFILE", wire.Internal},
		{"rename fails", "renameat", "EIO", wire.Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := untilAcknowledged(t, target{replace: true, size: wire.BlockSize + 1000}, tt.calls, "error="+tt.error)
			first := slices.IndexFunc(all, func(said string) bool { return strings.Contains(said, "refused: ") })
			if first < 0 || !strings.Contains(all[first], "refused: "+string(tt.want)) {
				t.Errorf("the victims said %q, want %s first", all, tt.want)
			}
		})
	}
}

// TestRenameWithoutFlags: on a file system that has no RENAME_NOREPLACE a link
// is made instead, and it does not replace either.
func TestRenameWithoutFlags(t *testing.T) {
	needStrace(t)
	g := target{size: 1000}
	dir, said := attack(t, g, "renameat2:error=EINVAL")
	if !strings.Contains(said, acknowledged) {
		t.Fatalf("the victim said %q", said)
	}
	inspect(t, g, dir, said)
}
