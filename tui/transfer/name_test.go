package transfer

import (
	"runtime"
	"testing"

	"wangpan/wire"
)

func TestCheckName(t *testing.T) {
	windows := runtime.GOOS == "windows"
	tests := []struct {
		name string
		file wire.Name
		want bool // it can be a local file
	}{
		{"plain", "论文-final.pdf", true},
		{"dots", "..", false},
		{"backslash", `..\x`, !windows},
		{"device", "NUL", !windows},
		{"stream", "a:b", !windows},
		{"dot at the end", "a.", !windows},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CheckName(tt.file) == nil; got != tt.want {
				t.Errorf("CheckName(%q) allows it: %v, want %v", tt.file, got, tt.want)
			}
		})
	}
}
