package accounts_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

const secret = "correct horse"

func dial(t *testing.T, s *daemontest.Server) *client.Client {
	t.Helper()
	c, err := client.Dial(t.Context(), s.Addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// entered is a client that has made an account and logged in.
func entered(t *testing.T, s *daemontest.Server, user string) *client.Client {
	t.Helper()
	c := dial(t, s)
	if _, err := c.Register(t.Context(), wire.RegisterArgs{User: user, Password: secret}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Login(t.Context(), user, secret); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEditsReachSessions: what an administrator types into the workbook and
// saves, while the daemon runs, reaches clients that are logged in.
func TestEditsReachSessions(t *testing.T) {
	s := daemontest.Start(t)
	clients := map[string]*client.Client{}
	for _, user := range []string{"disabled", "removed", "password", "bystander"} {
		clients[user] = entered(t, s, user)
	}
	path := filepath.Join(s.Dir, "accounts.xlsx")
	edit(t, path, len(clients), func(f *excelize.File, rows map[string]int) error {
		return errors.Join(
			f.SetCellStr("Accounts", cell(t, "D", rows["disabled"]), "disabled"),
			f.SetCellStr("Accounts", cell(t, "C", rows["password"]), "another password"),
			f.RemoveRow("Accounts", rows["removed"]),
		)
	})
	refusals := map[string]wire.Code{"disabled": wire.Denied, "removed": wire.Unauthenticated, "password": wire.Unauthenticated}
	for user, want := range refusals {
		select {
		case <-clients[user].Done():
		case <-time.After(30 * time.Second): // five are promised; a busy machine gets more
			t.Errorf("the session of %q did not end", user)
		}
		if _, err := dial(t, s).Login(t.Context(), user, secret); !errors.Is(err, want) {
			t.Errorf("%q logs in: %v, want %s", user, err, want)
		}
	}
	if _, err := dial(t, s).Login(t.Context(), "password", "another password"); err != nil {
		t.Errorf("with the typed password: %v", err)
	}
	if _, err := clients["bystander"].Stat(t.Context(), wire.Root); err != nil {
		t.Errorf("somebody else's session: %v", err)
	}
}

// edit waits until the workbook has all accounts, and changes it as an editor does.
func edit(t *testing.T, path string, accounts int, change func(f *excelize.File, rows map[string]int) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cells, err := f.GetRows("Accounts")
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]int{}
		for i, row := range cells[1:] {
			rows[row[0]] = i + 2
		}
		if len(rows) == accounts {
			// As editors do; else a missing row would be taken for damage.
			named := f.SetAppProps(&excelize.AppProperties{Application: "an editor"})
			if err := errors.Join(change(f, rows), named, f.Save(), f.Close()); err != nil {
				t.Fatal(err)
			}
			return
		}
		_ = f.Close()
		select {
		case <-ctx.Done():
			t.Fatalf("the workbook has %d accounts, want %d", len(rows), accounts)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func cell(t *testing.T, column string, row int) string {
	t.Helper()
	name, err := excelize.JoinCellName(column, row)
	if err != nil {
		t.Fatal(err)
	}
	return name
}
