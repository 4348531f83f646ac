package daemon

import (
	"crypto/ecdsa"
	"os"
	"path/filepath"
	"testing"
)

// A key restored from a backup, beside the certificate of the key that was made
// in the meantime, is the server's key again: clients have pinned it.
func TestKeyRestoredAlone(t *testing.T) {
	old, dir := t.TempDir(), t.TempDir()
	want, err := loadKey(old)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loadKey(dir); err != nil {
		t.Fatal(err)
	}
	backup, err := os.ReadFile(filepath.Join(old, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "server.key"), backup, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"first", "second"} {
		got, err := loadKey(dir)
		if err != nil {
			t.Fatalf("%s start: %v", start, err)
		}
		if !got.PrivateKey.(*ecdsa.PrivateKey).Equal(want.PrivateKey) {
			t.Errorf("%s start: the key is not the one restored", start)
		}
	}
}

func TestBrokenCertificate(t *testing.T) {
	dir := t.TempDir()
	if _, err := loadKey(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "server.crt"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadKey(dir); err == nil {
		t.Error("garbage is taken as a certificate")
	}
}
