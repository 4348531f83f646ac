package main

import (
	"testing"

	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// A lack of room is said with its amounts, and the hint names the commands that
// free some.
func TestRoomIsExplained(t *testing.T) {
	refused := func(code wire.Code, d wire.Details) error { return wire.Errorf(code, "text").WithDetails(d) }
	needs := wire.Details{Unit: wire.UnitBytes, Needed: 4_200_000_000, Available: 1_300_000_000, Limit: 10_000_000_000}
	tooMuch, onDisk := needs, needs
	tooMuch.Needed, onDisk.Limit = 12_000_000_000, 0
	tests := []struct {
		name           string
		lang           string
		used           wire.UsageReply
		err            error
		sentence, hint string
	}{
		{
			"the trash", locale.English,
			wire.UsageReply{Trash: 2_000_000_000},
			refused(wire.QuotaExceeded, needs),
			"this needs 4.2 GB, and 1.3 GB of your 10.0 GB are free", "empty the trash (2.0 GB) with wangpan trash empty, or remove files",
		},
		{
			"the trash, in Chinese", locale.Chinese,
			wire.UsageReply{Trash: 2_000_000_000},
			refused(wire.QuotaExceeded, needs),
			"需要 4.2 GB，您的 10.0 GB 网盘只剩 1.3 GB", "请用 wangpan trash empty 清空回收站（2.0 GB），或删除文件",
		},
		{
			"nothing to free", locale.English,
			wire.UsageReply{},
			refused(wire.QuotaExceeded, needs),
			"this needs 4.2 GB, and 1.3 GB of your 10.0 GB are free",
			"remove files and empty the trash with wangpan trash empty, or ask the server's operator for more space",
		},
		{
			"larger than the drive", locale.English,
			wire.UsageReply{Trash: 1},
			refused(wire.QuotaExceeded, tooMuch),
			"this needs 12.0 GB, more than the 10.0 GB of your whole drive", "ask the server's operator for more space",
		},
		{
			"the server's disk", locale.Chinese,
			wire.UsageReply{},
			refused(wire.NoSpace, onDisk),
			"服务器磁盘空间不足：需要 4.2 GB，只剩 1.3 GB", "请联系服务器管理员增加空间",
		},
		{
			"this computer's disk", locale.English,
			wire.UsageReply{},
			&transfer.Error{Kind: transfer.ErrDiskFull, Needed: 4_200_000_000, Free: 1_300_000_000},
			"this computer's disk has too little room: this needs 4.2 GB, and 1.3 GB are free", "remove files, or choose another folder with -t",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, _, _ := newApp(tt.lang)
			a.used = tt.used
			if o := a.explain(tt.err); o.Sentence != tt.sentence || o.Hint != tt.hint || o.Exit != explain.ExitNoSpace {
				t.Errorf("got %q with the hint %q and %d, want %q with %q and %d", o.Sentence, o.Hint, o.Exit, tt.sentence, tt.hint, explain.ExitNoSpace)
			}
		})
	}
}
