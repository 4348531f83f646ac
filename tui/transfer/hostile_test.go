package transfer

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"wangpan/wire"
)

// hostile is a server that lies in one of its answers.
type hostile struct {
	Server
	stat   func(*wire.StatReply)
	get    func(*wire.GetReply)
	more   []byte // sent behind the body
	blocks func(*wire.BlocksReply, []wire.Digest) []wire.Digest
	put    func(*wire.PutReply)
	commit error
}

func (h *hostile) Stat(ctx context.Context, path wire.Path) (wire.StatReply, error) {
	reply, err := h.Server.Stat(ctx, path)
	if h.stat != nil {
		h.stat(&reply)
	}
	return reply, err
}

func (h *hostile) Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error) {
	var w io.Writer
	reply, err := h.Server.Get(ctx, args, func(reply wire.GetReply) (_ io.Writer, err error) {
		if h.get != nil {
			h.get(&reply)
		}
		w, err = sink(reply)
		return w, err
	})
	if h.get != nil {
		h.get(&reply)
	}
	if err == nil && len(h.more) > 0 {
		_, err = w.Write(h.more)
	}
	return reply, err
}

func (h *hostile) Blocks(ctx context.Context, args wire.BlocksArgs) (wire.BlocksReply, []wire.Digest, error) {
	reply, digests, err := h.Server.Blocks(ctx, args)
	if h.blocks != nil {
		digests = h.blocks(&reply, digests)
	}
	return reply, digests, err
}

func (h *hostile) Put(ctx context.Context, args wire.PutArgs, body io.Reader) (wire.PutReply, error) {
	reply, err := h.Server.Put(ctx, args, body)
	if h.put != nil {
		h.put(&reply)
	}
	return reply, err
}

func (h *hostile) Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error) {
	if h.commit != nil {
		return wire.StatReply{}, h.commit
	}
	return h.Server.Commit(ctx, args)
}

// unfinished is a server that never has all, and says so of these blocks.
func unfinished(blocks ...wire.Unfinished) hostile {
	return hostile{commit: wire.Errorf(wire.Damaged, "it is damaged"), blocks: func(r *wire.BlocksReply, d []wire.Digest) []wire.Digest {
		r.Unfinished = blocks
		return d
	}}
}

// Whatever a server says: only the names that the user chose are written, no
// byte too many, and a contradiction is called one.
func TestHostileServer(t *testing.T) {
	data := random(wire.BlockSize + 3000)
	wrong := wire.Digest{1}
	tests := []struct {
		name   string
		server hostile
		job    Job
		want   error
	}{
		{"no version", hostile{stat: func(r *wire.StatReply) { r.Entry.Version = "" }}, Job{}, ErrServer},
		{"a negative size", hostile{stat: func(r *wire.StatReply) { r.Entry.Size = -1 }}, Job{}, ErrServer},
		{"an absurd size", hostile{stat: func(r *wire.StatReply) { r.Entry.Size = 1 << 62 }}, Job{}, ErrServer},
		{"a size that fills the disk", hostile{stat: func(r *wire.StatReply) { r.Entry.Size = 1 << 52 }}, Job{}, ErrDiskFull},
		{"more than it has", hostile{more: []byte("x")}, Job{}, ErrServer},
		{"another offset", hostile{get: func(r *wire.GetReply) { r.Offset++ }}, Job{}, ErrServer},
		{"another length", hostile{get: func(r *wire.GetReply) { r.Length++ }}, Job{}, ErrServer},
		{"another version", hostile{get: func(r *wire.GetReply) { r.Entry.Version = "x" }}, Job{}, ErrServer},
		{"a digest of something else", hostile{
			stat: func(r *wire.StatReply) { r.Digest = &wrong },
			get:  func(r *wire.GetReply) { r.Digest = nil },
			blocks: func(r *wire.BlocksReply, d []wire.Digest) []wire.Digest {
				r.Digest = nil
				return d
			},
		}, Job{}, ErrServer},
		{"blocks of something else", hostile{
			get: func(r *wire.GetReply) { r.Digest = &wrong },
			blocks: func(_ *wire.BlocksReply, d []wire.Digest) []wire.Digest {
				d[1] = wrong
				return d
			},
		}, Job{}, ErrDamaged},
		{"a block too few", hostile{
			get:    func(r *wire.GetReply) { r.Digest = &wrong },
			blocks: func(_ *wire.BlocksReply, d []wire.Digest) []wire.Digest { return d[:1] },
		}, Job{}, ErrServer},
		{"blocks of another size", hostile{
			get: func(r *wire.GetReply) { r.Digest = &wrong },
			blocks: func(r *wire.BlocksReply, d []wire.Digest) []wire.Digest {
				r.Size--
				return d
			},
		}, Job{}, ErrServer},
		{"more received than sent", hostile{put: func(r *wire.PutReply) { r.Received++ }}, Job{Direction: Upload}, ErrServer},
		{"less received than sent", hostile{put: func(r *wire.PutReply) { r.Received-- }}, Job{Direction: Upload}, ErrServer},
		{"another end than what was sent", hostile{put: func(r *wire.PutReply) { r.End-- }}, Job{Direction: Upload}, ErrServer},
		{"an endless wish for mending", hostile{
			commit: wire.Errorf(wire.Damaged, "it is damaged"),
			blocks: func(_ *wire.BlocksReply, d []wire.Digest) []wire.Digest {
				return slices.Repeat([]wire.Digest{wrong}, len(d))
			},
		}, Job{Direction: Upload}, ErrDamaged},
		{"mending with nothing to mend", hostile{commit: wire.Errorf(wire.Damaged, "it is damaged")}, Job{Direction: Upload}, ErrDamaged},
		{"a staged upload of another size", hostile{
			commit: wire.Errorf(wire.Damaged, "it is damaged"),
			blocks: func(r *wire.BlocksReply, d []wire.Digest) []wire.Digest {
				r.Size++
				return d
			},
		}, Job{Direction: Upload}, ErrServer},
		{"unfinished blocks that are none", unfinished(wire.Unfinished{Block: 2, Bytes: 1}), Job{Direction: Upload}, ErrServer},
		{"unfinished blocks before the first", unfinished(wire.Unfinished{Block: -1, Bytes: 1}), Job{Direction: Upload}, ErrServer},
		{"unfinished blocks that are whole", unfinished(wire.Unfinished{Block: 1, Bytes: 3000}), Job{Direction: Upload}, ErrServer},
		{"unfinished blocks of nothing", unfinished(wire.Unfinished{Block: 1}), Job{Direction: Upload}, ErrServer},
		{"unfinished blocks twice", unfinished(wire.Unfinished{Block: 1, Bytes: 1}, wire.Unfinished{Block: 1, Bytes: 2}), Job{Direction: Upload}, ErrServer},
		{"unfinished blocks for ever", unfinished(wire.Unfinished{Block: 0, Bytes: 1}), Job{Direction: Upload}, ErrDamaged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, folder := newMemory(), t.TempDir()
			q := start(t, m, func(o *Options) {
				o.Dial = func(ctx context.Context) (_ Server, err error) {
					h := tt.server
					h.Server, err = m.dial(ctx)
					return &h, err
				}
			})
			tt.job.Local, tt.job.Remote = filepath.Join(folder, "f"), "/f"
			if tt.job.Direction == Upload {
				write(t, tt.job.Local, data)
			} else {
				m.set("/f", data)
			}
			tr := run(t, q, tt.job)
			wantState(t, tr, Failed)
			if !errors.Is(tr.Err, tt.want) {
				t.Errorf("error is %v, want %v", tr.Err, tt.want)
			}
			for _, name := range []string{"f", "f.wangpan-part", "f.wangpan-part.json"} {
				_ = removeIfThere(t, filepath.Join(folder, name), name == "f" && tt.job.Direction == Download)
			}
			wantOnly(t, folder)
			if len(m.content("/f")) > 0 && tt.job.Direction == Upload {
				t.Error("it was committed")
			}
		})
	}
}
