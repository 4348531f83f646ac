package accounts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

const (
	keepLatest = 10
	keepDays   = 7
	// backupTime is how the time stands in a backup's name, so that names sort by age.
	backupTime = "20060102T150405.000"
)

// Backups are in a folder of their own, accounts.backups/accounts-20261122T100000.000Z-12.xlsx: the
// time in UTC and the number of the last operation.
var backupName = regexp.MustCompile(`^accounts-(\d{8}T\d{6}\.\d{3})Z-\d+\.xlsx$`)

type backup struct {
	path string
	at   time.Time
}

func backupFolder(path string) string { return beside(path, ".backups") }

// listBackups returns the backups of the workbook at path, the newest first.
func listBackups(path string) ([]backup, error) {
	entries, err := os.ReadDir(backupFolder(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var list []backup
	for _, entry := range entries {
		match := backupName.FindStringSubmatch(entry.Name())
		if match == nil {
			continue
		}
		if at, err := time.Parse(backupTime, match[1]); err == nil {
			list = append(list, backup{filepath.Join(backupFolder(path), entry.Name()), at})
		}
	}
	slices.SortFunc(list, func(a, b backup) int { return b.at.Compare(a.at) })
	return list, nil
}

// keepBackup stores a copy of what was just saved, never a link: an editor that writes into the
// workbook would write into the backup too. Then it drops what is too many.
func keepBackup(path string, data []byte, sequence uint64, now time.Time) error {
	if err := makeFolder(backupFolder(path)); err != nil {
		return fmt.Errorf("make the folder of backups: %w", err)
	}
	name := fmt.Sprintf("accounts-%sZ-%d.xlsx", now.UTC().Format(backupTime), sequence)
	if err := replaceFile(filepath.Join(backupFolder(path), name), data, always); err != nil {
		return fmt.Errorf("write a backup: %w", err)
	}
	list, err := listBackups(path)
	if err != nil {
		return err
	}
	for _, b := range surplus(list, now) {
		if err := os.Remove(b.path); err != nil {
			return fmt.Errorf("remove an old backup: %w", err)
		}
	}
	return nil
}

// surplus returns what is neither one of the latest nor the last of one of the latest days.
func surplus(list []backup, now time.Time) []backup {
	var drop []backup
	days := map[string]bool{}
	for i, b := range list {
		day := b.at.UTC().Format(time.DateOnly)
		daily := !days[day] && now.Sub(b.at) < keepDays*24*time.Hour
		days[day] = true
		if i >= keepLatest && !daily {
			drop = append(drop, b)
		}
	}
	return drop
}

// goodBackup returns the newest backup that loads.
func goodBackup(path string) (backup, bool) {
	list, err := listBackups(path)
	if err != nil {
		return backup{}, false
	}
	for _, b := range list {
		data, _, err := readRegular(b.path, maxPacked)
		if err != nil {
			continue
		}
		if _, err := loadWithin(limitsOf(int64(len(data))), data, nil); err == nil {
			return b, true
		}
	}
	return backup{}, false
}

// refuse turns the reason why a book can not be opened into one that says what to do.
func (b *Book) refuse(why error) error {
	good, ok := goodBackup(b.path)
	if !ok {
		return fmt.Errorf("%w; there is no good backup: mend the file, or move accounts.* away to begin without accounts", why)
	}
	return fmt.Errorf("%w; the newest good backup is %s, saved %s; to restore it: wangpand account restore --data %s",
		why, filepath.Base(good.path), good.at.Format("2006-01-02 15:04:05 UTC"), filepath.Dir(b.path))
}
