// Package scripts holds what people run by hand and, in its tests, the rules
// that the whole repository keeps.
//
// The programs are shell scripts with a comment at their top that says what
// they do: fuzz, smoke, demo, bench. `task` lists them; the file Taskfile.yml
// at the top only gives them their short names. protocol-client.py is a client in
// another language, written from the package documentation of wire alone; a test
// in e2e runs it against the real daemon.
//
// The tests check what no compiler does, over the files and imports as they
// are now:
//
//   - layout_test.go: the top level holds the agreed names and nothing else;
//   - imports_test.go: who may import whom, through every chain of imports;
//   - source_test.go: length of files, package docs, who may end the process,
//     and the one file of the client that knows the daemon;
//   - pins_test.go: the versions in go.mod that were chosen by measuring;
//   - words_test.go: no words that mark unfinished work, no paths of anybody's
//     own machine.
//
// Each check is a function of data, and beside the test that runs it over the
// repository stands one that gives it a violation and expects it to be found:
// a rule that can no longer fail is itself a failure.
package scripts
