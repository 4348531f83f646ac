package transfer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"wangpan/wire"
)

// target is the state of the target of a download.
type target struct {
	path     string
	stamp    *stamp // of the existing file; nil: none
	partials []slot // files with the names of partials
}

// slot is a file with the name of a partial.
type slot struct {
	path   string
	info   fs.FileInfo
	header *header // nil: without a readable record
	pieces *pieces // by the record
	ours   bool    // of this remote path, server and user, for this target
}

// inspect returns the state of path. It does not read or change the file.
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

// inspectPartial returns the n-th partial of path, or nil if it does not exist.
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
		return nil // creating a partial with this name fails
	}
	s.info, s.ours = info, ours(info.Size())
	return s
}

// facts returns the facts of our own partial. The size is the number of bytes that have
// arrived.
func (s *slot) facts() FileFacts {
	facts := factsOf(s.info)
	if facts.Size <= s.header.Size {
		facts.Size = s.pieces.arrived
	}
	return facts
}

// best returns our partial with the most bytes, preferably of the given version; nil if
// there is none.
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

// foreign returns the first partial that is not ours, or nil.
func (t *target) foreign() *slot {
	for i := range t.partials {
		if !t.partials[i].ours {
			return &t.partials[i]
		}
	}
	return nil
}

// others returns the paths of our partials except path.
func (t *target) others(path string) (paths []string) {
	for _, s := range t.partials {
		if s.ours && s.path != path {
			paths = append(paths, s.path)
		}
	}
	return paths
}

// agreed reports whether the existing file is the one that the user agreed to replace
// when the partial of h was made.
func (t *target) agreed(h *header) bool {
	return t.stamp != nil && h.Replaces != nil &&
		h.Replaces.Size == t.stamp.info.Size() && h.Replaces.ModTime.Equal(t.stamp.info.ModTime())
}

// same reports whether the target has not changed since other.
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

// freeCopy returns the first path "name (n)" without a file, with n at least from.
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
