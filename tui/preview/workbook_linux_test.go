//go:build linux && !race

package preview

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"wangpan/tui/locale"
)

// hostileChild names the workbook that this process has to show.
const hostileChild = "WANGPAN_PREVIEW_HOSTILE_CHILD"

// mostMemory is the peak of memory that a process needs for any workbook, in KiB.
const mostMemory = 200 << 10

// mostTime is the processor time that such a process needs.
const mostTime = 10 * time.Second

// TestHostileChild is not a test but the process that shows a hostile workbook.
// It prints the peak of its memory, in KiB, and the time that it took, in ms.
func TestHostileChild(t *testing.T) {
	name := os.Getenv(hostileChild)
	if name == "" {
		t.Skip("runs only as a process of TestHostileWorkbooks")
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, locale.English, trueColour, 60, 500)
	began := time.Now()
	view := d.look(d.lay("a.xlsx", content))
	fits(t, view, 60, 500)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Printf("outcome %s %d\n", strings.Fields(peak)[0], time.Since(began).Milliseconds())
}

// A hostile workbook takes neither much memory nor much time. Without the
// bounds of copy, "formats" takes 844 MiB.
func TestHostileWorkbooks(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process for each workbook")
	}
	many := strings.Repeat
	const cell = `<c t="s" s="1"><v>0</v></c>`
	long := many("0", formatBytes)
	tests := []struct{ name, sheet, shared, styles string }{
		{"rows", many(`<row r="1"><c><v>1</v></c></row>`, 500_000), "", ""},
		{"columns", `<row>` + many(`<c><v>1</v></c>`, 700_000) + `</row>`, "", ""},
		{"far columns", `<row>` + many(`<c r="XFD1"><v>1</v></c>`, 500_000) + `</row>`, "", ""},
		{"far rows", many(`<row r="1048576"><c><v>1</v></c></row><row r="1"/>`, 1_000_000), "", ""},
		{"columns without end", `<row><c r="ZZZZZZZZZZZZ1"><v>1</v></c></row>`, "", ""},
		{"strings", `<row><c t="s"><v>99999999</v></c></row>`, many(`<si><t>a</t></si>`, 700_000), ""},
		{"empty strings", `<row><c t="s"><v>99999999</v></c></row>`, many(`<si/>`, 2_000_000), ""},
		{"a long string in every cell", many(`<row>`+many(cell, 64)+`</row>`, 500), `<si>` + many(`<r><t>`+many("a", 1000)+`</t></r>`, 120) + `</si>`, ""},
		{"runs", `<row><c t="s"><v>0</v></c></row>`, `<si>` + many(`<r><t>a</t></r>`, 700_000) + `</si>`, ""},
		{"inline strings", many(`<row><c t="inlineStr"><is><t>`+many("a", 100_000)+`</t></is></c></row>`, 500), "", ""},
		{"formats", `<row>` + cell + `</row>`, "", `<cellXfs>` + many(`<xf/>`, 2_000_000) + `</cellXfs>`},
		{"number formats", many(`<row>`+many(`<c s="1"><v>1</v></c>`, 64)+`</row>`, 500), "", `<numFmts>` + many(`<numFmt numFmtId="1" formatCode="0"/>`, 1_000_000) +
			`</numFmts><cellXfs><xf/><xf numFmtId="2"/></cellXfs>`},
		{"a long format", many(`<row>`+many(`<c s="1"><v>1</v></c>`, 64)+`</row>`, 500), "", `<numFmts><numFmt numFmtId="170" formatCode="` + many("0", 1<<20) +
			`"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>`},
		{"the longest format", many(`<row>`+many(`<c s="1"><v>1e300</v></c>`, 64)+`</row>`, 500), "", `<numFmts><numFmt numFmtId="170" formatCode="` + long +
			`"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>`},
		{"depth", many(`<a>`, 1_000_000), "", ""},
		{"a text without end", `<row><c><v>` + many("9", 40<<20) + `</v></c></row>`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := t.TempDir() + "/a.xlsx"
			if err := os.WriteFile(name, rawBook("", tt.sheet, tt.shared, tt.styles), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHostileChild$", "-test.count=1")
			cmd.Env = append(os.Environ(), hostileChild+"="+name)
			out, err := cmd.CombinedOutput()
			_, outcome, found := strings.Cut(string(out), "outcome ")
			fields := strings.Fields(outcome)
			if err != nil || !found || len(fields) < 2 {
				t.Fatalf("%v: %s", err, out)
			}
			peak, err := strconv.Atoi(fields[0])
			t.Logf("peak %d MiB; %s ms", peak>>10, fields[1])
			if err != nil || peak > mostMemory {
				t.Errorf("the peak is %d KiB, want at most %d", peak, mostMemory)
			}
			if took := cmd.ProcessState.UserTime(); took > mostTime {
				t.Errorf("it takes %v of processor time, want at most %v", took, mostTime)
			}
		})
	}
}
