package accounts

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// entry is one account as the index holds it. It is changed only by roster's methods.
type entry struct {
	name   string // canonical; "" when the cell holds no valid name
	folder string // under drives/; "" when the cell holds no valid folder
	hash   string // PHC string; "" means that nobody can log in
	// bad says what is wrong with cells of the row, by column. While anything is, nobody can log in,
	// and these cells are left as they are.
	bad        map[column]string
	disabled   bool
	quota      allowance // of bytes
	entryLimit allowance // of entries

	used, files, entries int64
	lastLogin            time.Time
	registered           time.Time
	order                int // among accounts that have no row yet
	// note is what the administrator should know though the account can be used: that a New password was
	// refused. It goes when another one is set.
	note string
}

// usable tells whether the owner may log in and keep a session.
func (e *entry) usable() bool { return !e.disabled && len(e.bad) == 0 && e.hash != "" }

// refusal returns why the account cannot be used, or nil. A nil entry is an
// account that was removed.
func (e *entry) refusal() error {
	switch {
	case e == nil:
		return errRemoved
	case e.disabled:
		return errDisabled
	case !e.usable():
		return errUnusable
	}
	return nil
}

func (e *entry) copy() *entry {
	c := *e
	c.bad = maps.Clone(e.bad)
	return &c
}

// complain notes what is wrong with a cell, in words for the administrator.
func (e *entry) complain(c column, format string, args ...any) {
	if e.bad == nil {
		e.bad = map[column]string{}
	}
	if _, known := e.bad[c]; !known {
		e.bad[c] = fmt.Sprintf(format, args...)
	}
}

// allowance is the value of a Quota or Entry limit cell: the text as typed or to be written, and its meaning. The
// zero value is the server's default.
type allowance struct {
	text string
	set  bool
	most int64 // bytes or entries; 0 when set: no limit
}

// unlimited are the words for no limit. Zero is not one of them: in too many programs a zero that
// somebody meant as "nothing" opened everything.
var unlimited = map[string]bool{"unlimited": true, "none": true, "no limit": true, "无限": true, "无限制": true, "不限": true}

// same compares the meaning: 1E+12 and 1000000000000 are one quota.
func (a allowance) same(other allowance) bool { return a.set == other.set && a.most == other.most }

// or returns the allowance, or the default when none is set.
func (a allowance) or(standard int64) int64 {
	if a.set {
		return a.most
	}
	return standard
}

// parseQuota reads bytes, or a size such as 10 GB, or a word for no limit; blank is the default.
func parseQuota(text string) (allowance, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return allowance{}, nil
	}
	if unlimited[strings.ToLower(text)] {
		return allowance{text: text, set: true}, nil
	}
	if len(text) > 32 {
		return allowance{}, errQuota
	}
	// Excel stores whole numbers above 11 digits as 1E+12.
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if f < 1 || f > math.MaxInt64/2 || f != math.Trunc(f) {
			return allowance{}, errQuota
		}
		return allowance{strconv.FormatInt(int64(f), 10), true, int64(f)}, nil
	}
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > math.MaxInt64/2 {
		return allowance{}, errQuota
	}
	return allowance{text, true, int64(n)}, nil
}

// ParseQuota returns the bytes of a quota as a cell or a flag says it: bytes, a size such as 10 GB, or
// a word for no limit, which is 0, as blank is.
func ParseQuota(text string) (int64, error) {
	q, err := parseQuota(text)
	return q.most, err
}

// Texts of whole numbers: with separators of thousands, and as Excel stores large ones.
var (
	groupedNumber = regexp.MustCompile(`^[0-9]{1,3}([,\x{ff0c}'\x{2019} \x{a0}\x{202f}][0-9]{3})+$`)
	wholeNumber   = regexp.MustCompile(`^[0-9]+$|^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$`)
)

// parseEntryLimit reads a positive whole number, with or without separators of thousands, or a word for no limit;
// blank is the default.
func parseEntryLimit(text string) (allowance, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return allowance{}, nil
	case unlimited[strings.ToLower(text)]:
		return allowance{text: text, set: true}, nil
	case groupedNumber.MatchString(text):
		text = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !wholeNumber.MatchString(text) || n < 1 || n > maxEntryLimit || n != math.Trunc(n) {
		return allowance{}, errEntryLimit
	}
	return allowance{strconv.FormatInt(int64(n), 10), true, int64(n)}, nil
}

// maxEntryLimit is the largest number that all spreadsheet programs store exactly.
const maxEntryLimit = 1e15

// ParseEntryLimit returns the number of entries that a cell or a flag states: a positive whole number, or a word
// for no limit, which is 0, as blank is.
func ParseEntryLimit(text string) (int64, error) {
	limit, err := parseEntryLimit(text)
	return limit.most, err
}

// Account is what an administrator may see of one account.
type Account struct {
	Name   string
	Folder string // under drives/
	// Disabled, Problem: why nobody can log in; Problem is "" when the row is good.
	Disabled bool
	Problem  string
	// NoPassword tells that the Password cell is blank: nobody can log in until the administrator sets one.
	NoPassword bool
	// Quota, Used are bytes; Quota 0 is no limit, and DefaultQuota tells that the cell is blank.
	Quota        int64
	DefaultQuota bool
	// EntryLimit is a number of entries; 0 is no limit, and DefaultEntryLimit reports that the cell is blank.
	EntryLimit           int64
	DefaultEntryLimit    bool
	Used, Files, Entries int64
	LastLogin            time.Time
	Registered           time.Time
}

// problem returns what is wrong with the row, in the order of the columns.
func (e *entry) problem() string {
	var all []string
	for c := range columnCount {
		if why, ok := e.bad[c]; ok {
			all = append(all, c.title()+": "+why)
		}
	}
	return strings.Join(all, "; ")
}
