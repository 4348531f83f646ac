package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// Commands run side by side, each of which may be the one that runs the drive
// and ends first, all succeed.
func TestEmbeddedCommandsInParallel(t *testing.T) {
	p := newPlace(t)
	p.run(0, "register", "--user", "alice", "--password-file", "pw")
	p.run(0, "login", "--password-file", "pw")
	p.write("file", []byte("content"))
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			args := [][]string{{"mkdir", fmt.Sprint("folder", i)}, {"ls"}, {"put", "file", "--if-exists=keep-both"}}[i%3]
			cmd := p.command(args...)
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Run(); err != nil {
				t.Errorf("%v: %v\n%s", args, err, said.String())
			}
		})
	}
	wg.Wait()
	stdout, _ := p.run(0, "ls")
	for _, want := range []string{"folder0/", "folder9/", " file\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%s is missing in\n%s", want, stdout)
		}
	}
}
