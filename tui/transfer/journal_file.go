package transfer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wangpan/wire"
	"wangpan/wire/durable"
)

const (
	journalSuffix = ".journal"
	newSuffix     = ".new"     // of a journal that is not complete yet
	damagedSuffix = ".damaged" // of a damaged journal, kept for the user
)

// journalFile is an open journal. Its lock says that its process runs.
type journalFile struct {
	path  string
	f     *os.File
	lines int
}

func (j *journalFile) name() string { return filepath.Base(j.path) }

// newJournalFile writes a journal to a temporary file, flushes it and renames it.
func newJournalFile(folder string, replaces []string, entries []entryFacts) (*journalFile, error) {
	const tries = 5 // a process that opens a journal now may adopt the new file
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
		_ = f.Close() // it is removed
		_ = os.Remove(path + newSuffix)
		_ = os.Remove(path) // the old file stays: two files would restore ended entries
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
func (j *journalFile) append(lines []journalLine) error {
	content, lazy := new(bytes.Buffer), true
	for _, line := range lines {
		if err := putLine(content, line); err != nil {
			return err
		}
		lazy = lazy && line.lazy
	}
	j.lines += len(lines)
	_, err := j.f.Write(content.Bytes())
	if err == nil && !lazy {
		err = j.f.Sync()
	}
	return err
}

// remove removes the file, which is replaced or empty.
func (j *journalFile) remove() {
	if closeToRename {
		_ = j.f.Close() // an open file cannot be removed
	}
	_ = os.Remove(j.path) // readers ignore one that stays
	_ = j.f.Close()
}

// parseJournal reads the entries of a journal. damaged says that a complete line is
// invalid; parseJournal skips it.
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

// takeLine applies a line to entries.
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

// leftover is the journal of a process that has ended, under our lock.
type leftover struct {
	journalFile
	damaged bool
}

// adopt locks and reads the journals of processes that have ended. It ignores a journal
// in a newer format.
func adopt(folder string) (files []leftover, entries []entryFacts, err error) {
	names, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	replaced := make(map[string]bool)
	read := make(map[string]map[entryKey]entryFacts)
	for _, e := range names {
		path := filepath.Join(folder, e.Name())
		if !strings.HasSuffix(e.Name(), journalSuffix) && !strings.HasSuffix(e.Name(), journalSuffix+newSuffix) {
			continue
		}
		f, err := openLocked(path)
		if err != nil {
			continue // another process owns or has removed it, or it is no file
		}
		file := leftover{journalFile: journalFile{path: path, f: f}}
		if strings.HasSuffix(e.Name(), newSuffix) {
			file.remove() // its process was killed before the rename
			continue
		}
		var header journalHeader
		var facts map[entryKey]entryFacts
		header, facts, file.damaged = parseJournal(f)
		if header.Format > journalFormat {
			_ = f.Close() // nothing was written
			continue
		}
		for _, name := range header.Replaces {
			replaced[name] = true
		}
		read[e.Name()] = facts
		files = append(files, file)
	}
	for name, facts := range read {
		if !replaced[name] {
			entries = slices.AppendSeq(entries, maps.Values(facts))
		}
	}
	return files, entries, nil
}

// retire removes the file, whose entries are in our journal. It renames a damaged file
// to NAME.damaged.
func (l *leftover) retire() {
	if !l.damaged {
		l.remove()
		return
	}
	if closeToRename {
		_ = l.f.Close() // an open file cannot be renamed
	}
	aside := l.path + damagedSuffix
	if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
		_ = os.Rename(l.path, aside) // our journal replaces one that stays
	}
	_ = l.f.Close()
}
