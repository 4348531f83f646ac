package accounts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// byLibreOffice opens a workbook in LibreOffice and saves it again.
func byLibreOffice(t *testing.T, data []byte) []byte {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed (package libreoffice-calc-nogui)")
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "accounts.xlsx"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, data, fileMode); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")),
		"--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, in)
	if said, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return must(os.ReadFile(filepath.Join(out, "accounts.xlsx")))
}

// byOpenpyxl opens a workbook in openpyxl, runs statements on the book wb, and saves it.
func byOpenpyxl(t *testing.T, data []byte, statements string) []byte {
	t.Helper()
	python := ""
	for _, candidate := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(candidate, "-c", "import openpyxl").Run() == nil {
			python = candidate
			break
		}
	}
	if python == "" {
		t.Skip("openpyxl is not installed (package python3-openpyxl)")
	}
	file := filepath.Join(t.TempDir(), "accounts.xlsx")
	if err := os.WriteFile(file, data, fileMode); err != nil {
		t.Fatal(err)
	}
	script := "import openpyxl, sys\nwb = openpyxl.load_workbook(sys.argv[1])\n" + statements + "\nwb.save(sys.argv[1])\n"
	if said, err := exec.Command(python, "-c", script, file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return must(os.ReadFile(file))
}

// TestOtherPrograms: what other programs save loads with every account as it was, follows an edit,
// and keeps its place in the journal.
func TestOtherPrograms(t *testing.T) {
	plainOnly(t)
	if testing.Short() {
		t.Skip("starts other programs")
	}
	untouched := func(_ *testing.T, data []byte) []byte { return data }
	for _, c := range []struct {
		name string
		save func(t *testing.T, data []byte) []byte
		want string // the status of user1
	}{
		{"LibreOffice", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return byLibreOffice(t, edited(t, data, func(f *excelize.File) { set(t, f, "user1", colStatus, "disabled") }))
		}, "disabled"},
		{"openpyxl", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return byOpenpyxl(t, data, `wb["Accounts"]["D3"] = "disabled"`)
		}, "disabled"},
		{"openpyxl, then LibreOffice", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return byLibreOffice(t, byOpenpyxl(t, data, `wb["Accounts"]["D3"] = "disabled"`))
		}, "disabled"},
		{"nobody", untouched, "active"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := workbookOf(t, 20)
			want := must(load(data))
			saved := c.save(t, data)
			got, err := load(saved)
			if err != nil {
				t.Fatal(err)
			}
			if status := got.roster.named("user1").status(); status != c.want {
				t.Errorf("user1 is %s, want %s", status, c.want)
			}
			want.roster.named("user1").disabled = c.want == "disabled"
			if !sameAccounts(got.roster, want.roster) {
				t.Error("other accounts")
				for key, e := range want.roster.byFolder {
					t.Logf("%+v\n%+v", e, got.roster.byFolder[key])
					break
				}
			}
			if !got.seal.ok || got.seal.sequence != want.seal.sequence {
				t.Errorf("seal %+v", got.seal)
			}
			// And we can save it in turn.
			p := &picture{roster: got.roster.copy(), seal: got.seal}
			p.roster.apply(op{Kind: opRegister, Folder: "newcomer", Name: "newcomer", Hash: goodHash, At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
			out, err := render(saved, got, p)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := verify(out, p); err != nil {
				t.Error(err)
			}
			if !strings.Contains(unpacked(t, out), "barChart") {
				t.Log("the chart was dropped by the other program")
			}
		})
	}
}

// heavyEdit is what somebody does in an hour, as statements of openpyxl on the book wb: a column of their
// own among ours, columns and rows in another order, blank rows, what looks like numbers and is text and
// the reverse, comments, formats, sheets and a chart.
const heavyEdit = `
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.formatting.rule import CellIsRule
from openpyxl.chart import BarChart, Reference
import datetime
ws = wb["Accounts"]
rows = [[c.value for c in r] for r in ws.iter_rows(max_col=10)]
head, rows = rows[0], sorted(rows[1:], key=lambda r: r[0], reverse=True)
order = [3, 0, 1, 2, 9, 8, 7, 6, 5, 4]
def put(n, values):
    for i, v in enumerate(values):
        ws.cell(row=n, column=i + 1).value = v
put(1, [head[i] for i in order[:2]] + ["Phone"] + [head[i] for i in order[2:]])
n = 2
for r in rows:
    if n == 4:
        put(n, [None] * 11)
        n += 2
    v = [r[i] for i in order]
    put(n, v[:2] + ["+86 " + r[0]] + v[2:])
    n += 1
def add(user, password, quota=None):
    global n
    put(n, [None, user, None, None, password, None, None, None, None, None, quota])
    n += 1
add("007", "number-as-text")
add(1000000, 12345678)
add("1e5", "1e5-1e5-1e5", "1e9")
add("dated", datetime.datetime(2026, 11, 22, 12, 34, 56))
add(True, "truth-value")
add("future", "a password", datetime.datetime(2026, 11, 22, 12, 34, 56))
ws["B2"].comment = Comment("on leave", "Li")
ws["B2"].font = Font(bold=True, color="FF0000")
ws.conditional_formatting.add("A2:A99", CellIsRule(operator="equal", formula=['"disabled"'], font=Font(color="FF0000")))
notes = wb.create_sheet("Notes")
notes["A1"] = "call user1 on Monday"
for i in range(5):
    notes.cell(row=i + 2, column=1).value = i
chart = BarChart()
chart.add_data(Reference(notes, min_col=1, min_row=2, max_row=6))
notes.add_chart(chart, "C3")
`

// heavySeen fails when anything of heavyEdit is lost.
const heavySeen = `
ws = wb["Accounts"]
head = [c.value for c in ws[1]]
assert head[:5] == ["Status", "User", "Phone", "Password", "New password"], head
phones = {r[1].value: r[2].value for r in ws.iter_rows(min_row=2) if r[1].value}
for i in range(20):
    assert phones["user%d" % i] == "+86 user%d" % i, phones
assert ws["B2"].comment.text == "on leave" and ws["B2"].font.b
assert len(ws.conditional_formatting) == 1
assert wb["Notes"]["A1"].value == "call user1 on Monday" and len(wb["Notes"]._charts) == 1
assert all(c.data_type != "f" or c.value == "=TRUE()" for r in ws.iter_rows() for c in r)
for i in range(5):
    assert "newcomer%d" % i in phones, phones
`

// TestHeavyEdit: the running book follows what somebody did for an hour in other programs, and all of it
// survives the next five registrations.
func TestHeavyEdit(t *testing.T) {
	plainOnly(t)
	if testing.Short() {
		t.Skip("starts other programs")
	}
	for _, c := range []struct {
		name string
		save func(t *testing.T, data []byte) []byte
	}{
		{"openpyxl", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return byOpenpyxl(t, data, heavyEdit)
		}},
		{"openpyxl, then LibreOffice", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return byLibreOffice(t, byOpenpyxl(t, data, heavyEdit))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := running(t, 20, Options{})
			saved := c.save(t, must(os.ReadFile(b.path)))
			began := time.Now()
			saveAs(t, b.path, saved)
			eventually(t, "007 logs in", func() bool { _, err := b.Authenticate(t.Context(), "007", "number-as-text"); return err == nil })
			t.Logf("in use after %v", time.Since(began).Round(time.Millisecond))
			for _, login := range [][2]string{{"1000000", "12345678"}, {"1e5", "1e5-1e5-1e5"}} {
				eventually(t, login[0]+" logs in", func() bool { _, err := b.Authenticate(t.Context(), login[0], login[1]); return err == nil })
			}
			if quota, err := b.Quota("1e5"); quota != 1e9 || err != nil {
				t.Errorf("the quota of 1e5 is %d, %v", quota, err)
			}
			if e := b.entry("dated"); e == nil || e.hash != "" || e.note == "" {
				t.Errorf("a date became a password: %+v", e)
			}
			if e := b.entry("future"); e == nil || e.problem() == "" {
				t.Errorf("a date became a quota: %+v", e)
			}
			for i := range 5 {
				mustRegister(t, b, fmt.Sprintf("newcomer%d", i))
				folded(t, b)
			}
			for i := range 20 {
				if e := b.entry(fmt.Sprintf("user%d", i)); e == nil || !e.usable() {
					t.Errorf("user%d: %+v", i, e)
				}
			}
			data := must(os.ReadFile(b.path))
			byOpenpyxl(t, data, heavySeen)
			again := must(load(byLibreOffice(t, data)))
			for key, e := range onDisk(t, b.path).roster.byFolder {
				if got := again.roster.byFolder[key]; got == nil || !got.equal(e) {
					t.Errorf("LibreOffice sees %+v, want %+v", got, e)
				}
			}
		})
	}
}
