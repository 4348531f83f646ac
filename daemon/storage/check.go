package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// CheckName is the file in the data folder that keeps how far a check has come.
const CheckName = "check.json"

// saveCheckEvery is how much of a check is done again after a crash, at most.
const saveCheckEvery = 10 * time.Second

// Check reads every file in the drives and in the trash of a data folder and
// compares it with the digest that was kept with it. It changes no file and needs
// no Store: a daemon may run beside it. A check that ends early is continued by
// the next one.
type Check struct {
	Limit    int64              // bytes per second; 0: none
	Restart  bool               // begin anew
	Found    func(Damage) error // called for each damaged file, also for those of the run that is continued
	Progress func(CheckedSoFar) // called after each file and within large ones

	ctx     context.Context //nolint:containedctx // it is the life of one check
	dir     *os.Root
	limiter *rate.Limiter
	saved   time.Time
	state   checkState
}

// Damage is a file that is not what its digest says, or that cannot be read.
type Damage struct {
	Folder   string       `json:"drive"` // the folder of the account
	Path     string       `json:"path"`  // in the drive; of the trash, where it was
	Trash    bool         `json:"trash,omitempty"`
	Size     int64        `json:"size"`
	Expected *wire.Digest `json:"expected,omitempty"`
	Actual   *wire.Digest `json:"actual,omitempty"`
	Problem  string       `json:"problem,omitempty"` // why it cannot be read
}

// CheckedSoFar adds up what a check has read.
type CheckedSoFar struct {
	Files      int64 `json:"files"`
	Bytes      int64 `json:"bytes"`
	Damaged    int64 `json:"damaged"`
	Unreadable int64 `json:"unreadable"`
	NoDigest   int64 `json:"no_digest"` // files that were put there or changed by hand
}

// checkState is the content of CheckName.
type checkState struct {
	After   []string     `json:"after"` // the names on the way to the file that was read last
	Done    CheckedSoFar `json:"done"`
	Damages []Damage     `json:"damages"`
}

// maxDamages bounds those that are kept for the next run.
const maxDamages = 10_000

// Run checks the data folder dir and returns what it has read.
func (c *Check) Run(ctx context.Context, dir string) (CheckedSoFar, error) {
	var err error
	if c.dir, err = os.OpenRoot(dir); err != nil {
		return CheckedSoFar{}, err
	}
	defer c.dir.Close()
	c.ctx, c.saved = ctx, time.Now()
	if c.Limit > 0 {
		c.limiter = rate.NewLimiter(rate.Limit(c.Limit), max(int(c.Limit), wire.ChunkSize))
		c.limiter.AllowN(time.Now(), c.limiter.Burst()) // no burst at the beginning
	}
	if !c.Restart {
		c.load()
	}
	for _, one := range c.state.Damages {
		if err := c.Found(one); err != nil {
			return c.state.Done, err
		}
	}
	for _, part := range []string{"drives", "trash"} {
		if err := c.part(part); err != nil {
			return c.state.Done, errors.Join(err, c.save())
		}
	}
	if err := c.dir.Remove(CheckName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c.state.Done, err
	}
	return c.state.Done, nil
}

// load reads how far the check before has come. Without a readable file, the
// check begins anew.
func (c *Check) load() {
	f, _, err := openFile(c.dir, CheckName)
	if err != nil {
		return
	}
	defer f.Close()
	var state checkState
	if json.NewDecoder(f).Decode(&state) == nil {
		c.state = state
	}
}

func (c *Check) save() error {
	text, err := json.Marshal(c.state)
	if err != nil {
		return err
	}
	const fresh = CheckName + freshSuffix
	if err := c.dir.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := createFile(c.dir, fresh)
	if err != nil {
		return fmt.Errorf("save how far the check has come: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("save how far the check has come: %w", err)
	}
	return c.dir.Rename(fresh, CheckName)
}

// part checks all accounts' folders below drives or trash.
func (c *Check) part(part string) error {
	at, err := enter(c.dir, part)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not a data folder: %w", c.dir.Name(), err)
	}
	if err != nil {
		return err
	}
	defer at.Close()
	return c.folder(at, []string{part})
}

// folder checks what is below a folder, in the order of names, behind the file
// that the run before has read last. It has one descriptor open per level.
func (c *Check) folder(folder *os.Root, way []string) error {
	names, err := sortedNames(folder)
	if err != nil {
		return c.unreadable(way, 0, err)
	}
	for _, one := range names {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		at := append(slices.Clip(way), one.Name())
		switch {
		case c.passed(at, one.IsDir()), way[0] == "trash" && len(way) == 2 && !isItemID(one.Name()):
		case one.IsDir() && len(at) <= maxDepth:
			err = c.below(folder, at)
		case one.Type().IsRegular():
			err = c.file(folder, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Check) below(parent *os.Root, way []string) error {
	folder, err := enter(parent, way[len(way)-1])
	if isMissing(err) {
		return nil // removed meanwhile
	}
	if err != nil {
		return c.unreadable(way, 0, err)
	}
	defer folder.Close()
	return c.folder(folder, way)
}

func sortedNames(folder *os.Root) ([]fs.DirEntry, error) {
	f, err := folder.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.ReadDir(-1)
	slices.SortFunc(names, func(x, y fs.DirEntry) int { return compareNamed(named{name: x.Name()}, named{name: y.Name()}) })
	return names, err
}

// passed reports whether the run before has been at a file, or all of a folder.
func (c *Check) passed(way []string, folder bool) bool {
	after := c.state.After
	if folder {
		after = after[:min(len(way), len(after))]
		return slices.Compare(way, after) < 0
	}
	return slices.Compare(way, after) <= 0
}

// file checks one file.
func (c *Check) file(parent *os.Root, way []string) error {
	f, info, err := openFile(parent, way[len(way)-1])
	if isMissing(err) || errors.Is(err, wire.Busy) {
		return nil // removed or replaced meanwhile
	}
	if err != nil {
		return c.unreadable(way, 0, err)
	}
	defer f.Close()
	expected := storedDigest(f, info)
	h, before := new(digest.Hasher), c.state.Done.Bytes
	if err := hashRange(c.ctx, h, limited{c, f}, 0, info.Size()); err != nil {
		if c.ctx.Err() != nil {
			c.state.Done.Bytes = before // the next run reads the file from its beginning
			return c.ctx.Err()
		}
		if now, serr := f.Stat(); serr == nil && !sameContent(info, now) {
			return nil // written to meanwhile: it is not damage
		}
		return c.unreadable(way, info.Size(), err)
	}
	now, err := f.Stat()
	if err != nil {
		return c.unreadable(way, info.Size(), err)
	}
	actual := h.Sum()
	done := &c.state.Done
	done.Files++
	switch {
	case expected == nil || !sameContent(info, now):
		done.NoDigest++
	case *expected != actual:
		done.Damaged++
		return c.found(way, Damage{Size: info.Size(), Expected: expected, Actual: &actual})
	}
	return c.advance(way)
}

func (c *Check) unreadable(way []string, size int64, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	c.state.Done.Unreadable++
	return c.found(way, Damage{Size: size, Problem: innermost(err).Error()})
}

// innermost is err without the path on the host.
func innermost(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// found reports damage at way.
func (c *Check) found(way []string, one Damage) error {
	one.Trash = way[0] == "trash"
	rest := way[1:]
	if len(way) > 1 {
		one.Folder, rest = way[1], way[2:]
	}
	if one.Trash && len(way) > 2 {
		one.Path, rest = c.pathOfItem(way[1], way[2]), way[3:]
	}
	for _, name := range rest {
		one.Path += "/" + name
	}
	if len(c.state.Damages) < maxDamages {
		c.state.Damages = append(c.state.Damages, one)
	}
	if err := c.Found(one); err != nil {
		return err
	}
	return c.advance(way)
}

// pathOfItem is where an item of the trash was.
func (c *Check) pathOfItem(folder, id string) string {
	unknown := "/" + id
	f, _, err := openFile(c.dir, "trash/"+folder+"/"+itemRecordName(wire.ItemID(id)))
	if err != nil {
		return unknown
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord))
	if err != nil {
		return unknown
	}
	t, err := decodeTrashed(text)
	if err != nil {
		return unknown
	}
	return string(t.Path)
}

// advance notes that the file at way is done.
func (c *Check) advance(way []string) error {
	c.state.After = slices.Clone(way)
	c.Progress(c.state.Done)
	if time.Since(c.saved) < saveCheckEvery {
		return nil
	}
	c.saved = time.Now()
	return c.save()
}

// limited reads a file as quickly as the check may.
type limited struct {
	check *Check
	file  *os.File
}

// ReadAt implements io.ReaderAt.
func (l limited) ReadAt(p []byte, off int64) (int, error) {
	c := l.check
	if c.limiter != nil {
		if err := c.limiter.WaitN(c.ctx, len(p)); err != nil {
			return 0, err
		}
	}
	n, err := l.file.ReadAt(p, off)
	c.state.Done.Bytes += int64(n)
	c.Progress(c.state.Done)
	return n, err
}
