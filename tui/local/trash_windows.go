package local

// openTrash fails with ErrNoTrash: only the Windows shell can move files to the recycle
// bin.
func openTrash() (trashFolder, error) { return trashFolder{}, ErrNoTrash }

func openTopTrash(string) (trashFolder, string, error) { return trashFolder{}, "", ErrNoTrash }

func (c trashFolder) note(string, string) (string, error) { return "", ErrNoTrash }

func otherDisk(error) bool { return true }
