package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"
)

const (
	maxJournal = 256 << 20 // bytes; 100,000 accounts take about 30 MiB
	// Operations stay in the journal after they were folded, for the sake of administrators who edit
	// a copy elsewhere and bring it back: this long, and at most this many.
	keepFolded     = 7 * 24 * time.Hour
	keepFoldedMost = 10_000
)

// journal is the file of operations and the same operations in memory. It has no lock of its own:
// Book.change guards it.
type journal struct {
	path string
	log  *slog.Logger
	head heading
	ops  []op // in order, without gaps, from head.Base+1
	file *os.File
	size int64 // of the part of the file that is known to be good
	// broken is set when a write or an fsync failed: what the file holds is unknown then, and it is
	// written anew from memory before anything else is.
	broken bool
}

// damageError says where a journal is damaged.
type damageError struct {
	line int
	why  error
}

func (d *damageError) Error() string {
	return fmt.Sprintf("accounts.journal is damaged in line %d: %v", d.line, d.why)
}

func (d *damageError) Unwrap() error { return d.why }

// openJournal reads the journal at path, or starts one for the book when there is none.
func openJournal(path, book string, base uint64, log *slog.Logger) (*journal, error) {
	j := &journal{path: path, log: log, head: heading{journalName, journalVersion, book, base}}
	data, _, err := readRegular(path, maxJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return begun(j, j.rewrite())
	}
	if err != nil {
		return nil, fmt.Errorf("read accounts.journal: %w", err)
	}
	whole, err := j.parse(data)
	if err != nil {
		return nil, err
	}
	if !whole {
		log.Warn("the last line of accounts.journal was cut off by a crash, before it was acknowledged; the file was mended")
		return begun(j, j.mend())
	}
	return begun(j, j.open(int64(len(data))))
}

// mend brings the end of the file to where parse found it, in place: the disk may be full, and the cut may
// come from that.
func (j *journal) mend() error {
	size := j.size
	if err := j.open(size); err != nil {
		return err
	}
	// The last byte is a line feed, also where it is the only thing that was missing.
	_, err := j.file.WriteAt([]byte{'\n'}, size-1)
	if err := errors.Join(err, j.file.Truncate(size), j.file.Sync()); err != nil {
		return errors.Join(fmt.Errorf("mend accounts.journal: %w", err), j.close())
	}
	return nil
}

// begun is a journal that can be appended to, or the reason why not.
func begun(j *journal, err error) (*journal, error) {
	if err != nil {
		return nil, err
	}
	return j, nil
}

// parse fills the journal from the bytes of its file; size is where its last line ends. It tells whether
// that line was whole; a line that is damaged anywhere else is an error.
func (j *journal) parse(data []byte) (whole bool, err error) {
	whole, j.head = true, heading{}
	for number := 1; len(data) > 0; number++ {
		line, rest, ended := bytes.Cut(data, []byte{'\n'})
		data = rest
		if number == 1 {
			if j.head, err = decodeHeading(line); err != nil {
				return false, &damageError{number, err}
			}
			j.size = int64(len(line)) + 1
			continue
		}
		o, err := decodeOp(line)
		if err != nil && len(data) == 0 && torn(line, ended) {
			return false, nil
		}
		if err == nil && o.Seq != j.last()+1 {
			err = fmt.Errorf("operation %d follows operation %d", o.Seq, j.last())
		}
		if err != nil {
			return false, &damageError{number, err}
		}
		j.ops = append(j.ops, o)
		j.size += int64(len(line)) + 1
		whole = ended
	}
	if j.head.Book == "" {
		return false, &damageError{1, errHeading}
	}
	return whole, nil
}

// torn tells whether a last line that can not be read is what a crash leaves of a write: a
// beginning, or an end whose beginning never arrived and reads as zeros. A line that is all there and
// has a wrong checksum was acknowledged and then damaged, and so was one whose very last byte changed.
func torn(line []byte, ended bool) bool {
	if len(line) == 0 {
		return false
	}
	if ended {
		return line[0] == 0
	}
	_, err := lineBody(line[:len(line)-1])
	return err != nil
}

// open takes the file for appending after its first size bytes.
func (j *journal) open(size int64) error {
	f, err := os.OpenFile(j.path, os.O_RDWR, fileMode)
	if err != nil {
		return fmt.Errorf("open accounts.journal: %w", err)
	}
	if err := f.Chmod(fileMode); err != nil {
		_ = f.Close()
		return fmt.Errorf("open accounts.journal: %w", err)
	}
	j.file, j.size, j.broken = f, size, false
	return nil
}

// last is the number of the newest operation.
func (j *journal) last() uint64 { return j.head.Base + uint64(len(j.ops)) }

// append numbers the operations and returns when they are on the disk. When it fails, none of them
// has happened.
func (j *journal) append(ops ...op) error {
	if j.broken {
		if err := j.rewrite(); err != nil {
			return err
		}
	}
	var lines []byte
	for i := range ops {
		ops[i].Seq = j.last() + uint64(i) + 1
		line, err := encodeLine(ops[i])
		if err != nil {
			return err
		}
		lines = append(lines, line...)
	}
	_, err := j.file.WriteAt(lines, j.size)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		// After a failed fsync nobody knows what is on the disk. The refused lines must not come
		// back at the next start, and must not stand in the way of the next ones.
		j.broken = true
		if again := j.rewrite(); again != nil {
			j.log.Error("accounts.journal can not be written; nothing can be registered or changed", "error", again)
		}
		return fmt.Errorf("write accounts.journal: %w", err)
	}
	j.size += int64(len(lines))
	j.ops = append(j.ops, ops...)
	return nil
}

// after returns the operations with a higher number.
func (j *journal) after(seq uint64) []op {
	if seq <= j.head.Base {
		return j.ops
	}
	return j.ops[min(seq-j.head.Base, uint64(len(j.ops))):]
}

// seenBy returns the number of the last operation that a workbook with this seal contains. Somebody's
// own workbook is not known, and whatever the journal still knows is to be repeated over it.
func (j *journal) seenBy(s seal, running bool) (from uint64, known bool) {
	// While we run, nobody else makes operations: a higher number is somebody's typing.
	forged := running && s.sequence > j.last()
	if !s.ok || s.book != j.head.Book || forged {
		return j.head.Base, false
	}
	return s.sequence, true
}

// forget drops operations that a saved workbook contains and that are too old to be useful, when
// that makes the file at most half as long.
func (j *journal) forget(folded uint64, now time.Time) error {
	drop := 0
	for i, o := range j.ops {
		if o.Seq > folded || len(j.ops)-i <= keepFoldedMost && now.Sub(o.At) < keepFolded {
			break
		}
		drop = i + 1
	}
	if drop == 0 || drop < len(j.ops)/2 {
		return nil
	}
	head, ops := j.head, j.ops
	j.head.Base += uint64(drop)
	j.ops = append([]op(nil), ops[drop:]...)
	if err := j.rewrite(); err != nil {
		j.head, j.ops = head, ops
		return err
	}
	return nil
}

// rewrite puts a new file with what memory holds in the place of the old one.
func (j *journal) rewrite() error {
	j.broken = true // until it is done; open says so
	data, err := encodeLine(j.head)
	if err != nil {
		return err
	}
	for _, o := range j.ops {
		line, err := encodeLine(o)
		if err != nil {
			return err
		}
		data = append(data, line...)
	}
	// Windows does not rename over an open file.
	if err := j.close(); err != nil {
		return err
	}
	if err := replaceFile(j.path, data, always); err != nil {
		return fmt.Errorf("rewrite accounts.journal: %w", err)
	}
	return j.open(int64(len(data)))
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	err := j.file.Close()
	j.file = nil
	return err
}

// readableOps returns every operation of a damaged journal that can still be read, in order, and how
// many lines can not.
func readableOps(data []byte) (ops []op, damaged int) {
	for i, line := range bytes.Split(bytes.TrimSuffix(data, []byte{'\n'}), []byte{'\n'}) {
		if _, err := decodeHeading(line); i == 0 && err == nil {
			continue
		}
		o, err := decodeOp(line)
		if err != nil {
			damaged++
			continue
		}
		ops = append(ops, o)
	}
	return ops, damaged
}
