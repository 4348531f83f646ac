package locale

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Unknown stands where a size or date is not known, or makes no sense.
const Unknown = "—"

// units are decimal, as disks and links are sold: 1 KB is 1,000 bytes.
var units = []string{"B", "KB", "MB", "GB", "TB", "PB", "EB"}

// scale returns the power of 1,000 in which a size reads best, after rounding
// to a tenth: 999,960 bytes are 1.0 MB, not 1000.0 KB.
func scale(bytes int64) int {
	power := 0
	for value := float64(bytes); value >= 999.95 && power < len(units)-1 || power == 0 && value >= 1000; value /= 1000 {
		power++
	}
	return power
}

func in(bytes int64, power int) float64 {
	return float64(bytes) / math.Pow(1000, float64(power))
}

// Size returns a number of bytes for a column: 12.4 MB, 999 B. The unit is
// decimal; a negative size is unknown.
func (l *Locale) Size(bytes int64) string {
	if bytes < 0 {
		return Unknown
	}
	if bytes < 1000 {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	power := scale(bytes)
	return strconv.FormatFloat(in(bytes, power), 'f', 1, 64) + " " + units[power]
}

// ExactSize returns a number of bytes in a unit and one by one, unless these are
// the same: 12.4 MB (12,382,112 bytes), 999 B.
func (l *Locale) ExactSize(bytes int64) string {
	if bytes < 1000 {
		return l.Size(bytes)
	}
	return l.T("size.exact", "Size", l.Size(bytes), "Bytes", l.Count(bytes))
}

// Part returns how much of a total is there, in the unit of the total:
// 412 of 654 MB, 2.6 of 12.4 MB.
func (l *Locale) Part(done, total int64) string {
	if total < 0 {
		return l.Size(done)
	}
	power := scale(total)
	return l.T("size.part", "Done", short(in(done, power)), "Total", short(in(total, power)), "Unit", units[power])
}

// Rate returns a speed given in bytes a second: 41.2 MB/s, 380 KB/s.
func (l *Locale) Rate(bytesPerSecond float64) string {
	if !(bytesPerSecond >= 0) || bytesPerSecond > math.MaxInt64/2 { // NaN too
		return Unknown
	}
	bytes := int64(bytesPerSecond)
	power := scale(bytes)
	return short(in(bytes, power)) + " " + units[power] + "/s"
}

// short shows a tenth where it says something: 2.6, 41.2, 412, 10.
func short(value float64) string {
	decimals := 1
	if value >= 99.95 {
		decimals = 0
	}
	return strings.TrimSuffix(strconv.FormatFloat(value, 'f', decimals, 64), ".0")
}

// Count returns a number with separated thousands: 100,000.
func (l *Locale) Count(n int64) string { return humanize.Comma(n) }

// List joins items as the language does.
func (l *Locale) List(items []string) string {
	if len(items) == 0 {
		return ""
	}
	list := items[0]
	for _, item := range items[1:] {
		list = l.T("number.list", "Items", list, "Item", item)
	}
	return list
}

// Percent returns a fraction of 1 in whole per cent. Only what is complete is
// 100 %, and only what has not begun is 0 %.
func (l *Locale) Percent(fraction float64) string {
	percent := math.Round(fraction * 100)
	switch {
	case !(fraction > 0): // NaN too: nothing of nothing
		percent = 0
	case fraction >= 1:
		percent = 100
	default:
		percent = min(max(percent, 1), 99)
	}
	return l.T("number.percent", "Number", strconv.Itoa(int(percent)))
}

// Date returns a date and time of 16 cells, for columns: 2026-11-20 18:02. All
// dates are shown in the time zone of the person who looks at them.
func (l *Locale) Date(t time.Time) string { return stamp(t, "2006-01-02 15:04") }

// Day returns a date of 10 cells, for columns: 2026-11-20.
func (l *Locale) Day(t time.Time) string { return stamp(t, "2006-01-02") }

// Clock returns a time of day of 8 cells: 18:02:33.
func (l *Locale) Clock(t time.Time) string { return stamp(t, "15:04:05") }

// LongDate returns a date and time for a sentence: 20 Nov 2026, 18:02 or
// 2026年11月20日 18:02.
func (l *Locale) LongDate(t time.Time) string {
	if l.Lang() == Chinese {
		return stamp(t, "2006年1月2日 15:04")
	}
	return stamp(t, "2 Jan 2006, 15:04")
}

func stamp(t time.Time, layout string) string {
	if t.IsZero() || t.Year() < 0 || t.Year() > 9999 { // beyond, the columns would break
		return Unknown
	}
	return t.Local().Format(layout)
}

// Duration returns a length of time in its two largest units: 21 s,
// 3 min 20 s, 2 h 5 min. Parts of a second count as a whole one.
func (l *Locale) Duration(d time.Duration) string {
	if d < 0 {
		return Unknown
	}
	seconds := int64(math.Ceil(d.Seconds()))
	if seconds < 60 {
		return l.T("time.seconds", "Number", seconds)
	}
	steps := []struct {
		size        int64
		large, less string
	}{
		{24 * 3600, "time.days", "time.hours"},
		{3600, "time.hours", "time.minutes"},
		{60, "time.minutes", "time.seconds"},
	}
	for _, step := range steps {
		if seconds < step.size {
			continue
		}
		large := l.T(step.large, "Number", seconds/step.size)
		inner := map[string]int64{"time.hours": 3600, "time.minutes": 60, "time.seconds": 1}[step.less]
		if less := seconds % step.size / inner; less > 0 {
			return large + " " + l.T(step.less, "Number", less)
		}
		return large
	}
	return Unknown
}

// Ago returns how long before now a moment was, in its largest unit: 3 h ago.
func (l *Locale) Ago(t, now time.Time) string {
	d := now.Sub(t)
	if t.IsZero() {
		return Unknown
	}
	if d < time.Minute {
		return l.T("time.just_now")
	}
	for _, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		if d >= unit {
			d = d.Truncate(unit)
			break
		}
	}
	return l.T("time.ago", "Time", l.Duration(d))
}
