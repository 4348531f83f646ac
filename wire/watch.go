package wire

// MaxWatched is the most folders that one connection watches.
const MaxWatched = 16

// WatchArgs name the folders that a connection watches from now on, and no
// others.
type WatchArgs struct {
	Paths []Path `json:"paths,omitempty"` // none: it watches nothing any more
}

// Check demands paths, no more than may be watched.
func (a WatchArgs) Check() error {
	if len(a.Paths) > MaxWatched {
		return Errorf(Invalid, "a connection watches at most %d folders", MaxWatched)
	}
	for _, p := range a.Paths {
		if err := checkPath(p); err != nil {
			return err
		}
	}
	return nil
}
