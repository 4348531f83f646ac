package scripts

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	maxLines    = 400 // of a file; 80 to 200 is usual
	minDocLines = 3   // of a package's doc comment, blank ones not counted
)

// embedFile is the one file on the client's side that may know the daemon.
const embedFile = "tui/cmd/wangpan/embed.go"

// checkLength finds files too long to be read in one go.
func checkLength(files []sourceFile) (violations []string) {
	for _, f := range files {
		if lines := strings.Count(f.text, "\n"); lines > maxLines {
			violations = append(violations, fmt.Sprintf("%s: %d lines, %d at the most; split it by subject", f.name, lines, maxLines))
		}
	}
	return violations
}

// checkDocs finds packages that a newcomer cannot start from.
func checkDocs(files []sourceFile) (violations []string) {
	longest := make(map[string]int) // by folder
	for _, f := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f.name, f.text, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			violations = append(violations, err.Error())
			continue
		}
		lines := 0
		for line := range strings.Lines(parsed.Doc.Text()) {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		folder := path.Dir(f.name)
		longest[folder] = max(longest[folder], lines)
	}
	for _, folder := range slices.Sorted(maps.Keys(longest)) {
		if longest[folder] < minDocLines {
			violations = append(violations, fmt.Sprintf("%s: %d lines of package doc, %d at the least; say what it is for and where to start", folder, longest[folder], minDocLines))
		}
	}
	return violations
}

// checkEnds finds code outside a main that ends the whole process, which
// leaves terminals raw, files half written and tests without a verdict.
func checkEnds(files []sourceFile) (violations []string) {
	for _, f := range files {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, f.name, f.text, parser.SkipObjectResolution)
		if err != nil {
			violations = append(violations, err.Error())
			continue
		}
		if parsed.Name.Name == "main" {
			continue
		}
		for node := range ast.Preorder(parsed) {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			called, ok := selector.X.(*ast.Ident)
			if ok && endsProcess(importedAs(parsed, called.Name), selector.Sel.Name) {
				violations = append(violations, fmt.Sprintf("%s: %s.%s outside package main; return an error",
					set.Position(node.Pos()), called.Name, selector.Sel.Name))
			}
		}
	}
	return violations
}

// endsProcess names the functions of the standard library that do not return.
func endsProcess(pkg, function string) bool {
	switch pkg {
	case "os", "syscall":
		return function == "Exit"
	case "log":
		return strings.HasPrefix(function, "Fatal")
	default:
		return false
	}
}

// importedAs is the import path behind a name in a file; blank when the name
// is no import.
func importedAs(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(imported) == name {
			return imported
		}
	}
	return ""
}

// checkEmbed finds files of the client's main, other than the one, that know
// the daemon or the accounts. The rules for packages cannot tell files apart.
func checkEmbed(files []sourceFile) (violations []string) {
	for _, f := range files {
		if !strings.HasPrefix(f.name, "tui/") || f.name == embedFile {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.name, f.text, parser.ImportsOnly)
		if err != nil {
			violations = append(violations, err.Error())
			continue
		}
		for _, spec := range parsed.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			if matches(imported, []string{"wangpan/daemon/...", "wangpan/accounts/..."}) {
				violations = append(violations, fmt.Sprintf("%s imports %s: only %s knows both sides", f.name, imported, embedFile))
			}
		}
	}
	return violations
}

func TestSources(t *testing.T) {
	product := readSources(t, sourceFile.isProduct)
	for name, check := range map[string]func([]sourceFile) []string{
		"length of files": checkLength,
		"package docs":    checkDocs,
		"ends":            checkEnds,
		"embed":           checkEmbed,
	} {
		t.Run(name, func(t *testing.T) {
			wantNone(t, check(product))
		})
	}
}

func TestSourceViolations(t *testing.T) {
	const doc = "// Package x is for this.\n// It has that.\n// Start with Open.\n"
	tests := []struct {
		name       string
		check      func([]sourceFile) []string
		file, text string
		want       string // of the one violation; blank for none
	}{
		{"400 lines", checkLength, "x/x.go", strings.Repeat("\n", 400), ""},
		{"401 lines", checkLength, "x/x.go", strings.Repeat("\n", 401), "x/x.go: 401 lines"},
		{"documented", checkDocs, "x/x.go", doc + "package x\n", ""},
		{"no doc", checkDocs, "x/x.go", "package x\n", "x: 0 lines"},
		{"a short doc stretched", checkDocs, "x/x.go", "// Package x is.\n//\n//\n// It.\npackage x\n", "x: 2 lines"},
		{"a comment that is no doc", checkDocs, "x/x.go", doc + "\npackage x\n", "x: 0 lines"},
		{"exit in main", checkEnds, "x/main.go", "package main\nimport \"os\"\nfunc f() { os.Exit(1) }\n", ""},
		{"exit", checkEnds, "x/x.go", "package x\nimport \"os\"\nfunc f() { os.Exit(1) }\n", "x/x.go:3:12: os.Exit"},
		{"exit renamed", checkEnds, "x/x.go", "package x\nimport sys \"os\"\nvar f = sys.Exit\n", "sys.Exit"},
		{"fatal", checkEnds, "x/x.go", "package x\nimport \"log\"\nfunc f() { log.Fatalf(\"\") }\n", "log.Fatalf"},
		{"a method that is called so", checkEnds, "x/x.go", "package x\nfunc f(os T) { os.Exit(1) }\n", ""},
		{"embed", checkEmbed, embedFile, "package main\nimport \"wangpan/daemon\"\n", ""},
		{"beside embed", checkEmbed, "tui/cmd/wangpan/put.go", "package main\nimport \"wangpan/daemon\"\n", "put.go imports wangpan/daemon"},
		{"embed on one system", checkEmbed, "tui/cmd/wangpan/embed_linux.go", "package main\nimport _ \"wangpan/accounts\"\n", "embed_linux.go imports"},
		{"not Go at all", checkEnds, "x/x.go", "packag x\n", "expected 'package'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.check([]sourceFile{{name: tt.file, text: tt.text}})
			if tt.want == "" {
				wantNone(t, got)
				return
			}
			wantSome(t, got, tt.want)
		})
	}
}
