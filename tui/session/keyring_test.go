package session

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"wangpan/wire"
)

func TestSystemKeyring(t *testing.T) {
	desktop := map[string]string{"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/bus", "WAYLAND_DISPLAY": "wayland-0"}
	tests := []struct {
		name string
		goos string
		env  map[string]string
		want bool
	}{
		{"a desktop", "linux", desktop, true},
		{"without a screen", "linux", map[string]string{"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/bus"}, false},
		{"without a bus", "linux", map[string]string{"DISPLAY": ":0"}, false},
		{"through SSH", "darwin", map[string]string{"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}, false},
		{"a Mac", "darwin", nil, true},
		{"Windows", "windows", nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := SystemKeyring(func(name string) string { return tt.env[name] }, tt.goos); (got != nil) != tt.want {
				t.Errorf("SystemKeyring is %v, want one: %v", got, tt.want)
			}
		})
	}
}

// TestTokenInKeyring keeps a token out of the files of the state folder.
func TestTokenInKeyring(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	k.UseKeyring(systemKeyring{wait: time.Minute})
	const token = wire.Token("a secret token")
	if err := k.SaveToken("drive.lab:7440", "ann", token); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, sessionsName))
	if err != nil || strings.Contains(string(content), string(token)) {
		t.Errorf("the file holds the token, or cannot be read (%v):\n%s", err, content)
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := again.Token("drive.lab:7440", "ann"); ok {
		t.Error("there is a token without the keyring")
	}
	again.UseKeyring(systemKeyring{wait: time.Minute})
	if got, ok := again.Token("drive.lab:7440", "ann"); !ok || got != token {
		t.Errorf("the token is %q, %v", got, ok)
	}
	if err := again.dropToken("drive.lab:7440", "ann", "another"); err != nil {
		t.Fatal(err)
	}
	if _, ok := again.Token("drive.lab:7440", "ann"); !ok {
		t.Error("a token was dropped that was replaced meanwhile")
	}
	if err := again.DropToken("drive.lab:7440", "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Get(keyringService, again.keyringName("drive.lab:7440", "ann")); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("the keyring still holds it: %v", err)
	}
}

// TestKeyringThatFails puts the token into the file, and hangs on nothing.
func TestKeyringThatFails(t *testing.T) {
	keyring.MockInitWithError(errors.New("locked"))
	t.Cleanup(keyring.MockInit)
	k, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k.UseKeyring(systemKeyring{wait: time.Minute})
	if err := k.SaveToken("drive.lab:7440", "ann", "token"); err != nil {
		t.Fatal(err)
	}
	if got, ok := k.Token("drive.lab:7440", "ann"); !ok || got != "token" {
		t.Errorf("the token is %q, %v", got, ok)
	}
	release := make(chan struct{})
	defer close(release)
	if _, err := within(time.Millisecond, func() (string, error) { <-release; return "", nil }); !errors.Is(err, ErrKeyringSilent) {
		t.Errorf("a keyring that is silent: %v", err)
	}
}
