package storage_test

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestContract(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storagetest.Open {
		t.Helper()
		dir := t.TempDir()
		return func() (storage.Store, error) { return storage.Open(dir, slog.New(slog.DiscardHandler)) }
	})
}
