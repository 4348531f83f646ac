package daemon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"wangpan/daemon/clock"
	"wangpan/wire"
	"wangpan/wire/durable"
)

const (
	sessionsName    = "sessions.journal" // in the data folder
	oldSessionsName = "sessions.json"    // what earlier versions rewrote at each login
	compactAfter    = 4096               // superfluous lines before the file is rewritten
)

// sessionRecord is one change of the sessions; exactly one field is set.
type sessionRecord struct {
	Begin   *session      `json:"begin,omitempty"`
	End     *endedSession `json:"end,omitempty"`
	Address *usedAddress  `json:"address,omitempty"`
	Forget  string        `json:"forget,omitempty"` // the account whose addresses are dropped
}

// sessionLog is the file of the sessions. A line holds the records of one
// append: the CRC-32 of the JSON array that follows, in 8 hexadecimal digits,
// and a blank. So a crash damages no more than the last line, which was not
// acknowledged. It is guarded by sessions.saving.
type sessionLog struct {
	path  string
	file  *os.File // nil until the first append
	size  int64    // bytes of the lines that are on the disk
	lines int      // number of these
	kept  int      // lines when the file was rewritten or opened last
}

// openSessions reads the sessions of the data folder dir. The caller calls close.
func openSessions(dir string, guard *clock.Guard) (*sessions, error) {
	s := &sessions{clock: guard, log: &sessionLog{path: filepath.Join(dir, sessionsName)}, cut: map[string]uint64{}}
	s.reset()
	data, err := os.ReadFile(s.log.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := s.replay(data); err != nil {
		return nil, fmt.Errorf("%w: remove %s, and everybody logs in again", err, sessionsName)
	}
	if err := s.migrate(filepath.Join(dir, oldSessionsName)); err != nil {
		return nil, err
	}
	s.redate()
	s.log.kept = len(s.accounts)
	return s, nil
}

// redate lets sessions that began under a clock which was ahead last no longer
// than others. The caller is alone.
func (s *sessions) redate() {
	now := s.clock.Now()
	for _, one := range s.byKey {
		if one.Began.After(now.Add(clock.Tolerance)) {
			one.Began, one.Expires = now, now.Add(sessionLife)
		}
	}
}

func (s *sessions) reset() {
	s.byKey, s.ended, s.accounts = map[string]*session{}, map[string]*endedSession{}, map[string]*accountSessions{}
}

// replay applies every line of the file.
func (s *sessions) replay(data []byte) error {
	for len(data) > 0 {
		line, rest, ended := bytes.Cut(data, []byte{'\n'})
		records, err := decodeRecords(line)
		if err != nil || !ended {
			if len(bytes.Trim(rest, "\x00")) == 0 && torn(line, ended) {
				return nil
			}
			return errSessionLine
		}
		for _, r := range records {
			s.apply(r)
		}
		s.log.size += int64(len(line)) + 1
		s.log.lines++
		data = rest
	}
	return nil
}

// torn reports whether a last line that cannot be read is what a crash leaves
// of a write: its beginning, or an end whose beginning reads as zeros. A whole
// line with a wrong checksum was acknowledged and then damaged, and so was one
// of which only the line feed differs.
func torn(line []byte, ended bool) bool {
	if len(line) == 0 || ended {
		return len(line) > 0 && line[0] == 0
	}
	_, err := decodeRecords(line[:len(line)-1])
	return err != nil
}

// migrate takes over the file of an earlier version. Where both files are
// there, the earlier version ran last, or a crash came before the file was
// removed: in both cases its sessions are the ones that are open.
func (s *sessions) migrate(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []*session
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("%w: remove %s, and everybody logs in again", err, oldSessionsName)
	}
	s.reset()
	for _, one := range list {
		if one != nil {
			s.apply(sessionRecord{Begin: one})
		}
	}
	if err := s.log.rewrite(encodeAll(s.snapshot())); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(path))
}

// save returns when all changes so far are on the disk. Changes that cannot be
// written stay in memory, and the next save tries again.
func (s *sessions) save() error {
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	records := s.unsaved
	s.unsaved = nil
	var lines [][]sessionRecord
	if s.log.lines > 2*s.log.kept+compactAfter {
		lines = s.snapshot()
	}
	s.mu.Unlock()
	if lines != nil {
		if s.log.rewrite(encodeAll(lines)) == nil {
			return nil
		}
		s.log.kept = s.log.lines // a full disk may still take an append; the next try comes later
	}
	if len(records) == 0 {
		return nil
	}
	err := s.log.append(encodeRecords(records...))
	if err != nil {
		s.mu.Lock()
		s.unsaved = append(records, s.unsaved...)
		s.mu.Unlock()
		return fmt.Errorf("save the sessions: %w", err)
	}
	return nil
}

// snapshot returns the lines of a file that holds the sessions as they are, one
// for each account, and drops what has expired. The caller holds mu, or is
// alone; the records do not change afterwards.
func (s *sessions) snapshot() [][]sessionRecord {
	lines := make([][]sessionRecord, 0, len(s.accounts))
	expiry := s.clock.ExpiryTime()
	for key, of := range s.accounts {
		for _, one := range slices.Clone(of.open) {
			if s.expired(one) {
				s.apply(s.endOf(one, wire.ReasonExpired))
			}
		}
		var records []sessionRecord
		for _, one := range of.open {
			records = append(records, sessionRecord{Begin: one})
		}
		of.ended = slices.DeleteFunc(of.ended, func(one *endedSession) bool {
			if one.Until.After(expiry) {
				return false
			}
			delete(s.ended, one.Key)
			return true
		})
		for _, one := range of.ended {
			records = append(records, sessionRecord{End: one})
		}
		for _, used := range of.addresses {
			records = append(records, sessionRecord{Address: &used})
		}
		if len(records) == 0 {
			delete(s.accounts, key)
			continue
		}
		lines = append(lines, records)
	}
	return lines
}

func (s *sessions) close() error {
	err := s.save()
	s.saving.Lock()
	defer s.saving.Unlock()
	return errors.Join(err, s.log.close())
}

// append adds a line and returns when it is on the disk. It writes over what a
// failed append or a crash left behind the last whole line.
func (l *sessionLog) append(line []byte) error {
	if l.file == nil {
		if err := l.open(); err != nil {
			return err
		}
	}
	if _, err := l.file.WriteAt(line, l.size); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.size += int64(len(line))
	l.lines++
	return nil
}

// open opens or creates the file and cuts off what follows the last whole line.
func (l *sessionLog) open() error {
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err = f.Truncate(l.size); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = durable.SyncFolder(filepath.Dir(l.path))
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.file = f
	return nil
}

// rewrite replaces the content of the file by data, which has so many lines.
func (l *sessionLog) rewrite(data []byte, lines int) error {
	if err := l.close(); err != nil { // Windows does not rename over an open file
		return err
	}
	if err := writeFile(l.path, data); err != nil {
		return err
	}
	l.size, l.lines, l.kept = int64(len(data)), lines, lines
	return nil
}

func (l *sessionLog) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

var errSessionLine = errors.New("a line of the sessions is damaged")

// encodeAll returns the content of a file with these lines.
func encodeAll(lines [][]sessionRecord) (data []byte, count int) {
	for _, records := range lines {
		data = append(data, encodeRecords(records...)...)
	}
	return data, len(lines)
}

func encodeRecords(records ...sessionRecord) []byte {
	body, err := json.Marshal(records)
	if err != nil {
		panic(err) // strings and times of our own making
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(body), body)
}

func decodeRecords(line []byte) (records []sessionRecord, err error) {
	if len(line) < 9 || line[8] != ' ' {
		return nil, errSessionLine
	}
	sum, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil || sum != uint64(crc32.ChecksumIEEE(line[9:])) {
		return nil, errSessionLine
	}
	if err := json.Unmarshal(line[9:], &records); err != nil {
		return nil, errSessionLine
	}
	return records, nil
}
