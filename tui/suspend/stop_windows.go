package suspend

// Stop always fails: a shell of Windows cannot continue a stopped process.
func (*Terminal) Stop() error { return ErrNoJobControl }
