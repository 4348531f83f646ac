package locale

import (
	"math"
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	en, zh := New(English), New(Chinese)
	moment := time.Date(2026, 11, 5, 8, 2, 0, 0, time.Local)
	tests := []struct {
		name string
		got  string
		want string
	}{
		{"no bytes", en.Size(0), "0 B"},
		{"bytes", en.Size(999), "999 B"},
		{"kilobyte", en.Size(1000), "1.0 KB"},
		{"megabytes", en.Size(12_400_000), "12.4 MB"},
		{"rounds to the next unit", en.Size(999_960), "1.0 MB"},
		{"rounds below the next unit", en.Size(999_940), "999.9 KB"},
		{"largest", en.Size(math.MaxInt64), "9.2 EB"},
		{"unknown size", en.Size(-1), "—"},
		{"part", en.Part(412_000_000, 654_100_000), "412 of 654 MB"},
		{"small part", en.Part(2_600_000, 12_400_000), "2.6 of 12.4 MB"},
		{"part of a round total", en.Part(3_100_000_000, 10_000_000_000), "3.1 of 10 GB"},
		{"part of nothing", en.Part(0, 0), "0 of 0 B"},
		{"part of unknown", en.Part(1500, -1), "1.5 KB"},
		{"part in chinese", zh.Part(412_000_000, 654_100_000), "412 / 654 MB"},
		{"rate", en.Rate(41_200_000), "41.2 MB/s"},
		{"slow rate", en.Rate(3.5), "3 B/s"},
		{"no rate", en.Rate(0), "0 B/s"},
		{"not a rate", en.Rate(math.NaN()), "—"},
		{"infinite rate", en.Rate(math.Inf(1)), "—"},
		{"count", en.Count(100000), "100,000"},
		{"percent", en.Percent(0.634), "63 %"},
		{"percent in chinese", zh.Percent(0.634), "63%"},
		{"almost done is not done", en.Percent(0.9999), "99 %"},
		{"begun is not nothing", en.Percent(0.0001), "1 %"},
		{"done", en.Percent(1), "100 %"},
		{"none of none", en.Percent(math.NaN()), "0 %"},
		{"date", en.Date(moment), "2026-11-05 08:02"},
		{"day", zh.Day(moment), "2026-11-05"},
		{"date of another zone", en.Date(moment.UTC()), "2026-11-05 08:02"},
		{"no date", en.Date(time.Time{}), "—"},
		{"date beyond the column", en.Date(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)), "—"},
		{"long date", en.LongDate(moment), "5 Nov 2026, 08:02"},
		{"long date in chinese", zh.LongDate(moment), "2026年11月5日 08:02"},
		{"seconds", en.Duration(20500 * time.Millisecond), "21 s"},
		{"minutes", en.Duration(200 * time.Second), "3 min 20 s"},
		{"full minutes", en.Duration(3 * time.Minute), "3 min"},
		{"hours", en.Duration(2*time.Hour + 5*time.Minute + 9*time.Second), "2 h 5 min"},
		{"days in chinese", zh.Duration(76 * time.Hour), "3 天 4 小时"},
		{"negative", en.Duration(-1), "—"},
		{"ago", en.Ago(moment, moment.Add(3*time.Hour+59*time.Minute)), "3 h ago"},
		{"ago in chinese", zh.Ago(moment, moment.Add(90*time.Second)), "1 分钟前"},
		{"just now", en.Ago(moment, moment.Add(time.Second)), "just now"},
		{"in the future", en.Ago(moment, moment.Add(-time.Hour)), "just now"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestExactSize(t *testing.T) {
	tests := []struct {
		bytes  int64
		en, zh string
	}{
		{-1, Unknown, Unknown},
		{0, "0 B", "0 B"},
		{999, "999 B", "999 B"},
		{1000, "1.0 KB (1,000 bytes)", "1.0 KB（1,000 字节）"},
	}
	for _, tt := range tests {
		if en, zh := New(English).ExactSize(tt.bytes), New(Chinese).ExactSize(tt.bytes); en != tt.en || zh != tt.zh {
			t.Errorf("%d: %q and %q, want %q and %q", tt.bytes, en, zh, tt.en, tt.zh)
		}
	}
}

func TestList(t *testing.T) {
	for lang, want := range map[string]string{English: "1 file, 2 folders", Chinese: "1 file，2 folders"} {
		if got := New(lang).List([]string{"1 file", "2 folders"}); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
