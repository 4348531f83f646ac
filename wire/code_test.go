package wire

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestCodeOf(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want Code
	}{
		{"refusal", Errorf(NotFound, "there is no %s", "/a"), NotFound},
		{"wrapped refusal", fmt.Errorf("stat /a: %w", Errorf(NotFound, "there is no /a")), NotFound},
		{"code alone", NoSpace, NoSpace},
		{"wrapped code", fmt.Errorf("put /a: %w", NoSpace), NoSpace},
		{"one of several", errors.Join(io.EOF, Errorf(Busy, "wait")), Busy},
		{"refusal of a later version", &Error{Code: "teapot"}, Internal},
		{"code of a later version", Code("teapot"), Internal},
		{"anything else", io.EOF, Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CodeOf(tt.err); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if known := tt.want != Internal; errors.Is(tt.err, tt.want) != known {
				t.Errorf("errors.Is(%v, %s) is %v", tt.err, tt.want, !known)
			}
			if errors.Is(tt.err, Damaged) {
				t.Errorf("%v is damaged, too", tt.err)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	if got := Errorf(NotFound, "there is no %s", "/a").Error(); got != "there is no /a" {
		t.Errorf("got %q", got)
	}
	if got := (&Error{Code: Internal, Text: "trouble", ID: "7f"}).Error(); got != "trouble (7f)" {
		t.Errorf("got %q", got)
	}
}
