package scripts

import (
	"slices"
	"strings"
	"testing"
)

// The top level is the contents page of the repository; it was agreed on and
// stays as short as it is.
var (
	topNames = []string{
		"tui", "daemon", "wire", "accounts", "scripts",
		"go.mod", "go.sum", "Taskfile.yml", "README.md", "LICENSE",
	}
	topDotNames = []string{".ci", ".gitignore", ".golangci.yml", ".editorconfig", ".github"}
)

// checkLayout compares the top level of files, given as paths from the top,
// with the agreed names.
func checkLayout(files []string) (violations []string) {
	agreed := slices.Concat(topNames, topDotNames)
	var found []string
	for _, file := range files {
		name, _, _ := strings.Cut(file, "/")
		if !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	for _, name := range found {
		if !slices.Contains(agreed, name) {
			violations = append(violations, name+": not one of the names agreed on for the top level; put it into one of the folders")
		}
	}
	for _, name := range agreed {
		if !slices.Contains(found, name) {
			violations = append(violations, name+": missing from the top level")
		}
	}
	return violations
}

func TestTopLevel(t *testing.T) {
	wantNone(t, checkLayout(repositoryFiles(t)))
}

func TestTopLevelViolations(t *testing.T) {
	agreed := slices.Concat(topNames, topDotNames)
	wantNone(t, checkLayout(agreed))
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"a folder too many", append(slices.Clone(agreed), "internal/x/x.go"), "internal: not one"},
		{"a file too many", append(slices.Clone(agreed), "notes.md"), "notes.md: not one"},
		{"a main at the top", append(slices.Clone(agreed), "main.go"), "main.go: not one"},
		{"a name that begins alike", append(slices.Clone(agreed), "wire2/x.go"), "wire2: not one"},
		{"a folder gone", slices.DeleteFunc(slices.Clone(agreed), func(s string) bool { return s == "wire" }), "wire: missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantSome(t, checkLayout(tt.files), tt.want)
		})
	}
}
