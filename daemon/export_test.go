package daemon

// BodyMemory returns how many bytes the bodies in flight hold.
func (d *Daemon) BodyMemory() int64 { return d.bodies.Used() }
