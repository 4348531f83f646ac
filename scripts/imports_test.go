package scripts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// module is the prefix of every import path of ours.
const module = "wangpan"

// excelize is named in two rules.
const excelize = "github.com/xuri/excelize/..."

// importRule binds the packages that match `of` and not `except`. A pattern is
// an import path; with /... at its end it includes everything below, too, and
// with /*test everything below whose name ends so: packages that exist for tests.
type importRule struct {
	of, except []string
	why        string

	// ours, when not nil, is all that may be imported of this module.
	ours []string
	// third, when not nil, is all that may be imported from anybody else.
	third []string
	// never may not be reached, not even through others.
	never []string
	// direct may not be imported, though others may bring it along.
	direct []string
}

// importRules is "Who may import whom". .golangci.yml says the same for one
// import at a time, so that an editor can show it; change both.
var importRules = []importRule{
	{
		of:    []string{"wangpan/wire"},
		why:   "the protocol must be implementable from its own text; NFC is part of its rule for paths",
		ours:  []string{},
		third: []string{"golang.org/x/text/unicode/norm"},
	},
	{
		of:    []string{"wangpan/wire/digest/..."},
		why:   "a digest is BLAKE3 over the protocol's blocks and nothing else",
		ours:  []string{"wangpan/wire"},
		third: []string{"lukechampine.com/blake3/..."},
	},
	{
		of:    []string{"wangpan/wire/durable/..."},
		why:   "durable file operations need the operating system and nothing else",
		ours:  []string{},
		third: []string{"golang.org/x/sys/..."},
	},
	{
		of:    []string{"wangpan/wire/client/..."},
		why:   "any program can speak the protocol: no terminal, no daemon",
		ours:  []string{"wangpan/wire/..."},
		never: []string{"wangpan/daemon/...", "wangpan/accounts/...", "wangpan/tui/...", "charm.land/..."},
	},
	{
		of:   []string{"wangpan/accounts/..."},
		why:  "the account book stands alone; the mains plug it in",
		ours: []string{"wangpan/accounts/...", "wangpan/wire/durable"},
	},
	{
		of:   []string{"wangpan/daemon/storage/..."},
		why:  "another store must be able to stand behind the same interface",
		ours: []string{"wangpan/wire", "wangpan/wire/digest", "wangpan/wire/durable", "wangpan/daemon/clock", "wangpan/daemon/storage/..."},
	},
	{
		of:     []string{"wangpan/daemon/..."},
		except: []string{"wangpan/daemon/cmd/...", "wangpan/daemon/daemontest/..."},
		why:    "the daemon declares the small interface that it needs of the accounts",
		ours:   []string{"wangpan/wire", "wangpan/wire/digest", "wangpan/wire/durable", "wangpan/daemon/..."},
		never:  []string{"wangpan/accounts/...", excelize},
	},
	{
		of:    []string{"wangpan/daemon/..."},
		why:   "a server needs no screen",
		never: []string{"wangpan/tui/...", "charm.land/bubbletea/..."},
	},
	{
		of:     []string{"wangpan/tui/..."},
		except: []string{"wangpan/tui/cmd/wangpan"},
		why:    "only the client's main knows both sides",
		never:  []string{"wangpan/daemon/...", "wangpan/accounts/..."},
	},
	{
		of:    []string{"wangpan/tui/change/..."},
		why:   "changes and their undo are the same with a screen and without; the client satisfies the small interface that they declare",
		ours:  []string{"wangpan/wire", "wangpan/tui/transfer", "wangpan/tui/local", "wangpan/tui/change/..."},
		never: []string{"charm.land/...", "wangpan/wire/client/..."},
	},
	{
		of:    []string{"wangpan/tui/backoff"},
		why:   "a wait needs nothing but a clock and a random number",
		ours:  []string{},
		third: []string{},
	},
	{
		of:    []string{"wangpan/tui/transfer/..."},
		why:   "the engine declares the small interface that the client satisfies, and headless commands use it without a screen",
		ours:  []string{"wangpan/wire", "wangpan/wire/digest", "wangpan/wire/durable", "wangpan/tui/backoff", "wangpan/tui/transfer/..."},
		never: []string{"charm.land/..."},
	},
	{
		of:    []string{"wangpan/tui/session/..."},
		why:   "getting onto a server is the same with a screen and without",
		ours:  []string{"wangpan/wire/...", "wangpan/tui/backoff", "wangpan/tui/session/..."},
		never: []string{"charm.land/..."},
	},
	{
		of:    []string{"wangpan/tui/draft/..."},
		why:   "drafts are fetched, kept and saved without a screen",
		ours:  []string{"wangpan/wire/...", "wangpan/tui/transfer"},
		never: []string{"charm.land/..."},
	},
	{
		of:    []string{"wangpan/tui/local/..."},
		why:   "the folders of this computer are there without a screen, and without a server",
		ours:  []string{"wangpan/wire", "wangpan/wire/digest", "wangpan/wire/durable", "wangpan/tui/transfer/...", "wangpan/tui/local/..."},
		never: []string{"charm.land/..."},
	},
	{
		of:    []string{"wangpan/tui/explain/..."},
		why:   "errors mean the same with a screen and without",
		ours:  []string{"wangpan/wire/...", "wangpan/tui/transfer/...", "wangpan/tui/session/...", "wangpan/tui/local/...", "wangpan/tui/locale", "wangpan/tui/text"},
		never: []string{"charm.land/..."},
	},
	{
		of:     []string{"wangpan/..."},
		except: []string{"wangpan/accounts/...", "wangpan/tui/preview"},
		why:    "a workbook is hostile input; only accounts and the preview bound it before excelize reads it",
		direct: []string{excelize},
	},
	{
		of:     []string{"wangpan/..."},
		except: []string{"wangpan/*test"},
		why:    "what exists for tests stays out of the programs",
		never:  []string{"testing"},
	},
}

// The packages below tui: features are the user-visible functions, each behind a Host
// interface; parts are what components are made of; engines know no screen. Every
// other one but the main's folder is a component: what features draw with.
var (
	features = []string{"changes", "edit", "external", "here", "preview", "remote", "signin", "themes", "transfers"}
	parts    = []string{"theme", "locale", "text", "meter", "command"}
	engines  = []string{"transfer", "session", "draft", "local", "change", "explain"}
)

// screenRules makes the rules for the packages below tui that list holds:
// components are not named one by one, so that a new one is bound from its first day.
func screenRules(list []goPackage) (rules []importRule) {
	paths := func(names []string) (paths []string) {
		for _, name := range names {
			paths = append(paths, "wangpan/tui/"+name+"/...")
		}
		return paths
	}
	rules = append(rules, importRule{
		of:   paths(parts),
		why:  "parts know no component, no root and no network",
		ours: append([]string{"wangpan/wire"}, paths(parts)...),
	})
	seen := slices.Concat(parts, engines, []string{"cmd"})
	for _, p := range list {
		below, ok := strings.CutPrefix(p.ImportPath, "wangpan/tui/")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(below, "/")
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		if slices.Contains(features, name) {
			others := slices.DeleteFunc(slices.Clone(features), func(other string) bool { return other == name })
			rules = append(rules, importRule{
				of:    paths([]string{name}),
				why:   "features never import one another or the root: they declare a Host that the root satisfies",
				never: append([]string{"wangpan/tui"}, paths(others)...),
			})
			continue
		}
		rules = append(rules, importRule{
			of:   paths([]string{name}),
			why:  "components are plain structs: they never import one another or the root, and do no I/O",
			ours: slices.Concat([]string{"wangpan/wire", "wangpan/tui/transfer/..."}, paths(append([]string{name}, parts...))),
		})
	}
	return rules
}

// matches says whether an import path is one of the patterns.
func matches(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if folder, ok := strings.CutSuffix(pattern, "/..."); ok {
			return path == folder || strings.HasPrefix(path, folder+"/")
		}
		if folder, ok := strings.CutSuffix(pattern, "/*test"); ok {
			return strings.HasPrefix(path, folder+"/") && strings.HasSuffix(path, "test")
		}
		return path == pattern
	})
}

// checkImports holds every package of ours in list against the rules.
func checkImports(list []goPackage, rules []importRule) (violations []string) {
	standard := make(map[string]bool)
	for _, p := range list {
		standard[p.ImportPath] = p.Standard
	}
	for _, p := range list {
		for _, rule := range rules {
			if !matches(p.ImportPath, rule.of) || matches(p.ImportPath, rule.except) {
				continue
			}
			for _, imported := range p.Imports {
				if !rule.allows(imported, standard[imported]) {
					violations = append(violations, fmt.Sprintf("%s imports %s: %s", p.ImportPath, imported, rule.why))
				}
			}
			for _, reached := range p.Deps {
				if matches(reached, rule.never) {
					violations = append(violations, fmt.Sprintf("%s reaches %s: %s", p.ImportPath, reached, rule.why))
				}
			}
		}
	}
	return violations
}

// allows says whether the rule lets its packages import path themselves.
func (rule importRule) allows(path string, standard bool) bool {
	if matches(path, rule.direct) {
		return false
	}
	if matches(path, []string{module + "/..."}) {
		return rule.ours == nil || matches(path, rule.ours)
	}
	return standard || rule.third == nil || matches(path, rule.third)
}

func TestImports(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t.Run(goos, func(t *testing.T) {
			list, err := goList(t.Context(), goos)
			if err != nil {
				t.Fatal(err)
			}
			wantNone(t, checkImports(list, append(screenRules(list), importRules...)))
		})
	}
}

func TestImportViolations(t *testing.T) {
	tests := []struct {
		name string
		pkg  goPackage
		want string // of the one violation; blank for none
	}{
		{"wire and norm", direct("wangpan/wire", "io", "golang.org/x/text/unicode/norm"), ""},
		{"wire and another of x/text", direct("wangpan/wire", "golang.org/x/text/width"), "wire imports golang.org/x/text/width"},
		{"wire and its digest", direct("wangpan/wire", "wangpan/wire/digest"), "wire imports wangpan/wire/digest"},
		{"wire with a cousin by prefix", direct("wangpan/wire", "golang.org/x/text/unicode/normal"), "normal"},
		{"digest and another hash", direct("wangpan/wire/digest", "github.com/zeebo/blake3"), "zeebo"},
		{"durable and the protocol", direct("wangpan/wire/durable", "wangpan/wire"), "durable imports wangpan/wire"},
		{"durable and the system", direct("wangpan/wire/durable", "io", "golang.org/x/sys/unix"), ""},
		{"durable and another library", direct("wangpan/wire/durable", "golang.org/x/text/width"), "durable imports golang.org/x/text/width"},
		{"accounts and durable", direct("wangpan/accounts", "wangpan/wire/durable"), ""},
		{"client and terminal", direct("wangpan/wire/client", "charm.land/lipgloss/v2"), "client reaches charm.land/lipgloss/v2"},
		{"client and daemon", through("wangpan/wire/client", "wangpan/daemon"), "client reaches wangpan/daemon"},
		{"accounts and wire", direct("wangpan/accounts", "wangpan/wire"), "accounts imports wangpan/wire"},
		{"accounts and excelize", direct("wangpan/accounts", "github.com/xuri/excelize/v2"), ""},
		{"storage and daemon", direct("wangpan/daemon/storage", "wangpan/daemon"), "storage imports wangpan/daemon"},
		{"daemon and accounts", through("wangpan/daemon", "wangpan/accounts"), "daemon reaches wangpan/accounts"},
		{"daemon and client", direct("wangpan/daemon", "wangpan/wire/client"), "daemon imports wangpan/wire/client"},
		{"daemon's main and accounts", direct("wangpan/daemon/cmd/wangpand", "wangpan/accounts"), ""},
		{"daemon's main and a screen", through("wangpan/daemon/cmd/wangpand", "charm.land/bubbletea/v2"), "reaches charm.land/bubbletea/v2"},
		{"root and daemon, far away", through("wangpan/tui", "wangpan/daemon/storage"), "tui reaches wangpan/daemon/storage"},
		{"component and accounts", through("wangpan/tui/queue", "wangpan/accounts"), "queue reaches wangpan/accounts"},
		{"component and component", direct("wangpan/tui/queue", "wangpan/tui/dialog"), "queue imports wangpan/tui/dialog"},
		{"component and root", direct("wangpan/tui/browse", "wangpan/tui"), "browse imports wangpan/tui"},
		{"component and client", direct("wangpan/tui/browse", "wangpan/wire/client"), "browse imports wangpan/wire/client"},
		{"component and its own and parts", direct("wangpan/tui/browse", "wangpan/tui/browse/preview", "wangpan/tui/text", "wangpan/wire"), ""},
		{"part and component", direct("wangpan/tui/text", "wangpan/tui/queue"), "text imports wangpan/tui/queue"},
		{"feature and component and session", direct("wangpan/tui/signin", "wangpan/tui/dialog", "wangpan/tui/session", "wangpan/wire/client"), ""},
		{"feature and feature", direct("wangpan/tui/signin", "wangpan/tui/remote"), "signin reaches wangpan/tui/remote"},
		{"feature and root", direct("wangpan/tui/signin", "wangpan/tui"), "signin reaches wangpan/tui"},
		{"changes and Bubble Tea", through("wangpan/tui/change", "charm.land/bubbletea/v2"), "change reaches charm.land"},
		{"engine and Bubble Tea", through("wangpan/tui/transfer", "charm.land/bubbletea/v2"), "transfer reaches charm.land"},
		{"engine and client", direct("wangpan/tui/transfer", "wangpan/wire/client"), "transfer imports wangpan/wire/client"},
		{"session and the client", direct("wangpan/tui/session", "wangpan/wire/client", "wangpan/wire"), ""},
		{"session and a screen", through("wangpan/tui/session", "charm.land/lipgloss/v2"), "session reaches charm.land"},
		{"changes and client", direct("wangpan/tui/change", "wangpan/wire/client"), "change imports wangpan/wire/client"},
		{"component and session", direct("wangpan/tui/queue", "wangpan/tui/session"), "queue imports wangpan/tui/session"},
		{"client's main and daemon", direct("wangpan/tui/cmd/wangpan", "wangpan/daemon", "wangpan/accounts"), ""},
		{"preview and excelize", direct("wangpan/tui/preview", "github.com/xuri/excelize/v2"), ""},
		{"another pane and excelize", direct("wangpan/tui/browse", "github.com/xuri/excelize/v2"), "browse imports github.com/xuri/excelize/v2"},
		{"a main and excelize", direct("wangpan/daemon/cmd/wangpand", "github.com/xuri/excelize/v2"), "wangpand imports github.com/xuri/excelize/v2"},
		{"a main and excelize through accounts", through("wangpan/daemon/cmd/wangpand", "github.com/xuri/excelize/v2"), ""},
		{"tests in a program", through("wangpan/daemon/cmd/wangpand", "testing"), "reaches testing"},
		{"tests in what exists for them", through("wangpan/daemon/daemontest", "testing"), ""},
	}
	standard := []goPackage{{ImportPath: "io", Standard: true}, {ImportPath: "testing", Standard: true}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := append([]goPackage{tt.pkg}, standard...)
			got := checkImports(list, append(screenRules(list), importRules...))
			if tt.want == "" {
				wantNone(t, got)
				return
			}
			if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), tt.want) {
				t.Errorf("got %q, want one with %q", got, tt.want)
			}
		})
	}
}

// direct is a package that imports others itself; through one that only
// reaches another by way of a third.
func direct(path string, imports ...string) goPackage {
	return goPackage{ImportPath: path, Imports: imports, Deps: imports}
}

func through(path, reached string) goPackage {
	return goPackage{ImportPath: path, Imports: []string{"example.org/between"}, Deps: []string{"example.org/between", reached}}
}
