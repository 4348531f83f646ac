package accounts

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// A hostile workbook is given to a process of its own, whose peak of memory the kernel knows.

// hostileChild names the workbook that this process shall meet.
const hostileChild = "WANGPAN_ACCOUNTS_HOSTILE_CHILD"

// mostMemory is what a process may take at its peak that meets any workbook, in KiB.
const mostMemory = 200 << 10

// TestHostileChild is not a test but the process that meets a hostile workbook, at its start and then
// under a running book. It prints what became of it and the peak of its memory, in KiB.
func TestHostileChild(t *testing.T) {
	hostile := os.Getenv(hostileChild)
	if hostile == "" {
		t.Skip("runs as a process of its own only, for TestHostileMemory")
	}
	data := must(os.ReadFile(hostile))
	path := newPath(t)
	saveAs(t, path, data)
	began := time.Now()
	b, err := Open(path, Options{})
	outcome := "refused"
	if err == nil {
		outcome = "taken"
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	start := time.Since(began)
	var lines logLines
	b = running(t, 10, Options{Log: slog.New(slog.NewTextHandler(&lines, nil))})
	began = time.Now()
	saveAs(t, b.path, data)
	eventually(t, "it is answered", func() bool { return lines.count("stay in use")+lines.count("is in use") > 0 })
	live := time.Since(began)
	// The running book goes on.
	mustRegister(t, b, "newcomer")
	if _, err := b.Authenticate(t.Context(), "newcomer", goodPassword); err != nil {
		t.Errorf("login: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Logf("close: %v", err)
	}
	reason := strings.ReplaceAll(fmt.Sprint(err), "\n", " ")
	fmt.Printf("outcome %s %d %d %d %s\n", outcome, peakMemory(t), start.Milliseconds(), live.Milliseconds(), reason)
}

// peakMemory is what the kernel counted for this process, in KiB.
func peakMemory(t *testing.T) int {
	t.Helper()
	for line := range strings.Lines(string(must(os.ReadFile("/proc/self/status")))) {
		if fields := strings.Fields(line); fields[0] == "VmHWM:" {
			return must(strconv.Atoi(fields[1]))
		}
	}
	t.Fatal("the kernel does not say")
	return 0
}

// hostileSheet returns the workbook of three accounts with more XML in front of an end tag of a part.
func hostileSheet(t *testing.T, part, before string, fill func(w *strings.Builder)) []byte {
	t.Helper()
	var b strings.Builder
	fill(&b)
	return repack(t, edited(t, workbookOf(t, 3), func(*excelize.File) {}), part, func(s string) string {
		if !strings.Contains(s, before) {
			t.Fatalf("no %q in the part", before)
		}
		return strings.Replace(s, before, b.String()+before, 1)
	})
}

// TestHostileMemory: whatever lies where the workbook should, a process answers with less than 200 MiB,
// says why, and a running book goes on. The log has how long each took.
func TestHostileMemory(t *testing.T) {
	if testing.Short() || sample > 1 {
		t.Skip("measures memory, of which the race detector takes many times as much")
	}
	const sheet, strs, styles = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
	inSheet := func(fill func(w *strings.Builder)) func() []byte {
		return func() []byte { return hostileSheet(t, sheet, "</sheetData>", fill) }
	}
	cells := func(n int, cell string) func() []byte {
		return inSheet(func(w *strings.Builder) {
			w.WriteString("<row>")
			for i := range n {
				if i%excelize.MaxColumns == excelize.MaxColumns-1 {
					w.WriteString("</row><row>")
				}
				w.WriteString(cell)
			}
			w.WriteString("</row>")
		})
	}
	rows := func(n int, row string) func() []byte {
		return inSheet(func(w *strings.Builder) { w.WriteString(strings.Repeat(row, n)) })
	}
	part := func(name, before, what string, n int) func() []byte {
		return func() []byte {
			return hostileSheet(t, name, before, func(w *strings.Builder) { w.WriteString(strings.Repeat(what, n)) })
		}
	}
	cases := []struct {
		name string
		make func() []byte
		want string
	}{
		{"a row for every number there is", rows(1_048_570, "<row><c><v>1</v></c></row>"), "refused"},
		{"29,000 rows", rows(29_000, "<row><c><v>1</v></c></row>"), "taken"},
		{"190,000 rows", rows(190_000, "<row><c><v>1</v></c></row>"), "refused"},
		{"300,000 empty rows", rows(300_000, "<row/>"), "taken"},
		{"16,384 columns", cells(15_000, "<c><v>1</v></c>"), "taken"},
		{"190,000 cells", cells(190_000, "<c><v>1</v></c>"), "taken"},
		{"950,000 empty cells", cells(950_000, "<c/>"), "taken"},
		{"10,000,000 empty cells", cells(10_000_000, "<c/>"), "refused"},
		{"480,000 cells", cells(480_000, "<c><v>1</v></c>"), "refused"},
		{"a formula in every cell", cells(190_000, "<c><f>A1</f></c>"), "taken"},
		{"formulas in a circle", cells(90_000, "<c><f>SUM(A:XFD)</f><v>1</v></c>"), "taken"},
		{"one string in every cell", cells(190_000, `<c t="s"><v>1</v></c>`), "taken"},
		{"strings that are not there", cells(190_000, `<c t="s"><v>999999999</v></c>`), "refused"},
		{"negative strings", cells(100_000, `<c t="s"><v>-1</v></c>`), "refused"},
		{"inline strings", cells(95_000, `<c t="inlineStr"><is><t>a</t></is></c>`), "taken"},
		{"190,000 shared strings", part(strs, "</sst>", "<si><t>a</t></si>", 190_000), "taken"},
		{"3,000,000 shared strings", part(strs, "</sst>", "<si/>", 3_000_000), "refused"},
		{"a string of 30 MB", part(strs, "</sst>", "<si><t>"+strings.Repeat("a", 10_000_000)+"</t></si>", 3), "refused"},
		{"a string of many runs", part(strs, "</sst>", "<si>"+strings.Repeat("<r><t>a</t></r>", 200_000)+"</si>", 1), "taken"},
		{"190,000 formats", part(styles, "</cellXfs>", "<xf/>", 190_000), "taken"},
		{"900,000 fonts", part(styles, "</fonts>", "<font/>", 900_000), "refused"},
		{"300,000 merged ranges", part(sheet, "<autoFilter", "<mergeCells>"+strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 300_000)+"</mergeCells>", 1), "taken"},
		{"a bomb of 4 GB", func() []byte { return bomb(t, 4<<30) }, "refused"},
		{"noise of 11 MB", func() []byte { return hostileNoise(t) }, "taken"},
		{"1,900 sheets", func() []byte { return manySheets(t, 1_900) }, "taken"},
	}
	for i, c := range cases {
		if !soak && i%4 != 1 {
			continue // the others on a day with time for all of them
		}
		t.Run(c.name, func(t *testing.T) {
			path := newPath(t)
			saveAs(t, path, c.make())
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHostileChild$", "-test.count=1")
			cmd.Env = append(os.Environ(), hostileChild+"="+path)
			out, err := cmd.CombinedOutput()
			_, said, found := strings.Cut(string(out), "outcome ")
			if err != nil || !found {
				t.Fatalf("%v: %s", err, out)
			}
			said, _, _ = strings.Cut(said, "\n")
			fields := strings.SplitN(said, " ", 5)
			t.Logf("%s; peak %d MiB; %s ms at the start, %s ms while running; %s", fields[0], must(strconv.Atoi(fields[1]))>>10, fields[2], fields[3], fields[4])
			if fields[0] != c.want {
				t.Errorf("it was %s, want %s", fields[0], c.want)
			}
			if peak := must(strconv.Atoi(fields[1])); peak > mostMemory {
				t.Errorf("the peak was %d KiB, want at most %d", peak, mostMemory)
			}
		})
	}
}

// bomb is a workbook with a part that unpacks to so many bytes.
func bomb(t *testing.T, size int64) []byte {
	t.Helper()
	return withPart(t, "xl/media/bomb.bin", func(w func([]byte)) {
		zeros := make([]byte, 1<<20)
		for range size >> 20 {
			w(zeros)
		}
	})
}

// hostileNoise is a workbook with a picture that nothing makes smaller.
func hostileNoise(t *testing.T) []byte {
	t.Helper()
	return withPart(t, "xl/media/noise.png", func(w func([]byte)) {
		noise := make([]byte, 11<<20)
		_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
		w(noise)
	})
}

func manySheets(t *testing.T, n int) []byte {
	t.Helper()
	return edited(t, workbookOf(t, 3), func(f *excelize.File) {
		for i := range n {
			must(f.NewSheet(fmt.Sprintf("sheet%d", i)))
		}
	})
}
