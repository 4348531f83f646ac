package transfer

import (
	"io/fs"
	"os"
)

// stamp is what tells that a file is the one that was looked at, unchanged.
type stamp struct {
	info    fs.FileInfo
	changed int64 // time of the last change of content or facts in nanoseconds; 0 where the system does not tell
}

func stampOf(info fs.FileInfo) *stamp {
	return &stamp{info: info, changed: changeTime(info)}
}

// sameContent reports whether info is the same file with the same size and
// time of modification, which an ordinary write changes.
func (s *stamp) sameContent(info fs.FileInfo) bool {
	return os.SameFile(s.info, info) && s.info.Size() == info.Size() && s.info.ModTime().Equal(info.ModTime())
}

// untouched reports whether nothing at all happened to the file since, not
// even a write that hid itself by setting the time back. Where the system does
// not tell, nothing is untouched.
func (s *stamp) untouched(info fs.FileInfo) bool {
	return s.sameContent(info) && s.changed != 0 && s.changed == changeTime(info)
}

func factsOf(info fs.FileInfo) FileFacts {
	return FileFacts{Size: info.Size(), ModTime: info.ModTime()}
}

// regular says what is wrong with info as a file that is read or replaced.
func regular(info fs.FileInfo, path string) error {
	switch {
	case info.IsDir():
		return &Error{Kind: ErrIsFolder, Path: path}
	case !info.Mode().IsRegular():
		return &Error{Kind: ErrNotRegular, Path: path}
	default:
		return nil
	}
}

// openChecked opens path with flag and makes sure that it is an ordinary file:
// also when somebody put a pipe there a moment ago, at which an open would hang.
func openChecked(path string, flag int) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, flag|openNoHang, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = regular(info, path)
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, nil, err
	}
	return f, info, nil
}
