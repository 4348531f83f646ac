package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
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

// part says how much of a total is there. A small part has a unit of its own:
// 32 MB of 1.1 GB, where one unit for both would make it 0.
func (a *app) part(done, total int64) string {
	if done <= 0 || done >= total/10 {
		return a.loc.Part(done, total)
	}
	return a.loc.T("cli.part", "Done", rounded(a.loc.Size(done)), "Total", rounded(a.loc.Size(total)))
}

// rounded leaves out a tenth that says nothing: 32.0 MB is 32 MB.
func rounded(size string) string { return strings.Replace(size, ".0 ", " ", 1) }
