package preview

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A workbook keeps dates as numbers of days, and only the format of a cell says
// that it is one. These are the formats that need no definition (ECMA-376 part
// 1, 18.8.30): dates and times, of all languages and of Chinese and Japanese.
func dateFormat(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// ofDates reports whether a format shows parts of a date or time: letters for
// them, outside of quotes and brackets.
func ofDates(format string) bool {
	var quoted, bracketed bool
	for _, r := range format {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[', r == ']':
			bracketed = r == '['
		case !bracketed && strings.ContainsRune("ymdhsYMDHS", r):
			return true
		}
	}
	return false
}

// dated writes a number of days since the end of 1899 as a date, a part of a day
// as a time. What is no such number stays as it is.
func dated(value string) string {
	days, err := strconv.ParseFloat(value, 64)
	if err != nil || !(days >= 0 && days < 2_958_466) { // the year 10000
		return value
	}
	seconds := math.Round(days * 24 * 60 * 60)
	at := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(seconds)/86400).Add(time.Duration(int(seconds)%86400) * time.Second)
	switch {
	case days < 1:
		return at.Format("15:04:05")
	case int(seconds)%86400 == 0:
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02 15:04")
}
