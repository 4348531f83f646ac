package accounts

import (
	"context"
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
	if testing.Short() {
		t.Skip("starts other programs")
	}
	untouched := func(data []byte) []byte { return data }
	for _, c := range []struct {
		name string
		save func(data []byte) []byte
		want string // the status of user1
	}{
		{"LibreOffice", func(data []byte) []byte {
			return byLibreOffice(t, edited(t, data, func(f *excelize.File) { set(t, f, "user1", colStatus, "disabled") }))
		}, "disabled"},
		{"openpyxl", func(data []byte) []byte {
			return byOpenpyxl(t, data, `wb["Accounts"]["D3"] = "disabled"`)
		}, "disabled"},
		{"openpyxl, then LibreOffice", func(data []byte) []byte {
			return byLibreOffice(t, byOpenpyxl(t, data, `wb["Accounts"]["D3"] = "disabled"`))
		}, "disabled"},
		{"nobody", untouched, "active"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := workbookOf(t, 20)
			want := must(load(data))
			saved := c.save(data)
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
