package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"wangpan/tui/text"
)

// The languages. A Lang is also the name under which --lang takes it.
const (
	English = "en"
	Chinese = "zh"
)

//go:embed words/*.toml
var words embed.FS

// Locale answers in one language, which may change while the program runs. It
// is safe for use by several goroutines.
type Locale struct {
	speech atomic.Pointer[speech]
	ascii  atomic.Bool
}

// ascii replaces the characters outside of ASCII that English messages hold, and the
// signs of control characters, as in ^[ for escape.
var ascii = newASCII()

func newASCII() *strings.Replacer {
	pairs := []string{"…", "...", "→", "->", "—", "-", "×", "x", "⟨", "<", "⟩", ">", "·", "-", "␡", "^?", "中文", "Chinese"}
	for control := range rune(' ') {
		pairs = append(pairs, string('␀'+control), "^"+string(control^'@'))
	}
	return strings.NewReplacer(pairs...)
}

// UseASCII makes messages do without punctuation outside of ASCII, for terminals
// that cannot show it.
func (l *Locale) UseASCII(on bool) { l.ascii.Store(on) }

// Shown returns a message as the terminal can show it. T and N do so by themselves.
func (l *Locale) Shown(message string) string {
	if l.ascii.Load() {
		return ascii.Replace(message)
	}
	return message
}

// speech is one language, ready to use and never changed.
type speech struct {
	lang      string
	localizer *i18n.Localizer
	fixed     map[string]string // messages without placeholder or plural; spares the template machinery in every frame
}

// New returns a Locale for a language name such as "zh", "zh-CN" or "en_GB".
// Whatever is not Chinese gets English.
func New(lang string) *Locale {
	l := &Locale{}
	l.Use(lang)
	return l
}

// Use switches to another language; what is drawn from now on is in it.
func (l *Locale) Use(lang string) { l.speech.Store(speeches[closest(lang)]()) }

// Next switches to the other language, for a key that does so.
func (l *Locale) Next() {
	if l.Lang() == Chinese {
		l.Use(English)
	} else {
		l.Use(Chinese)
	}
}

// Lang returns the language in use, English or Chinese.
func (l *Locale) Lang() string { return l.speech.Load().lang }

// T returns the message of an id. Arguments come in pairs, the name of a
// placeholder and its value: T("copy.done", "Name", name, "Size", size).
// An unknown id is returned in brackets; a word missing must not end a session.
func (l *Locale) T(id string, args ...any) string {
	s := l.speech.Load()
	if fixed, ok := s.fixed[id]; ok {
		return l.Shown(fixed)
	}
	return l.Shown(s.message(&i18n.LocalizeConfig{MessageID: id, TemplateData: fields(args)}))
}

// N returns the form of a message for a count, which the message may show as
// {{.Count}}. Further arguments are as in T.
func (l *Locale) N(id string, count int, args ...any) string {
	data := fields(args)
	data["Count"] = l.Count(int64(count))
	return l.Shown(l.speech.Load().message(&i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: count}))
}

func (s *speech) message(config *i18n.LocalizeConfig) string {
	message, err := s.localizer.Localize(config)
	if err != nil {
		return "⟨" + text.Visible(config.MessageID) + "⟩"
	}
	return message
}

func fields(args []any) map[string]any {
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = text.Visible(fmt.Sprint(args[i+1]))
	}
	return data
}

// Detect picks the language of the environment: LC_ALL, LC_MESSAGES, LANG, the
// first that is set, as POSIX orders them.
func Detect(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := env(name); value != "" {
			return closest(value)
		}
	}
	return English
}

// closest reads POSIX names (zh_CN.UTF-8) as well as BCP 47 ones (zh-Hans).
func closest(lang string) string {
	lang, _, _ = strings.Cut(lang, ".")
	tag, err := language.Parse(strings.ReplaceAll(lang, "_", "-"))
	if base, _ := tag.Base(); err == nil && base.String() == Chinese {
		return Chinese
	}
	return English
}

// speeches holds a loader per language. Each parses its message files when the
// language is first used, since parsing takes several milliseconds.
var speeches = map[string]func() *speech{
	English: sync.OnceValue(func() *speech { return load(language.English) }),
	Chinese: sync.OnceValue(func() *speech { return load(language.Chinese) }),
}

// load parses the message files of one language. They are part of the program, so
// a broken one is a fault of the build and the tests catch it.
func load(tag language.Tag) *speech {
	lang := tag.String()
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(words, "words/*."+lang+".toml")
	if err != nil {
		panic(err)
	}
	s := &speech{lang: lang, localizer: i18n.NewLocalizer(bundle, lang), fixed: make(map[string]string)}
	for _, name := range names {
		file, err := bundle.LoadMessageFileFS(words, name)
		if err != nil {
			panic(fmt.Errorf("load %s: %w", name, err))
		}
		for _, m := range file.Messages {
			if m.One == "" && !strings.Contains(m.Other, "{{") {
				s.fixed[m.ID] = m.Other
			}
		}
	}
	return s
}
