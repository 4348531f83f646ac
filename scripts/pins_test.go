package scripts

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// pin is one version in go.mod that was chosen on purpose.
type pin struct {
	path, version, why string
	// onlyIfUsed: a test's tool may go away; a newer one may not slip in.
	onlyIfUsed bool
}

const (
	together = "this set of Bubble Tea, Lip Gloss, Bubbles and ultraviolet was measured together"
	emulator = "the terminal that the tests emulate decides what they see"
)

var pins = []pin{
	{path: "charm.land/bubbletea/v2", version: "v2.0.10", why: together},
	{path: "charm.land/lipgloss/v2", version: "v2.0.5", why: together},
	{path: "charm.land/bubbles/v2", version: "v2.1.1", why: together},
	{
		path: "github.com/charmbracelet/ultraviolet", version: "v0.0.0-20260703014108-f5a850f9c2b7",
		why: "newer ones repaint every row that holds a wide character: 55 KB/s instead of 0.35 on a slow link",
	},
	{path: "charm.land/log/v2", version: "v2.0.1", why: together},
	{path: "github.com/spf13/cobra", version: "v1.10.2", why: "what the commands were tried with"},
	{path: "github.com/xuri/excelize/v2", version: "v2.11.1", why: "older ones panic on hostile workbooks, and what the newer do was not measured"},
	{path: "lukechampine.com/blake3", version: "v1.4.1", why: "the tree's nodes come from its guts package, which promises nothing"},
	{path: "github.com/charmbracelet/x/exp/teatest/v2", version: "v2.0.0-20260823001701-96af6d2cb5f6", why: emulator, onlyIfUsed: true},
	{path: "github.com/charmbracelet/x/vt", version: "v0.0.0-20260430013151-79116d1f37bd", why: emulator, onlyIfUsed: true},
	{path: "github.com/creack/pty", version: "v1.1.24", why: emulator, onlyIfUsed: true},
	{path: "github.com/rogpeppe/go-internal", version: "v1.16.0", why: "testscript's language changes between versions", onlyIfUsed: true},
}

// goMod is what the checks need of `go mod edit -json`.
type goMod struct {
	Module  struct{ Path string }
	Go      string
	Require []struct{ Path, Version string }
	Replace []struct{ Old struct{ Path string } }
}

func readGoMod(ctx context.Context) (goMod, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "edit", "-json")
	cmd.Dir = top
	out, err := cmd.Output()
	if err != nil {
		return goMod{}, fmt.Errorf("go mod edit: %w", err)
	}
	var mod goMod
	if err := json.Unmarshal(out, &mod); err != nil {
		return goMod{}, fmt.Errorf("read go mod edit: %w", err)
	}
	return mod, nil
}

// checkPins compares go.mod with the pins. A replacement could undo any of
// them, and does not work for those who `go install` the programs.
func checkPins(mod goMod) (violations []string) {
	if mod.Module.Path != module {
		violations = append(violations, fmt.Sprintf("module %s, want %s", mod.Module.Path, module))
	}
	required := make(map[string]string)
	for _, r := range mod.Require {
		required[r.Path] = r.Version
	}
	for _, p := range pins {
		version, ok := required[p.path]
		if !ok && p.onlyIfUsed {
			continue
		}
		if version != p.version {
			violations = append(violations, fmt.Sprintf("%s is %q in go.mod, want %s: %s", p.path, version, p.version, p.why))
		}
	}
	for _, r := range mod.Replace {
		violations = append(violations, fmt.Sprintf("%s is replaced in go.mod: `go install` ignores that", r.Old.Path))
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(mod.Go, "%d.%d.%d", &major, &minor, &patch); err != nil ||
		major*1_000_000+minor*1_000+patch < 1_026_006 {
		violations = append(violations, fmt.Sprintf("go %s in go.mod, want 1.26.6 or later: earlier ones have holes in os.Root, TLS and XML", mod.Go))
	}
	return violations
}

func TestPins(t *testing.T) {
	mod, err := readGoMod(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, checkPins(mod))
}

func TestPinViolations(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*goMod)
		want  string // blank for none
	}{
		{"as pinned", func(*goMod) {}, ""},
		{"ultraviolet moved up", func(m *goMod) { m.Require[3].Version = "v0.0.0-20261001000000-000000000000" }, "ultraviolet"},
		{"excelize gone", func(m *goMod) { m.Require = append(m.Require[:6:6], m.Require[7:]...) }, `excelize/v2 is ""`},
		{"a test's tool gone", func(m *goMod) { m.Require = m.Require[:len(m.Require)-1] }, ""},
		{"a test's tool moved up", func(m *goMod) { m.Require[len(m.Require)-1].Version = "v1.99.0" }, "go-internal"},
		{"replaced", func(m *goMod) { m.Replace = append(m.Replace, struct{ Old struct{ Path string } }{}) }, "replaced"},
		{"another name", func(m *goMod) { m.Module.Path = "example.org/wangpan" }, "example.org/wangpan"},
		{"old Go", func(m *goMod) { m.Go = "1.26.5" }, "go 1.26.5"},
		{"newer Go", func(m *goMod) { m.Go = "1.27.0" }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mod := goMod{Go: "1.26.6"}
			mod.Module.Path = module
			for _, p := range pins {
				mod.Require = append(mod.Require, struct{ Path, Version string }{p.path, p.version})
			}
			tt.spoil(&mod)
			got := checkPins(mod)
			if tt.want == "" {
				wantNone(t, got)
				return
			}
			wantSome(t, got, tt.want)
		})
	}
}

// A pin that stands in go.mod under a misspelt path would never be compared.
func TestPinsAreDistinct(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range pins {
		if seen[p.path] || strings.TrimSpace(p.why) == "" {
			t.Errorf("%s: pinned twice, or without a reason", p.path)
		}
		seen[p.path] = true
	}
}
