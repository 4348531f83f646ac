package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"wangpan/wire"
)

// patrolEvery is how often watched folders are looked at. What the system tells
// by itself comes at once; this finds the rest: a folder above that was moved,
// a folder that came back, and everything where the system tells nothing.
const patrolEvery = time.Second

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

	mu     sync.Mutex
	closed bool
	all    map[place]*watch
	byHost map[string]*watch // by the folder's path on the host
	ended  sync.WaitGroup
	end    chan struct{}
}

// watch is one watched folder.
type watch struct {
	*account // stays open for it
	path     wire.Path
	host     string      // its path on the host
	was      fs.FileInfo // when it was looked at last; nil when it was not there
	tell     map[*func()]struct{}
}

func newWatches(d *Disk) *watches {
	w := &watches{disk: d, all: make(map[place]*watch), byHost: make(map[string]*watch), end: make(chan struct{})}
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
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, errClosed()
	}
	key := place{a.folder, path}
	one := w.all[key]
	if one == nil {
		host := filepath.Join(w.disk.dir, "drives", a.folder, filepath.FromSlash(string(path)))
		one = &watch{account: a, path: path, host: host, was: was, tell: make(map[*func()]struct{})}
		a.share()
		w.all[key], w.byHost[host] = one, one
		w.ask(one)
	}
	id := &changed
	one.tell[id] = struct{}{}
	return sync.OnceFunc(func() { w.remove(key, one, id) }), nil
}

// ask makes the system tell of a folder. Where it does not, because there are
// too many for it for one, the patrol does.
func (w *watches) ask(one *watch) {
	if w.notify == nil {
		return
	}
	if err := w.notify.Add(one.host); err != nil {
		w.disk.log.Debug("a watched folder is looked at every second only", "drive", one.folder, "error", err)
	}
}

func (w *watches) remove(key place, one *watch, id *func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(one.tell, id)
	if len(one.tell) > 0 {
		return
	}
	delete(w.all, key)
	delete(w.byHost, one.host)
	if w.notify != nil && !w.closed {
		_ = w.notify.Remove(one.host) // it is gone where the folder is
	}
	_ = one.release() // folders that were only read
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
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				w.disk.log.Warn("watching the disk", "error", err)
			}
			w.heard("") // it may have been any folder
		}
	}
}

// heard tells of the folder that a name of the host is in, and of that itself;
// of all for "".
func (w *watches) heard(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if name == "" {
		for _, one := range w.all {
			one.told()
		}
		return
	}
	for _, host := range []string{name, filepath.Dir(name)} {
		if one := w.byHost[host]; one != nil {
			one.told()
		}
	}
}

// moved tells at once of the watched folders below path, which something else
// is at now, or nothing.
func (w *watches) moved(folder string, path wire.Path) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, one := range w.all {
		if key.folder == folder && key.path.Within(path) {
			one.told()
		}
	}
}

// patrol looks at every watched folder once in a while.
func (w *watches) patrol() {
	tick := time.NewTicker(patrolEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.look()
		case <-w.end:
			return
		}
	}
}

func (w *watches) look() {
	w.mu.Lock()
	all := make([]*watch, 0, len(w.all))
	for _, one := range w.all {
		one.share() // it may end while it is looked at
		all = append(all, one)
	}
	w.mu.Unlock()
	for _, one := range all {
		now, err := one.folderAt(one.path)
		if err != nil {
			now = nil
		}
		w.seen(one, now)
		_ = one.release() // folders that were only read
	}
}

// seen tells of a folder that is not what it was. Of one that has taken the
// place of another, the system is asked anew.
func (w *watches) seen(one *watch, now fs.FileInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := one.was
	one.was = now
	if w.closed || len(one.tell) == 0 || was == nil && now == nil {
		return
	}
	same := was != nil && now != nil && os.SameFile(was, now)
	if same && versionOf(was) == versionOf(now) {
		return
	}
	if !same && now != nil {
		if w.notify != nil {
			_ = w.notify.Remove(one.host) // it is gone where the folder is
		}
		w.ask(one)
	}
	one.told()
}
