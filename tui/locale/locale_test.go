package locale

import (
	"errors"
	"testing"
)

func TestDetect(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"nothing set", nil, English},
		{"chinese", map[string]string{"LANG": "zh_CN.UTF-8"}, Chinese},
		{"traditional", map[string]string{"LANG": "zh_TW.Big5"}, Chinese},
		{"english", map[string]string{"LANG": "en_US.UTF-8"}, English},
		{"posix", map[string]string{"LANG": "C"}, English},
		{"other language", map[string]string{"LANG": "de_DE.UTF-8"}, English},
		{"LC_ALL wins", map[string]string{"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, Chinese},
		{"LC_MESSAGES before LANG", map[string]string{"LC_MESSAGES": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, English},
		{"nonsense", map[string]string{"LANG": "\x1b[2J"}, English},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Detect(func(name string) string { return tt.env[name] }); got != tt.want {
				t.Errorf("Detect(%v) = %q, want %q", tt.env, got, tt.want)
			}
		})
	}
}

func TestSwitch(t *testing.T) {
	l := New("zh-Hans-CN")
	if got := l.T("time.just_now"); got != "刚刚" {
		t.Errorf("in Chinese: %q", got)
	}
	l.Next()
	if got := l.T("time.just_now"); got != "just now" {
		t.Errorf("after Next: %q", got)
	}
	l.Next()
	if got := l.Lang(); got != Chinese {
		t.Errorf("after Next twice: %q", got)
	}
}

func TestArguments(t *testing.T) {
	l := New(English)
	tests := []struct {
		name string
		got  string
		want string
	}{
		{"number", l.T("time.seconds", "Number", 7), "7 s"},
		{"hostile text", l.T("time.ago", "Time", "\x1b[2J\u202e"), "␛[2J⟨U+202E⟩ ago"},
		{"hostile error", l.T("time.ago", "Time", errors.New("a\rb")), "a␍b ago"},
		{"template in a value", l.T("time.ago", "Time", "{{.Number}}"), "{{.Number}} ago"},
		{"unknown id", l.T("no.such\x1b"), "⟨no.such␛⟩"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func BenchmarkT(b *testing.B) {
	l := New(Chinese)
	for b.Loop() {
		l.T("time.just_now")
	}
}
