package local

// openTrash is ErrNoTrash: only the shell may fill the recycle bin.
func openTrash() (can, error) { return can{}, ErrNoTrash }

func openTopTrash(string) (can, string, error) { return can{}, "", ErrNoTrash }

func (c can) note(string, string) (string, error) { return "", ErrNoTrash }

func otherDisk(error) bool { return true }
