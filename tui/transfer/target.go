package transfer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"wangpan/wire"
)

// target is what stands where a download is to go.
type target struct {
	path     string
	stamp    *stamp // of the file that has the name; nil: nothing has
	partials []slot // what has the names of partials
}

// slot is a partial, or something under the name of one.
type slot struct {
	path   string
	info   fs.FileInfo
	header *header // nil: without a record that can be read
	pieces *pieces // what is there, by the record
	ours   bool    // of this remote path, server and user, for this target
}

// inspect looks at path without reading or changing what stands there.
func inspect(path, origin string, remote wire.Path) (*target, error) {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil {
		return nil, &Error{Kind: ErrTargetFolder, Path: folder, Err: cause(err)}
	} else if !info.IsDir() {
		return nil, &Error{Kind: ErrTargetFolder, Path: folder}
	}
	t := &target{path: path}
	switch info, err := os.Lstat(path); {
	case err == nil:
		if err := regular(info, path); err != nil {
			return nil, err
		}
		t.stamp = stampOf(info)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Kind: ErrTargetFolder, Path: path, Err: cause(err)}
	}
	for n := 1; n <= maxPartials; n++ {
		if s := inspectPartial(path, n, origin, remote); s != nil {
			t.partials = append(t.partials, *s)
		}
	}
	return t, nil
}

// inspectPartial looks at the n-th partial of path; nil when nothing is there.
func inspectPartial(path string, n int, origin string, remote wire.Path) *slot {
	s := &slot{path: partialPath(path, n)}
	ours := func(fileSize int64) bool {
		h, there, err := readRecord(recordPath(s.path), fileSize)
		if err != nil {
			return false
		}
		s.header, s.pieces = h, there
		return h.Origin == origin && h.Path == remote && h.Name == filepath.Base(path)
	}
	info, err := os.Lstat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if ours(0) {
			dropRecord(s.path)
		}
		return nil
	case err != nil || !info.Mode().IsRegular():
		return nil // its name is taken all the same; creating one there fails
	}
	s.info, s.ours = info, ours(info.Size())
	return s
}

// facts are those of a partial of ours: of the bytes that are there, whatever
// holes its file has.
func (s *slot) facts() FileFacts {
	facts := factsOf(s.info)
	if facts.Size <= s.header.Size {
		facts.Size = s.pieces.arrived
	}
	return facts
}

// best returns our partial that saves most: one of the version given, else one
// of another. nil: there is none.
func (t *target) best(version wire.Version) *slot {
	var best *slot
	for i := range t.partials {
		s := &t.partials[i]
		if !s.ours {
			continue
		}
		fits, bestFits := s.header.Version == version, best != nil && best.header.Version == version
		if best == nil || fits && !bestFits || fits == bestFits && s.pieces.arrived > best.pieces.arrived {
			best = s
		}
	}
	return best
}

// foreign returns the first partial that is not ours; nil: there is none.
func (t *target) foreign() *slot {
	for i := range t.partials {
		if !t.partials[i].ours {
			return &t.partials[i]
		}
	}
	return nil
}

// others returns the paths of our partials but for the one at path.
func (t *target) others(path string) (paths []string) {
	for _, s := range t.partials {
		if s.ours && s.path != path {
			paths = append(paths, s.path)
		}
	}
	return paths
}

// agreed reports whether the file that has the name is the one that the user
// agreed to replace when the partial of h began.
func (t *target) agreed(h *header) bool {
	return t.stamp != nil && h.Replaces != nil &&
		h.Replaces.Size == t.stamp.info.Size() && h.Replaces.ModTime.Equal(t.stamp.info.ModTime())
}

// same reports whether nothing was done to the target since other was made.
func (t *target) same(other *target) bool {
	if (t.stamp == nil) != (other.stamp == nil) || len(t.partials) != len(other.partials) {
		return false
	}
	if t.stamp != nil && !t.stamp.sameContent(other.stamp.info) {
		return false
	}
	for i, s := range t.partials {
		o := other.partials[i]
		if s.path != o.path || s.ours != o.ours || !stampOf(s.info).sameContent(o.info) {
			return false
		}
	}
	return true
}

// freeCopy returns the n from which on "name (n)" of path has no file.
func freeCopy(path string, from int) (string, int, error) {
	folder, name := filepath.Split(path)
	for n := from; n <= maxCopies; n++ {
		candidate := folder + CopyName(name, n)
		if _, err := os.Lstat(candidate); errors.Is(err, fs.ErrNotExist) {
			return candidate, n, nil
		}
	}
	return "", 0, &Error{Kind: ErrExists, Path: path}
}
