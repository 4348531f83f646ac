package tui

import (
	"testing"

	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// A refusal for lack of room says how much is needed, how much there is, and
// what frees some.
func TestExplainRoom(t *testing.T) {
	refused := func(code wire.Code, d wire.Details) error { return wire.Errorf(code, "text").WithDetails(d) }
	needs := wire.Details{Unit: wire.UnitBytes, Needed: 4_200_000_000, Available: 1_300_000_000, Limit: 10_000_000_000}
	needed := func(n int64) wire.Details { d := needs; d.Needed = n; return d }
	onDisk := needs
	onDisk.Limit = 0
	tests := []struct {
		name string
		used wire.UsageReply
		err  error
		en   string
		zh   string
	}{
		{
			"the trash",
			wire.UsageReply{Trash: 2_000_000_000},
			refused(wire.QuotaExceeded, needs),
			"This needs 4.2 GB, and 1.3 GB of your 10.0 GB are free. Empty the trash (2.0 GB) with T, or remove files.",
			"需要 4.2 GB，您的 10.0 GB 网盘只剩 1.3 GB。请按 T 清空回收站（2.0 GB），或删除文件。",
		},
		{
			"unfinished uploads",
			wire.UsageReply{Staged: 5_000_000},
			refused(wire.QuotaExceeded, needs),
			"This needs 4.2 GB, and 1.3 GB of your 10.0 GB are free. Discard unfinished uploads (5.0 MB) with U, or remove files and empty the trash.",
			"需要 4.2 GB，您的 10.0 GB 网盘只剩 1.3 GB。请按 U 丢弃未完成的上传（5.0 MB），或删除文件并清空回收站。",
		},
		{
			"both",
			wire.UsageReply{Trash: 2_000_000_000, Staged: 5_000_000},
			refused(wire.QuotaExceeded, needs),
			"This needs 4.2 GB, and 1.3 GB of your 10.0 GB are free. Empty the trash (2.0 GB) with T, discard unfinished uploads (5.0 MB) with U, or remove files.",
			"需要 4.2 GB，您的 10.0 GB 网盘只剩 1.3 GB。请按 T 清空回收站（2.0 GB）、按 U 丢弃未完成的上传（5.0 MB），或删除文件。",
		},
		{
			"files",
			wire.UsageReply{},
			refused(wire.QuotaExceeded, needed(1_300_000_001)),
			"This needs 1.3 GB (1,300,000,001 bytes), and 1.3 GB (1,300,000,000 bytes) of your 10.0 GB are free. " +
				"Remove files and empty the trash, or ask the server's operator for more space.",
			"需要 1.3 GB（1,300,000,001 字节），您的 10.0 GB 网盘只剩 1.3 GB（1,300,000,000 字节）。请删除文件并清空回收站，或联系服务器管理员扩容。",
		},
		{
			"larger than the drive",
			wire.UsageReply{Trash: 1},
			refused(wire.QuotaExceeded, needed(12_000_000_000)),
			"This needs 12.0 GB, more than the 10.0 GB of your whole drive. Ask the server's operator for more space.",
			"需要 12.0 GB，超过您网盘的总容量 10.0 GB。请联系服务器管理员扩容。",
		},
		{
			"the server's disk",
			wire.UsageReply{Trash: 1},
			refused(wire.NoSpace, onDisk),
			"The server's disk has too little room: this needs 4.2 GB, and 1.3 GB are free. Tell the server's operator.",
			"服务器磁盘空间不足：需要 4.2 GB，只剩 1.3 GB。请告知服务器管理员。",
		},
		{
			"this computer's disk",
			wire.UsageReply{},
			&transfer.Error{Kind: transfer.ErrDiskFull, Path: "/x", Needed: 4_200_000_000, Free: 1_300_000_000},
			"This computer's disk has too little room: this needs 4.2 GB, and 1.3 GB are free. Remove files, or choose another folder with D.",
			"本机磁盘空间不足：需要 4.2 GB，只剩 1.3 GB。请删除文件，或按 D 更改下载位置。",
		},
		{
			"uploads",
			wire.UsageReply{},
			refused(wire.QuotaExceeded, wire.Details{Unit: wire.UnitUploads, Needed: 1, Limit: 100}),
			"You have 100 unfinished uploads, the most that the server keeps. Discard some with U.",
			"您有 100 个未完成的上传，已达服务器上限。请按 U 丢弃一部分。",
		},
		{
			"an unknown unit",
			wire.UsageReply{},
			refused(wire.QuotaExceeded, wire.Details{Unit: "tapes", Needed: 1}),
			"Your drive is full: free some space, or ask for more.", "您的网盘已满：请腾出空间或申请扩容。",
		},
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		m := newScreen(t, lang)
		for _, tt := range tests {
			t.Run(lang+" "+tt.name, func(t *testing.T) {
				want := tt.en
				if lang == locale.Chinese {
					want = tt.zh
				}
				if got := m.explainer(tt.used).Explain(tt.err); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}
