package transfer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"wangpan/wire"
	"wangpan/wire/durable"
)

const (
	journalSuffix = ".journal"
	newSuffix     = ".new"     // of a journal that is not whole yet
	damagedSuffix = ".damaged" // of one that was set aside
)

// journalFile is a journal on the disk, open and locked: its program lives.
type journalFile struct {
	path  string
	f     *os.File
	lines int
}

func (j *journalFile) name() string { return filepath.Base(j.path) }

// newJournalFile writes a journal under a new name, whole and durable before it
// has that name.
func newJournalFile(folder string, replaces []string, entries []entryFacts) (*journalFile, error) {
	const tries = 5 // who opens a journal at this moment may take a new one for one that was left behind
	var path string
	var f *os.File
	var err error
	for range tries {
		path = filepath.Join(folder, string(newEntryKey())+journalSuffix)
		if f, err = createLocked(path + newSuffix); !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	j := &journalFile{path: path, f: f, lines: len(entries) + 1}
	content := new(bytes.Buffer)
	err = putLine(content, journalHeader{Format: journalFormat, Replaces: replaces})
	for i := range entries {
		err = errors.Join(err, putLine(content, journalLine{Set: &entries[i]}))
	}
	if err == nil {
		_, err = f.Write(content.Bytes())
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil && closeToRename {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(path+newSuffix, path)
	}
	if err == nil && closeToRename {
		if j.f, err = openLocked(path); err == nil {
			_, err = j.f.Seek(0, io.SeekEnd)
		}
	}
	if err == nil {
		err = durable.SyncFolder(folder)
	}
	if err != nil {
		_ = f.Close() // it is given up
		_ = os.Remove(path + newSuffix)
		_ = os.Remove(path) // what it replaces goes on: two would bring back what has ended
		return nil, err
	}
	return j, nil
}

func putLine(w *bytes.Buffer, line any) error {
	b, err := json.Marshal(line)
	if err != nil {
		return err
	}
	w.Write(b)
	w.WriteByte('\n')
	return nil
}

// append writes lines, and flushes them unless they are all lazy.
func (j *journalFile) append(ops []journalOp) error {
	content, lazy := new(bytes.Buffer), true
	for _, op := range ops {
		if err := putLine(content, journalLine{Set: op.set, Note: op.note, End: op.end}); err != nil {
			return err
		}
		lazy = lazy && op.lazy
	}
	j.lines += len(ops)
	_, err := j.f.Write(content.Bytes())
	if err == nil && !lazy {
		err = j.f.Sync()
	}
	return err
}

// remove removes the file, which another one replaces or which holds nothing.
func (j *journalFile) remove() {
	if closeToRename {
		_ = j.f.Close() // an open file cannot be removed
	}
	_ = os.Remove(j.path) // one that stays is known to be replaced
	_ = j.f.Close()
}

// parseJournal reads a journal into entries. It is damaged when a whole line
// makes no sense; what follows it is read all the same.
func parseJournal(r io.Reader) (header journalHeader, entries map[entryKey]entryFacts, damaged bool) {
	lines := bufio.NewReaderSize(r, maxLine)
	entries = make(map[entryKey]entryFacts)
	for first := true; ; first = false {
		line, err := lines.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			damaged = true
			line = nil
			_, err = lines.ReadSlice('\n')
		}
		if err != nil {
			return header, entries, damaged
		}
		switch {
		case line == nil: // too long
		case first:
			if wire.Unmarshal(line, &header) != nil || header.Format < 1 {
				damaged = true
			}
		case !takeLine(line, entries):
			damaged = true
		}
	}
}

// takeLine does what a line says.
func takeLine(b []byte, entries map[entryKey]entryFacts) bool {
	var line journalLine
	if wire.Unmarshal(b, &line) != nil {
		return false
	}
	switch {
	case line.Set != nil:
		if !line.Set.check() {
			return false
		}
		entries[line.Set.Key] = *line.Set
	case line.Note != nil:
		facts, known := entries[line.Note.Key]
		facts.take(line.Note)
		if known && !facts.check() {
			return false
		}
		if known {
			entries[line.Note.Key] = facts
		}
	case line.End != "":
		delete(entries, line.End)
	default:
		return false
	}
	return true
}

// leftovers are the journals of programs that live no more, under our lock.
type leftovers struct {
	files   []leftover
	entries []entryFacts
}

type leftover struct {
	file    *journalFile
	damaged bool
}

// adopt locks and reads the journals that nobody has. One of a newer program
// stays as it is.
func adopt(folder string) (*leftovers, error) {
	names, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	left := new(leftovers)
	replaced := make(map[string]bool)
	read := make(map[string]map[entryKey]entryFacts)
	for _, e := range names {
		path := filepath.Join(folder, e.Name())
		if !strings.HasSuffix(e.Name(), journalSuffix) && !strings.HasSuffix(e.Name(), journalSuffix+newSuffix) {
			continue
		}
		f, err := openLocked(path)
		if err != nil {
			continue // somebody has it, or it is gone, or it is none
		}
		if strings.HasSuffix(e.Name(), newSuffix) {
			(&journalFile{path: path, f: f}).remove() // its program was killed before it had its name
			continue
		}
		header, entries, damaged := parseJournal(f)
		if header.Format > journalFormat {
			_ = f.Close() // nothing was written
			continue
		}
		for _, name := range header.Replaces {
			replaced[name] = true
		}
		read[e.Name()] = entries
		left.files = append(left.files, leftover{&journalFile{path: path, f: f}, damaged})
	}
	for name, entries := range read {
		if replaced[name] {
			continue
		}
		for _, facts := range entries {
			left.entries = append(left.entries, facts)
		}
	}
	return left, nil
}

func (l *leftovers) names() (names []string) {
	for _, file := range l.files {
		names = append(names, file.file.name())
	}
	return names
}

// release leaves everything as it was.
func (l *leftovers) release() {
	for _, file := range l.files {
		_ = file.file.f.Close() // nothing was written
	}
}

// remove removes the files: what they held is in ours. A damaged one is set
// aside, for people to look at.
func (l *leftovers) remove() {
	for _, file := range l.files {
		if !file.damaged {
			file.file.remove()
			continue
		}
		if closeToRename {
			_ = file.file.f.Close() // an open file cannot get another name
		}
		aside := file.file.path + damagedSuffix
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			_ = os.Rename(file.file.path, aside) // one that stays is known to be replaced
		}
		_ = file.file.f.Close()
	}
}
