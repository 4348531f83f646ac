package locale

import (
	"regexp"
	"strings"
	"testing"
)

// otherWords are words that a message must not use, and the term of the package
// doc that it must use instead.
var otherWords = map[string][]struct{ word, term string }{
	English: {
		{"nobody", "the user, the client, or a sentence without"},
		{"somebody", "another client, another user"},
		{"whoever", "the server's operator"},
		{"administrator", "the server's operator"},
		{"can not", "cannot"},
		{"by and by", "a time"},
		{"for good", "permanently"},
		{"bring it back", "restore"},
		{"brings it back", "restore"},
		{"goes on", "resume, continue"},
		{"meanwhile", "in the meantime"},
		{"there is no such thing", "it does not exist"},
		{"not there any more", "no longer exists"},
		{"such a name", "this name"},
		{"make room", "free some space"},
	},
	Chinese: {
		{"帐户", "账户"},
		{"帐号", "账户"},
		{"账号", "账户"},
		{"这台电脑", "本机"},
		{"这台计算机", "本机"},
		{"本地", "本机"},
		{"断点续传", "续传"},
		{"接着传", "续传"},
		{"移入回收站", "移到回收站"},
		{"放入回收站", "移到回收站"},
		{"垃圾箱", "回收站"},
		{"废纸篓", "回收站"},
		{"永久删除", "彻底删除"},
		{"改名", "重命名"},
		{"拷贝", "复制"},
		{"登出", "退出登录"},
		{"注销", "退出登录"},
		{"口令", "密码"},
		{"书签", "收藏"},
		{"都保留", "保留两者"},
		{"目标处", "目标位置"},
		{"来源已", "源文件已"},
		{"连不上", "无法连接"},
		{"管理者", "服务器管理员"},
		{"缺省", "默认"},
		{"你", "您"},
		{"...", "…"},
	},
}

// badMarks are the punctuation and spacing that Chinese text must not have.
var badMarks = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`\p{Han}\s*[,:;]|\p{Han}[.?!()]|[,;?!()]\p{Han}`), "half-width punctuation beside a Chinese character"},
	{regexp.MustCompile(`\p{Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Han}`), "no space between a Chinese character and a Latin one"},
	{regexp.MustCompile(`\s[，。：；？！（）、“”]|[，。：；？！（）、“”]\s`), "a space beside full-width punctuation"},
}

func TestMessagesUseTheTerms(t *testing.T) {
	for lang, words := range otherWords {
		for id, m := range catalogue(t, lang) {
			for _, s := range []string{m.One, m.Other} {
				for _, w := range words {
					if strings.Contains(strings.ToLower(s), w.word) {
						t.Errorf("%s %q: %q has %q: write %q", lang, id, s, w.word, w.term)
					}
				}
			}
		}
	}
}

func TestChinesePunctuation(t *testing.T) {
	for id, m := range catalogue(t, Chinese) {
		for _, mark := range badMarks {
			if at := mark.pattern.FindString(m.Other); at != "" {
				t.Errorf("%q: %q has %s: %q", id, m.Other, mark.why, at)
			}
		}
	}
}

func TestBadMarks(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"full width", "已停止：按 {{.Key}} 继续（3 项）。", false},
		{"a placeholder", "{{.Time}}前", false},
		{"an address", "例如 drive.lab:7440", false},
		{"a comma", "已停止, 请重试", true},
		{"a colon", "名称:", true},
		{"a colon after a space", "名称 : x", true},
		{"a question mark", "退出?", true},
		{"parentheses", "(目标)", true},
		{"a Latin word", "按Enter", true},
		{"a number", "3项", true},
		{"a space after a comma", "已停止， 请重试", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := false
			for _, mark := range badMarks {
				got = got || mark.pattern.MatchString(tt.text)
			}
			if got != tt.want {
				t.Errorf("%q: %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}
