package transfers

import "testing"

func TestParseLimit(t *testing.T) {
	tests := []struct {
		name  string
		value string
		want  int64 // −1: it is refused
	}{
		{"nothing", " ", 0},
		{"zero", "0", 0},
		{"decimal", "2 MB", 2_000_000},
		{"short", "500k", 500_000},
		{"binary", "1.5MiB/s", 3 << 19},
		{"no number", "fast", -1},
		{"negative", "-2 MB", -1},
		{"more than there is", "99999 EB", -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := parseLimit(tt.value)
			if !ok {
				got = -1
			}
			if got != tt.want {
				t.Errorf("%q is %d, want %d", tt.value, got, tt.want)
			}
		})
	}
}
