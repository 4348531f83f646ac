package explain

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// sources are the packages whose exported errors the table must have.
var sources = []string{"wire/client", "tui/transfer", "tui/session", "tui/local"}

// TestTableHasEveryError compares the names in the source of the table with the
// exported error variables in the sources of the packages.
func TestTableHasEveryError(t *testing.T) {
	rows := make(map[string]bool)
	file, err := parser.ParseFile(token.NewFileSet(), "table.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		field, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		if key, ok := field.Key.(*ast.Ident); !ok || key.Name != "Is" {
			return true
		}
		if named, ok := field.Value.(*ast.SelectorExpr); ok {
			rows[named.X.(*ast.Ident).Name+"."+named.Sel.Name] = true
		}
		return true
	})
	found := 0
	for _, folder := range sources {
		for _, name := range exportedErrors(t, filepath.Join("..", "..", folder)) {
			found++
			if name = path.Base(folder) + "." + name; !rows[name] {
				t.Errorf("%s has no row: a user would read its English text", name)
			}
		}
	}
	if found < 20 {
		t.Errorf("found %d exported errors, want those of all packages", found)
	}
}

// exportedErrors returns the names of the package variables that begin with Err.
func exportedErrors(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no sources: %v", folder, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			group, ok := declared.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(id.Name, "Err") {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}

var codes = []wire.Code{
	wire.NotFound, wire.Exists, wire.Conflict, wire.Denied, wire.Unauthenticated, wire.QuotaExceeded, wire.NoSpace,
	wire.Invalid, wire.TooLarge, wire.Busy, wire.RateLimited, wire.Unavailable, wire.Damaged, wire.Internal,
}

// TestTableIsComplete: every row has an exit code of the contract and sentences
// in both languages, on the screen and for commands, and every code a row.
func TestTableIsComplete(t *testing.T) {
	contract := []int{
		ExitError, ExitSome, ExitUnreachable, ExitDenied, ExitNotFound, ExitExists, ExitNoSpace, ExitChangedKey,
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		loc := locale.New(lang)
		for _, row := range Table {
			if !slices.Contains(contract, row.Exit) {
				t.Errorf("%v gives the exit code %d, which is not in the contract", row.Is, row.Exit)
			}
			ids := []string{row.onScreen(), "cli.error." + row.ID}
			if row.Hint != "" {
				ids = append(ids, "cli.hint."+row.Hint)
			}
			for _, id := range ids {
				words := loc.T(id, "Why", "x", "Text", "x", "Server", "x", "Known", "x", "Presented", "x")
				if strings.Contains(words, "⟨") || strings.Contains(words, "<no value>") {
					t.Errorf("%v in %s: %s is %q", row.Is, lang, id, words)
				}
			}
		}
	}
	for _, code := range codes {
		if row, ok := find(wire.Errorf(code, "text"), nil); !ok || row.Is != code { //nolint:errorlint // the row itself
			t.Errorf("%s has the row %+v", code, row)
		}
	}
	if row, ok := find(wire.Errorf("code_of_tomorrow", "text"), nil); !ok || row.ID != "internal" {
		t.Errorf("an unknown code has the row %+v, want that of internal", row)
	}
}

func TestCause(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	tests := []struct {
		name   string
		err    error
		en, zh string
	}{
		{"connection", fmt.Errorf("a:1: %w", refused), "connection refused", "连接被拒绝"},
		{"file", &fs.PathError{Op: "open", Path: "/a", Err: syscall.EROFS}, "read-only file system", "只读文件系统"},
		{"unknown", errors.New("odd"), "odd", "odd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if en, zh := Cause(locale.New(locale.English), tt.err), Cause(locale.New(locale.Chinese), tt.err); en != tt.en || zh != tt.zh {
				t.Errorf("got %q and %q, want %q and %q", en, zh, tt.en, tt.zh)
			}
		})
	}
}
