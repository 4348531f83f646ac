package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"

	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

func newApp(lang string) (a *app, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &app{stdout: stdout, stderr: stderr, loc: locale.New(lang)}, stdout, stderr
}

func TestExitCodes(t *testing.T) {
	changed := &session.KeyError{Server: "a:1", Known: "SHA256:one", Presented: "SHA256:two"}
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"anything", errors.New("x"), 1},
		{"usage", usage("x"), 2},
		{"address", &session.AddressError{Server: "a b", Problem: session.AddressHost}, 2},
		{"said already", &failedError{3}, 3},
		{"unreachable", fmt.Errorf("a:1 %w: %w", client.ErrUnreachable, syscall.ECONNREFUSED), 10},
		{"not wangpan", fmt.Errorf("a:1 %w", client.ErrNotWangpan), 10},
		{"lost", fmt.Errorf("%w: eof", client.ErrLost), 10},
		{"silent", client.ErrSilent, 10},
		{"given up", &transfer.Error{Kind: transfer.ErrUnreachable}, 10},
		{"going down", wire.Errorf(wire.Unavailable, "x"), 10},
		{"going down for good", fmt.Errorf("%w: %w", client.ErrLost, wire.Errorf(wire.Unavailable, "x")), 10},
		{"drive in use", errDriveBusy, 10},
		{"not logged in", session.ErrLoggedOut, 11},
		{"session ended", fmt.Errorf("%w: %w", session.ErrLoggedOut, wire.Errorf(wire.Unauthenticated, "x")), 11},
		{"wrong password", wire.Errorf(wire.Unauthenticated, "x"), 11},
		{"denied", wire.Errorf(wire.Denied, "x"), 11},
		{"not found", wire.Errorf(wire.NotFound, "x"), 12},
		{"not here", &transfer.Error{Kind: transfer.ErrVanished}, 12},
		{"no folder here", &transfer.Error{Kind: transfer.ErrTargetFolder, Err: syscall.ENOENT}, 12},
		{"folder may not be used", &transfer.Error{Kind: transfer.ErrTargetFolder, Err: syscall.EACCES}, 1},
		{"no file here", &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, 12},
		{"exists there", wire.Errorf(wire.Exists, "x"), 13},
		{"exists", &transfer.Error{Kind: transfer.ErrExists}, 13},
		{"over quota", wire.Errorf(wire.QuotaExceeded, "x"), 14},
		{"no space there", wire.Errorf(wire.NoSpace, "x"), 14},
		{"no space here", &transfer.Error{Kind: transfer.ErrDiskFull, Err: syscall.ENOSPC}, 14},
		{"no space for the state", fmt.Errorf("write: %w", syscall.ENOSPC), 14},
		{"changed key", fmt.Errorf("dial a:1: %w", changed), 15},
		{"changed key while moving", &transfer.Error{Kind: transfer.ErrUnreachable, Err: changed}, 15},
		{"unknown key", &session.KeyError{Server: "a:1", Presented: "SHA256:two"}, 1},
		{"interrupted", fmt.Errorf("x: %w", context.Canceled), 130},
	}
	for _, tt := range tests {
		for _, lang := range []string{locale.English, locale.Chinese} {
			t.Run(tt.name+" "+lang, func(t *testing.T) {
				a, _, stderr := newApp(lang)
				if got := a.report(t.Context(), tt.err); got != tt.want {
					t.Errorf("exit code of %q is %d, want %d", tt.err, got, tt.want)
				}
				said := stderr.String()
				if _, ok := errors.AsType[*failedError](tt.err); ok != (said == "") {
					t.Errorf("it says %q", said)
				}
				if strings.ContainsAny(said, "⟨⟩") || strings.Contains(said, "<no value>") {
					t.Errorf("words are missing: %s", said)
				}
			})
		}
	}
}

// Whatever breaks when the person ends the run broke because of that.
func TestInterruptComesFirst(t *testing.T) {
	a, _, stderr := newApp(locale.English)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := a.report(ctx, fmt.Errorf("%w: eof", client.ErrLost)); got != explain.ExitInterrupted {
		t.Errorf("exit code is %d, want %d", got, explain.ExitInterrupted)
	}
	if got, want := stderr.String(), "wangpan: interrupted\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := a.report(ctx, nil); got != explain.ExitDone {
		t.Errorf("what was done in time exits with %d", got)
	}
}

// Every verdict has its words, and every code of the protocol a verdict.
func TestVerdictsAreComplete(t *testing.T) {
	for _, lang := range []string{locale.English, locale.Chinese} {
		loc := locale.New(lang)
		for _, v := range slices.Concat(problems, explain.Table) {
			ids := []string{"cli.error." + v.ID}
			if v.Hint != "" {
				ids = append(ids, "cli.hint."+v.Hint)
			}
			for _, id := range ids {
				if words := loc.T(id, "Text", "x", "Server", "x"); strings.Contains(words, "⟨") {
					t.Errorf("%s has no words in %s", id, lang)
				}
			}
		}
	}
	for _, code := range []wire.Code{
		wire.NotFound, wire.Exists, wire.Conflict, wire.Denied, wire.Unauthenticated, wire.QuotaExceeded, wire.NoSpace,
		wire.Invalid, wire.TooLarge, wire.Busy, wire.RateLimited, wire.Unavailable, wire.Damaged, wire.Internal,
	} {
		english, _, _ := newApp(locale.English)
		if o := english.explain(wire.Errorf(code, "the server's sentence")); !strings.Contains(o.Sentence, "the server's sentence") {
			t.Errorf("%s is worded %q in English", code, o.Sentence)
		}
	}
}

// A Chinese sentence has no English in it. What only the server knows is in the
// hint, and what adds nothing is nowhere.
func TestChineseIsChinese(t *testing.T) {
	refused := &transfer.Error{Kind: transfer.ErrTargetFolder, Err: syscall.EACCES}
	tests := []struct {
		name     string
		err      error
		sentence string
		hint     string
	}{
		{"not found", wire.Errorf(wire.NotFound, "there is no /a"), "不存在", ""},
		{"not found, named", about("/a", wire.Errorf(wire.NotFound, "there is no /a")), "/a 不存在", ""},
		{"exists", wire.Errorf(wire.Exists, "/a is there already"), "已存在", ""},
		{"wrong password", wire.Errorf(wire.Unauthenticated, "log in first"), "用户名或密码错误，或会话已结束", ""},
		{"quota", wire.Errorf(wire.QuotaExceeded, "this needs 2 MB"), "配额不足", "原文：this needs 2 MB"},
		{"unreachable", fmt.Errorf("a:1 %w: refused", client.ErrUnreachable), "无法连接服务器", "请检查主机和端口，并确认 wangpand 正在运行（原文：a:1 cannot be reached: refused）"},
		{"named, unreachable", about("/a", client.ErrSilent), "服务器不再响应", ""},
		{"this computer", refused, "无法下载到该文件夹：没有权限", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, _, _ := newApp(locale.Chinese)
			if o := a.explain(tt.err); o.Sentence != tt.sentence || o.Hint != tt.hint {
				t.Errorf("it says %q with the hint %q, want %q and %q", o.Sentence, o.Hint, tt.sentence, tt.hint)
			}
		})
	}
}

// What could not be resumed says why, and not to resume.
func TestNotResumed(t *testing.T) {
	tests := []struct {
		name string
		why  transfer.Reason
		want string
	}{
		{"not asked to", transfer.ReasonNone, "the target exists"},
		{"differs", transfer.ReasonDiffers, "the contents differ"},
		{"longer", transfer.ReasonLonger, "the target is larger"},
		{"complete", transfer.ReasonComplete, "is complete"},
		{"changed", transfer.ReasonChanged, "has changed"},
		{"expired", transfer.ReasonExpired, "not be compared"},
		{"damaged", transfer.ReasonDamaged, "not be compared"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, _, _ := newApp(locale.English)
			o := a.explain(&transfer.Error{Kind: transfer.ErrExists, Path: "f", Why: tt.why})
			if o.Exit != explain.ExitExists || !strings.Contains(o.Sentence, tt.want) {
				t.Errorf("it exits with %d and says %q, want 13 and %q", o.Exit, o.Sentence, tt.want)
			}
			if got, want := strings.Contains(o.Hint, "resume"), tt.why == transfer.ReasonNone; got != want {
				t.Errorf("the hint is %q", o.Hint)
			}
		})
	}
}

func TestPart(t *testing.T) {
	tests := []struct {
		name        string
		done, total int64
		want        string
	}{
		{"nothing", 0, 1_100_000_000, "0 of 1.1 GB"},
		{"little", 32_000_000, 1_100_000_000, "32 MB of 1.1 GB"},
		{"a tenth", 110_000_000, 1_100_000_000, "0.1 of 1.1 GB"},
		{"much", 412_000_000, 654_100_000, "412 of 654 MB"},
		{"of an unknown total", 1500, -1, "1.5 KB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, _, _ := newApp(locale.English)
			if got := a.part(tt.done, tt.total); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What a server says is shown, and obeyed by no terminal.
func TestHostileSentences(t *testing.T) {
	for _, err := range []error{
		wire.Errorf(wire.NotFound, "\x1b[2J\u202egone\r\n"),
		errors.New("\x1b]0;title\a"),
		&session.AddressError{Server: "\x1b[2J", Problem: session.AddressHost},
		&session.KeyError{Server: "a:1", Known: "\x1b[2J", Presented: "\u202e"},
	} {
		a, _, stderr := newApp(locale.English)
		a.report(t.Context(), err)
		a.sayOf("\x1b[2Jname\n", a.explain(err))
		for line := range strings.Lines(stderr.String()) {
			if !strings.HasPrefix(line, "wangpan: ") && !strings.HasPrefix(line, "hint: ") {
				t.Errorf("%q begins a line of its own", line)
			}
			if strings.ContainsAny(line, "\x1b\r\a\u202e") {
				t.Errorf("%q reaches the terminal", line)
			}
		}
	}
}

func TestTally(t *testing.T) {
	tests := []struct {
		name  string
		codes []int
		of    int
		want  int
	}{
		{"nothing failed", nil, 3, 0},
		{"the only one", []int{12}, 1, 12},
		{"one of several", []int{12}, 3, 3},
		{"all, for different reasons", []int{12, 13}, 2, 3},
		{"all, for the same reason", []int{12, 12}, 2, 3},
		{"no server", []int{10, 10}, 2, 10},
		{"another server", []int{15, 15}, 2, 15},
		{"interrupted", []int{130}, 2, 130},
		{"interrupted after a failure", []int{12, 130}, 3, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all tally
			for _, code := range tt.codes {
				all.fail(code)
			}
			got := 0
			if failed, ok := errors.AsType[*failedError](all.result(tt.of)); ok {
				got = failed.code
			}
			if got != tt.want {
				t.Errorf("failures %v of %d give %d, want %d", tt.codes, tt.of, got, tt.want)
			}
		})
	}
}
