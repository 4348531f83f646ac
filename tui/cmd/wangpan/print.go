package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

// printJSON writes one object a line to stdout. Names stay readable: nothing is
// escaped for HTML.
func (a *app) printJSON(v any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// tell says that a command is done: to machines in v, to people in words, and
// to a script that wants to know nothing but the exit code nothing at all.
func (a *app) tell(v any, id string, args ...any) error {
	if a.flags.json {
		return a.printJSON(v)
	}
	if isTerminal(a.stderr) {
		fmt.Fprintln(a.stderr, a.loc.T(id, args...))
	}
	return nil
}

// version is that of the module, as the build recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
