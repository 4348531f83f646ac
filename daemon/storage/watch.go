package storage

import (
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"github.com/fsnotify/fsnotify"

	"wangpan/wire"
)

// Watch implements Drive.
func (d *drive) Watch(path wire.Path, changed func()) (stop func(), err error) {
	info, err := d.folderAt(path)
	if err != nil {
		return nil, refuse(wire.Watch, path, err)
	}
	return d.disk.watches.add(d.account, path, info, changed)
}

// watches are the folders that somebody watches. A folder that several watch is
// watched once.
type watches struct {
	disk   *Disk
	notify *fsnotify.Watcher // nil where the system tells nothing
	moves  chan struct{}     // a folder was moved: the patrol need not wait
	end    chan struct{}
	ended  sync.WaitGroup

	// asking is held while the system is asked to tell of a folder, or not to.
	// It is taken before mu, which whoever takes what the system tells needs:
	// else the one would wait for the other for ever.
	asking sync.Mutex
	warned bool // that the system did not want to; guarded by asking

	mu     sync.Mutex
	closed bool
	drives map[string]map[wire.Path]*watch
	byHost map[string]*watch // by the folder's path on the host
}

// watch is one watched folder.
type watch struct {
	*account // stays open for it
	path     wire.Path
	host     string      // its path on the host
	asked    bool        // the system tells of it; guarded by watches.asking
	was      fs.FileInfo // when it was looked at last; nil when it was not there
	heard    bool        // the system has told of it since
	tell     map[*func()]struct{}
}

func newWatches(d *Disk) *watches {
	w := &watches{
		disk: d, moves: make(chan struct{}, 1), end: make(chan struct{}),
		drives: make(map[string]map[wire.Path]*watch), byHost: make(map[string]*watch),
	}
	if runtime.GOOS == "linux" || runtime.GOOS == "windows" { // elsewhere every file in a folder would be opened for it
		var err error
		if w.notify, err = fsnotify.NewWatcher(); err != nil {
			w.notify = nil
			d.log.Warn("the system tells of no changes on the disk: watched folders are looked at every second", "error", err)
		}
	}
	w.ended.Go(w.patrol)
	if w.notify != nil {
		w.ended.Go(w.listen)
	}
	return w
}

// close ends all watching and waits for it.
func (w *watches) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	close(w.end)
	var err error
	if w.notify != nil {
		err = w.notify.Close()
	}
	w.ended.Wait()
	return err
}

// add calls changed, which does not wait, when the folder changes from what it
// was.
func (w *watches) add(a *account, path wire.Path, was fs.FileInfo, changed func()) (stop func(), err error) {
	w.asking.Lock()
	defer w.asking.Unlock()
	one, fresh, err := w.join(a, path, was, &changed)
	if err != nil {
		return nil, err
	}
	if fresh {
		w.ask(one)
	}
	return sync.OnceFunc(func() { w.leave(one, &changed) }), nil
}

// join adds one who watches to a watch, which is fresh if he is the first.
func (w *watches) join(a *account, path wire.Path, was fs.FileInfo, changed *func()) (one *watch, fresh bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, false, errClosed()
	}
	if one = w.drives[a.folder][path]; one == nil {
		host := filepath.Join(w.disk.dir, "drives", a.folder, filepath.FromSlash(string(path)))
		one = &watch{account: a, path: path, host: host, was: was, tell: make(map[*func()]struct{})}
		fresh = true
		a.share()
		if w.drives[a.folder] == nil {
			w.drives[a.folder] = make(map[wire.Path]*watch)
		}
		w.drives[a.folder][path], w.byHost[host] = one, one
	}
	one.tell[changed] = struct{}{}
	return one, fresh, nil
}

// leave takes one who watches from a watch, which ends with the last.
func (w *watches) leave(one *watch, changed *func()) {
	w.asking.Lock()
	defer w.asking.Unlock()
	w.mu.Lock()
	delete(one.tell, changed)
	last := len(one.tell) == 0
	if last {
		delete(w.byHost, one.host)
		if delete(w.drives[one.folder], one.path); len(w.drives[one.folder]) == 0 {
			delete(w.drives, one.folder)
		}
	}
	w.mu.Unlock()
	if last {
		w.unask(one)
		_ = one.release() // folders that were only read
	}
}

// ask makes the system tell of a folder. Where it does not, because there are
// too many for it for one, the patrol does. The caller holds w.asking.
func (w *watches) ask(one *watch) {
	if w.notify == nil {
		return
	}
	err := w.notify.Add(one.host)
	one.asked = err == nil
	if err != nil && !w.warned && !errors.Is(err, fsnotify.ErrClosed) {
		w.warned = true
		w.disk.log.Warn("the system does not tell of changes in a folder: such folders are looked at every second", "drive", one.folder, "error", err)
	}
}

// unask is the end of ask. The caller holds w.asking.
func (w *watches) unask(one *watch) {
	if one.asked {
		_ = w.notify.Remove(one.host) // it has ended where the folder is gone
		one.asked = false
	}
}

// told calls all who watch a folder. The caller holds w.mu.
func (one *watch) told() {
	for changed := range one.tell {
		(*changed)()
	}
}

// listen hands on what the system tells.
func (w *watches) listen() {
	for {
		select {
		case event, ok := <-w.notify.Events:
			if !ok {
				return
			}
			w.heard(event.Name)
		case err, ok := <-w.notify.Errors:
			if !ok {
				return
			}
			if errors.Is(err, syscall.EINVAL) {
				break // a folder was moved, and gone before that was read
			}
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				w.disk.log.Warn("watching the disk", "error", err)
			}
			w.heardAny()
		}
	}
}

// heard tells of the folder that a name of the host is in, and of that itself.
func (w *watches) heard(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, host := range []string{name, filepath.Dir(name)} {
		if one := w.byHost[host]; one != nil {
			one.heard = true
			one.told()
		}
	}
}

// heardAny tells of all folders: something has changed in one of them.
func (w *watches) heardAny() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.byHost {
		one.told()
	}
}

// changed tells at once that something else is at a path than before, or
// nothing: of the folder that it is in, and where it is or was a folder, of all
// below. So what wangpan itself changes needs no system that tells it.
func (w *watches) changed(folder string, path wire.Path, isDir bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if one := w.drives[folder][path.Dir()]; one != nil {
		one.told()
	}
	if !isDir {
		return
	}
	for below, one := range w.drives[folder] {
		if below.Within(path) {
			one.told()
			select {
			case w.moves <- struct{}{}: // the system may tell of it under another name now
			default:
			}
		}
	}
}
