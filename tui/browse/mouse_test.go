package browse

import (
	"testing"

	"wangpan/tui/locale"
	"wangpan/wire"
)

func TestClickHeading(t *testing.T) {
	d := newDesk(t, locale.English, 80, 12)
	d.folders["/"] = listing(file("a", 1))
	d.open("/")
	tests := []struct {
		name string
		x    int
		want Order
	}{
		{"size", 54, Order{By: BySize}},
		{"size again", 58, Order{By: BySize, Reverse: true}},
		{"and once more", 56, Order{By: BySize}},
		{"date", 64, Order{By: ByTime}},
		{"name", 5, Order{By: ByName}},
		{"name again", 5, Order{By: ByName, Reverse: true}},
	}
	for _, tt := range tests {
		cmd := d.Click(tt.x, 1)
		if cmd == nil {
			t.Fatalf("%s: nobody is told", tt.name)
		}
		if got := d.Order(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestClickPath(t *testing.T) {
	tests := []struct {
		name   string
		x      int
		want   wire.Path
		cursor wire.Name
	}{
		{"the root", 1, "/", "照片"},
		{"a folder above", 4, "/照片", "2026"},
		{"its parent's slash", 8, "/照片", "2026"},
		{"one further on", 12, "/照片/2026", "夏天"},
		{"the folder shown", 18, "/照片/2026/夏天", "x"},
		{"behind the path", 40, "/照片/2026/夏天", "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, 80, 12)
			d.folders["/"] = listing(folder("a"), folder("照片"))
			d.folders["/照片"] = listing(folder("2025"), folder("2026"))
			d.folders["/照片/2026"] = listing(folder("x"), folder("夏天"))
			d.folders["/照片/2026/夏天"] = listing(file("x", 1))
			d.open("/照片/2026/夏天") // drawn as " / 照片 / 2026 / 夏天 /"
			d.run(d.Click(tt.x, 0))
			d.settleAll()
			if d.Path() != tt.want {
				t.Fatalf("in %s, want %s", d.Path(), tt.want)
			}
			d.wantCursor(tt.cursor)
		})
	}
}
