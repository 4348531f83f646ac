//go:build !windows

package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// BenchmarkStart measures the program from its start on.
//
//	ls     the CPU time of a command up to the network: nothing listens on the port
//	frame  the time until the login card is on a terminal of 120×40
func BenchmarkStart(b *testing.B) {
	environ := append(os.Environ(), "HOME="+b.TempDir(), "TERM=xterm-256color", "LANG=C.UTF-8")
	b.Run("ls", func(b *testing.B) {
		var cpu float64
		for b.Loop() {
			cmd := exec.CommandContext(b.Context(), "wangpan", "ls", "--server", "127.0.0.1:1", "--user", "alice")
			cmd.Env = environ
			if err := cmd.Run(); err == nil {
				b.Fatal("a server answered")
			}
			cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		}
		b.ReportMetric(cpu*1000/float64(b.N), "cpu-ms/op")
	})
	b.Run("frame", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.CommandContext(b.Context(), "wangpan", "--lang", "en", "127.0.0.1:1")
			cmd.Env = environ
			terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
			if err != nil {
				b.Fatal(err)
			}
			var seen bytes.Buffer
			for part := make([]byte, 32<<10); !strings.Contains(seen.String(), "Password"); {
				n, err := terminal.Read(part)
				if err != nil {
					b.Fatalf("%v after %q", err, &seen)
				}
				seen.Write(part[:n])
			}
			b.StopTimer()
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed
			_ = terminal.Close()
			b.StartTimer()
		}
	})
}
