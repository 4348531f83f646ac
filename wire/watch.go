package wire

// Limits of a watch: its paths must fit into one request, also when JSON doubles
// each of their bytes.
const (
	MaxWatched      = 16      // folders per connection
	MaxWatchedBytes = 7 << 10 // of all their paths together
)

// WatchArgs name the folders that a connection watches from now on, and no
// others.
type WatchArgs struct {
	Paths []Path `json:"paths,omitempty"` // none: it watches nothing any more
}

// Check demands paths, no more and no longer than may be watched.
func (a WatchArgs) Check() error {
	if len(a.Paths) > MaxWatched {
		return Errorf(Invalid, "a connection watches at most %d folders", MaxWatched)
	}
	bytes := 0
	for _, p := range a.Paths {
		if err := checkPath(p); err != nil {
			return err
		}
		bytes += len(p)
	}
	if bytes > MaxWatchedBytes {
		return Errorf(Invalid, "the paths of the watched folders have more than %d bytes together", MaxWatchedBytes)
	}
	return nil
}
