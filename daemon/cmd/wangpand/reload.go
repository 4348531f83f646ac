package main

import (
	"context"
	"log/slog"
	"os"
	"sync"

	"wangpan/accounts"
)

// logFile is a log that can be opened anew, after another program has renamed
// it. It is safe for concurrent use.
type logFile struct {
	path string

	mu   sync.Mutex
	file *os.File
}

func openLogFile(path string) (*logFile, error) {
	f, err := openToAppend(path)
	if err != nil {
		return nil, err
	}
	return &logFile{path: path, file: f}, nil
}

func openToAppend(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// Write appends p to the file that was opened last.
func (l *logFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Write(p)
}

// reopen opens the path anew. When that fails, the log goes on in the old file.
func (l *logFile) reopen() error {
	f, err := openToAppend(l.path)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.file
	l.file = f
	return old.Close()
}

func (l *logFile) close() { _ = l.file.Close() } // each line is written at once

// reloading opens the log file anew and reads the workbook for each signal,
// until stop is called.
func (o *serveOptions) reloading(ctx context.Context, book *accounts.Book, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-o.reload:
			}
			if o.log != nil {
				if err := o.log.reopen(); err != nil {
					log.Error("open the log file anew", "error", err)
				}
			}
			log.Info("reloading: the log file is open anew, and the workbook is read")
			book.Reload()
		}
	})
	return func() {
		cancel()
		wait.Wait()
	}
}
