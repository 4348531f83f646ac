package storage

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"wangpan/wire"
)

// searchTurn is how long a search goes on before it says what it has found.
const searchTurn = 300 * time.Millisecond

// readsPerLook is how many names a turn may at most have read for each that it
// has looked at. The next turn has to read the folders again in which this one
// ends, so one that ended as soon as it has read a large one would not get on.
const readsPerLook = 4

// Search implements Drive.
func (d *drive) Search(ctx context.Context, args wire.SearchArgs) (wire.SearchReply, error) {
	if err := args.Check(); err != nil {
		return wire.SearchReply{}, err
	}
	words, err := parseWords(args.Text)
	if err != nil {
		return wire.SearchReply{}, err
	}
	s := &search{
		drive: d, ctx: ctx, words: words, args: args, until: time.Now().Add(d.disk.searchTurn),
		reply: wire.SearchReply{Found: []wire.Found{}},
	}
	err = s.begin()
	if err != nil && !errors.Is(err, errTurn) {
		return wire.SearchReply{}, refuse(wire.Search, args.Path, err)
	}
	if s.reply.More = err != nil; s.reply.More {
		s.reply.After = s.at
	}
	return s.reply, nil
}

// search is one turn of a search.
type search struct {
	*drive
	ctx   context.Context //nolint:containedctx // it is the life of one request
	words []word
	args  wire.SearchArgs
	until time.Time
	reply wire.SearchReply
	bytes int       // of the reply, as JSON
	read  int       // names that were read, and not remembered from before
	done  int       // names that were looked at
	at    wire.Path // what was looked at last
}

// errTurn ends a turn before the search has ended.
var errTurn = errors.New("the turn is over")

func (s *search) begin() error {
	if _, err := s.folderAt(s.args.Path); err != nil {
		return err
	}
	folder, err := enterAll(s.files, s.args.Path.Names())
	if err != nil {
		return err
	}
	defer folder.Close()
	return s.folder(s.args.Path, folder)
}

// folder looks through a folder, from where the last turn ended.
func (s *search) folder(at wire.Path, folder *os.Root) error {
	all, read, err := s.namesIn(s.ctx, at, folder, wire.MaxFound)
	if err != nil {
		return err
	}
	if read {
		s.read += len(all.sorted)
	}
	for i := s.first(at, all.sorted); i < len(all.sorted); i++ {
		if err := pace(s.ctx); err != nil {
			return err
		}
		below, err := at.Join(all.sorted[i])
		if err != nil {
			continue // too deep or too long for a path
		}
		if !s.args.After.Within(below) { // else it was looked at in an earlier turn
			if err := s.look(below, folder); err != nil {
				return err
			}
		}
		if all.folders[i] {
			if err := s.into(below, folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// first is the index of the name in a folder at which the search goes on.
func (s *search) first(at wire.Path, sorted []string) int {
	if s.args.After == at || !s.args.After.Within(at) {
		return 0
	}
	passed := s.args.After.Names()[len(at.Names())]
	i, _ := slices.BinarySearch(sorted, string(passed))
	return i
}

// into goes into a folder. One that is gone, or not for the daemon to read, has
// nothing to be found.
func (s *search) into(at wire.Path, parent *os.Root) error {
	folder, err := enter(parent, string(at.Base()))
	if isMissing(err) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	err = s.folder(at, folder)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// look takes what matches into the reply, and ends the turn when it is due.
func (s *search) look(at wire.Path, folder *os.Root) error {
	name := string(at.Base())
	if matches(s.words, name) {
		info, err := folder.Lstat(name)
		if err == nil && servable(info.Mode()) {
			size := 2*entryBytes + encodedBytes(string(at)) + encodedBytes(name)
			if s.bytes+size > pageBytes {
				return errTurn
			}
			s.bytes += size
			s.reply.Found = append(s.reply.Found, wire.Found{Path: at, Entry: entryOf(wire.Name(name), info)})
		}
	}
	s.at = at
	s.done++
	full := len(s.reply.Found) == cmp.Or(s.args.Limit, wire.MaxFound)
	if full || s.done*readsPerLook >= s.read && !time.Now().Before(s.until) {
		return errTurn
	}
	return nil
}

// word is a part of a name that is looked for, or a pattern for all of it.
type word struct {
	text    string // folded
	pattern bool
}

// parseWords reads what is to be searched for.
func parseWords(text string) ([]word, error) {
	var words []word
	for field := range strings.FieldsSeq(folded(norm.NFC.String(text))) {
		w := word{field, strings.ContainsAny(field, "*?[")}
		if w.pattern {
			if _, err := path.Match(field, ""); err != nil {
				return nil, wire.Errorf(wire.Invalid, "%s is no pattern: a [ needs its ]", field)
			}
		}
		words = append(words, w)
	}
	return words, nil
}

func matches(words []word, name string) bool {
	name = folded(name)
	for _, w := range words {
		if w.pattern {
			if ok, _ := path.Match(w.text, name); !ok { // parseWords has seen that it is one
				return false
			}
		} else if !strings.Contains(name, w.text) {
			return false
		}
	}
	return true
}

// folded takes the case out of a name, or of what is searched for.
func folded(s string) string { return strings.ToLower(s) }

// Count implements Drive.
func (d *drive) Count(ctx context.Context, path wire.Path) (wire.CountReply, error) {
	reply, err := d.countBelow(ctx, path)
	return reply, refuse(wire.Count, path, err)
}

func (d *drive) countBelow(ctx context.Context, path wire.Path) (wire.CountReply, error) {
	parent, info, err := d.lookup(path)
	if err != nil {
		return wire.CountReply{}, err
	}
	defer parent.Close()
	if !info.IsDir() {
		return wire.CountReply{Size: info.Size(), Files: 1}, nil
	}
	folder, err := enter(parent, hostName(path.Base()))
	if err != nil {
		return wire.CountReply{}, err
	}
	defer folder.Close()
	sum, err := d.countFolder(ctx, folder, 0)
	return wire.CountReply{Size: sum.bytes, Files: sum.files, Folders: sum.folders}, err
}
