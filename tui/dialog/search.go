package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text/field"
	"wangpan/wire"
)

// maxHits is how many hits a Search keeps: who gets more writes another word.
const maxHits = 10_000

// Search shows what is found on the drive while one types. Its owner searches:
// each change of the text is answered with a [SearchTyped], and what was found
// for it comes back through Found.
//
// The keys go to the field until one steps down to the hits; there letters are
// keys. Closed and opened again it is as it was.
type Search struct {
	field   *field.Field
	wrap    func(any) tea.Msg // makes messages of the owner's from the answers
	focused bool              // the hits have the keys, not the field
	serial  int               // of the text; hits for another are late
	shown   int               // the serial that the hits are for
	running bool
	more    bool // there are more hits than are kept
	wrong   Words

	hits   []wire.Found
	marks  map[wire.Path]bool
	cursor int
	top    int
	page   int // rows in view when last drawn
	first  int // the line of the box on which they began
}

// SearchTyped is the answer to a change of the text. Blank means to stop.
type SearchTyped struct {
	Serial int
	Text   string
}

// SearchChosen is the answer to a key on hits.
type SearchChosen struct {
	Do   SearchDo
	Hits []wire.Found // those marked, or the one under the cursor
}

// SearchDo is what is to be done with hits.
type SearchDo int

// What can be done.
const (
	SearchGo SearchDo = iota
	SearchDownload
	SearchCopy
)

// SearchClosed is the answer to the end of a Search.
type SearchClosed struct{}

// NewSearch returns a search for nothing yet. What it answers, one of the types
// named Search…, comes wrapped.
func NewSearch(wrap func(any) tea.Msg) *Search {
	return &Search{wrap: wrap, field: field.New(wire.MaxSearchText), marks: make(map[wire.Path]bool), page: 1}
}

// Reopen gives the keys to the field again.
func (s *Search) Reopen() { s.focused = false }

// Running reports whether hits are waited for, and for which text.
func (s *Search) Running() (serial int, text string, running bool) {
	return s.serial, strings.TrimSpace(s.field.Value()), s.running
}

// Found takes hits. It reports whether more are wanted; running is whether
// there may be any.
func (s *Search) Found(serial int, hits []wire.Found, running bool) bool {
	if serial != s.serial {
		return false
	}
	s.restart(serial)
	room := maxHits - len(s.hits)
	s.more = len(hits) > room || running && len(hits) == room
	s.hits = append(s.hits, hits[:min(len(hits), room)]...)
	s.running, s.wrong = running && !s.more, nil
	s.focused = s.focused && (len(s.hits) > 0 || s.running)
	return s.running
}

// Failed says why nothing comes; running is whether it is tried again.
func (s *Search) Failed(serial int, why Words, running bool) {
	if serial == s.serial {
		s.wrong, s.running = why, running
	}
}

// restart drops the hits for another text. Until the first answer they stay, so
// that the list does not flicker while one types.
func (s *Search) restart(serial int) {
	if s.shown != serial {
		s.shown, s.hits, s.cursor, s.top, s.more = serial, nil, 0, 0, false
		clear(s.marks)
	}
}

// Update takes what a person does.
func (s *Search) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case command.Press:
		return s.key(msg)
	case tea.PasteMsg:
		s.focused = false
		return s.edit(msg)
	case tea.MouseClickMsg:
		return s.click(msg.Y)
	case tea.MouseWheelMsg:
		s.move(wheel(msg))
	}
	return Outcome{}
}

// Place is that of the text field, or of the hits.
func (s *Search) Place() command.Place {
	if s.focused {
		return command.SearchHits
	}
	return command.SearchField
}

func (s *Search) key(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		return Outcome{Close: true, Answer: s.wrap(SearchClosed{})}
	case "dialog.press":
		return s.choose(SearchGo)
	case "path.page_up":
		s.move(-s.page)
	case "path.page_down":
		s.move(s.page)
	case "search.hits":
		s.focused = len(s.hits) > 0 || s.running
	case "search.up":
		s.focused = s.focused && s.cursor > 0
		s.move(-1)
	default:
		if s.focused {
			return s.onHits(press)
		}
		return s.edit(press)
	}
	return Outcome{}
}

func (s *Search) onHits(press command.Press) Outcome {
	switch press.Name {
	case "search.field":
		s.focused = false
	case "search.down":
		s.move(1)
	case "search.first":
		s.move(-len(s.hits))
	case "search.last":
		s.move(len(s.hits))
	case "search.mark":
		s.mark()
	case "search.download":
		return s.choose(SearchDownload)
	case "search.copy":
		return s.choose(SearchCopy)
	}
	return Outcome{}
}

// edit changes the text, which is another search.
func (s *Search) edit(msg tea.Msg) Outcome {
	before := s.field.Value()
	s.field.Update(msg)
	if s.field.Value() == before {
		return Outcome{}
	}
	return Outcome{Answer: s.typed()}
}

// For searches for a text, as if it had been typed. The root must handle the
// message at once.
func (s *Search) For(text string) tea.Msg {
	s.field.SetValue(text)
	return s.typed()
}

func (s *Search) typed() tea.Msg {
	s.serial++
	s.wrong = nil
	typed := strings.TrimSpace(s.field.Value())
	s.running = typed != ""
	if typed == "" {
		s.restart(s.serial)
	}
	return s.wrap(SearchTyped{s.serial, typed})
}

func (s *Search) move(by int) { s.cursor = max(0, min(s.cursor+by, len(s.hits)-1)) }

func (s *Search) mark() {
	if len(s.hits) == 0 {
		return
	}
	path := s.hits[s.cursor].Path
	if s.marks[path] {
		delete(s.marks, path)
	} else {
		s.marks[path] = true
	}
	s.move(1)
}

// choose answers with what is marked, or with what is under the cursor. Going
// somewhere is to one place, whatever is marked.
func (s *Search) choose(do SearchDo) Outcome {
	if len(s.hits) == 0 {
		return Outcome{}
	}
	var hits []wire.Found
	for _, hit := range s.hits {
		if do != SearchGo && s.marks[hit.Path] {
			hits = append(hits, hit)
		}
	}
	if len(hits) == 0 {
		hits = s.hits[s.cursor : s.cursor+1 : s.cursor+1]
	}
	if do == SearchDownload {
		clear(s.marks)
	}
	return Outcome{Answer: s.wrap(SearchChosen{do, hits})}
}

// click puts the cursor on the hit at a line of the box; where it is already,
// it goes there.
func (s *Search) click(line int) Outcome {
	i := s.top + line - s.first
	if line < s.first || line >= s.first+s.page || i >= len(s.hits) {
		return Outcome{}
	}
	if s.focused && i == s.cursor {
		return s.choose(SearchGo)
	}
	s.focused, s.cursor = true, i
	return Outcome{}
}
