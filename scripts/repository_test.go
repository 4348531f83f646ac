package scripts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// top is the repository's top folder: tests run in their package's own.
const top = ".."

// goPackage is what the rules need of `go list -json`. Tests are not in it:
// they may import what they like.
type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string // direct
	Deps       []string // through every chain, the standard library included
}

// goList lists the repository's packages and all that they depend on, as built
// for goos. Which files count differs by system, so rules look at each.
func goList(ctx context.Context, goos string) ([]goPackage, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=ImportPath,Standard,Imports,Deps", "./...")
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w", goos, err)
	}
	var list []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read go list for %s: %w", goos, err)
		}
		list = append(list, p)
	}
}

// repositoryFiles names every file that is in git or would be added: slash
// separated, from the top. What .gitignore names is nobody's business here.
func repositoryFiles(t *testing.T) []string {
	t.Helper()
	// The checkout may belong to another user than the one who runs the tests.
	cmd := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*",
		"ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = top
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v (the rules need a checkout and git)", err)
	}
	names := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		_, err := os.Lstat(path.Join(top, name))
		return errors.Is(err, fs.ErrNotExist) // deleted, and not yet committed so
	})
}

// sourceFile is one file of the repository and what it says.
type sourceFile struct {
	name string // slash separated, from the top
	text string
}

// isProduct says whether this is Go code that is built into the programs.
func (f sourceFile) isProduct() bool {
	return strings.HasSuffix(f.name, ".go") && !strings.HasSuffix(f.name, "_test.go") &&
		!strings.Contains(f.name, "/testdata/")
}

// readSources reads every file of the repository that keep wants.
func readSources(t *testing.T, keep func(sourceFile) bool) []sourceFile {
	t.Helper()
	var files []sourceFile
	for _, name := range repositoryFiles(t) {
		f := sourceFile{name: name}
		if !keep(f) {
			continue
		}
		text, err := os.ReadFile(path.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		f.text = string(text)
		files = append(files, f)
	}
	if len(files) == 0 {
		t.Fatal("no file matches: this check would pass whatever is wrong")
	}
	return files
}

// wantNone fails with every violation; wantSome fails when the checker, given
// a violation, found none that mentions each of the words.
func wantNone(t *testing.T, violations []string) {
	t.Helper()
	for _, v := range violations {
		t.Error(v)
	}
}

func wantSome(t *testing.T, violations []string, words ...string) {
	t.Helper()
	if len(violations) != 1 {
		t.Fatalf("got %d violations %q, want one", len(violations), violations)
	}
	for _, word := range words {
		if !strings.Contains(violations[0], word) {
			t.Errorf("violation %q does not mention %q", violations[0], word)
		}
	}
}
