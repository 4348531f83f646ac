package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
	"wangpan/wire"
)

// maxHits is the largest number of hits in a Search.
const maxHits = 10_000

// Search shows the names on the drive that match a text while the user types it. It
// does not search: each change of the text is answered with a [SearchTyped], and the
// owner passes the hits to Found.
//
// Keys go to the field until the user moves down to the hits; there, letters are
// commands. A Search that is closed and opened again has not changed.
type Search struct {
	field   *field.Field
	wrap    func(any) tea.Msg // makes messages of the owner from the answers
	focused bool              // keys go to the hits
	serial  int               // of the text; hits with another serial are obsolete
	shown   int               // the serial of the hits
	running bool              // more hits may come
	more    bool              // there are more than maxHits
	wrong   locale.Words

	hits  []wire.Found
	marks map[wire.Path]bool
	list  list.Window
}

// SearchTyped is the answer to a change of the text. Blank means to stop.
type SearchTyped struct {
	Serial int
	Text   string
}

// SearchChosen is the answer to a key on hits.
type SearchChosen struct {
	Do   SearchDo
	Hits []wire.Found // the marked ones, or the one under the cursor
}

// SearchDo is an action on hits.
type SearchDo int

// The actions.
const (
	SearchGo SearchDo = iota
	SearchDownload
	SearchCopy
)

// SearchClosed is the answer when the user closes a Search.
type SearchClosed struct{}

// NewSearch returns a search with an empty text. It passes its answers, which have
// the types named Search…, through wrap.
func NewSearch(wrap func(any) tea.Msg) *Search {
	return &Search{wrap: wrap, field: field.New(wire.MaxSearchText), marks: make(map[wire.Path]bool)}
}

// Reopen moves the focus to the field.
func (s *Search) Reopen() { s.focused = false }

// Running returns the text and its serial, and reports whether hits for it may come.
func (s *Search) Running() (serial int, text string, running bool) {
	return s.serial, strings.TrimSpace(s.field.Value()), s.running
}

// Found adds hits. Running is whether more may come. Found reports whether it takes
// more.
func (s *Search) Found(serial int, hits []wire.Found, running bool) bool {
	if serial != s.serial {
		return false
	}
	s.restart(serial)
	room := maxHits - len(s.hits)
	s.more = len(hits) > room || running && len(hits) == room
	s.hits = append(s.hits, hits[:min(len(hits), room)]...)
	s.list.SetRows(len(s.hits))
	s.running, s.wrong = running && !s.more, nil
	s.focused = s.focused && (len(s.hits) > 0 || s.running)
	return s.running
}

// Failed shows why the search failed. Running is whether the owner tries again.
func (s *Search) Failed(serial int, why locale.Words, running bool) {
	if serial == s.serial {
		s.wrong, s.running = why, running
	}
}

// restart removes the hits for another text. They stay until the first answer for the
// new one, so that the list does not flicker while the user types.
func (s *Search) restart(serial int) {
	if s.shown != serial {
		s.shown, s.hits, s.more = serial, nil, false
		s.list.SetRows(0)
		clear(s.marks)
	}
}

// Update handles input.
func (s *Search) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	click, clicked := msg.(tea.MouseClickMsg)
	switch {
	case press.Name == "dialog.close":
		return Outcome{Close: true, Answer: s.wrap(SearchClosed{})}
	case press.Name == "dialog.press":
		return s.choose(SearchGo)
	case press.Name == "search.hits":
		s.focused = len(s.hits) > 0 || s.running
		return Outcome{}
	case clicked:
		return s.click(click.Y)
	}
	if press.Name == "rows.up" && s.list.Cursor == 0 {
		s.focused = false
	}
	switch _, pasted := msg.(tea.PasteMsg); {
	case s.list.Update(msg):
		return Outcome{}
	case s.focused && !pasted:
		return s.onHits(press)
	}
	return s.edit(msg)
}

// Place returns the place of the text field, or of the hits.
func (s *Search) Place() command.Place {
	if s.focused {
		return command.SearchHits
	}
	return command.SearchField
}

func (s *Search) onHits(press command.Press) Outcome {
	switch press.Name {
	case "search.field":
		s.focused = false
	case "search.mark":
		s.mark()
	case "search.download":
		return s.choose(SearchDownload)
	case "search.copy":
		return s.choose(SearchCopy)
	}
	return Outcome{}
}

// edit changes the text, which starts another search.
func (s *Search) edit(msg tea.Msg) Outcome {
	if !s.field.Update(msg) {
		return Outcome{}
	}
	s.focused = false
	return Outcome{Answer: s.typed()}
}

// For sets the text. The owner must handle the message at once.
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

func (s *Search) mark() {
	if len(s.hits) == 0 {
		return
	}
	path := s.hits[s.list.Cursor].Path
	if s.marks[path] {
		delete(s.marks, path)
	} else {
		s.marks[path] = true
	}
	s.list.Move(1)
}

// choose answers with the marked hits, or with the one under the cursor. SearchGo has
// always one target.
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
	if at := s.list.Cursor; len(hits) == 0 {
		hits = s.hits[at : at+1 : at+1]
	}
	if do == SearchDownload {
		clear(s.marks)
	}
	return Outcome{Answer: s.wrap(SearchChosen{do, hits})}
}

// click puts the cursor on the hit at a line of the box. A click on the hit under the
// cursor opens it.
func (s *Search) click(line int) Outcome {
	row, ok := s.list.Row(line)
	switch {
	case !ok:
		return Outcome{}
	case s.focused && row == s.list.Cursor:
		return s.choose(SearchGo)
	}
	s.focused = true
	s.list.Go(row)
	return Outcome{}
}
