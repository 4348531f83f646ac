package dialog

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
	"wangpan/tui/text"
)

// listed stores the names of a folder that this prompt asked for. When Tab has
// completed the name of another folder, it returns the message that asks for that one.
func (p *PathPrompt) listed(msg PlacesListed) tea.Msg {
	if msg.asked.prompt != p || msg.asked.request > p.request {
		return nil
	}
	if len(p.known) >= knownFolders {
		clear(p.known)
	}
	delete(p.asked, msg.asked.Folder)
	p.known[msg.asked.Folder] = msg.known
	next := p.narrow()
	if p.tab && next == nil {
		p.tab = false
		next = p.complete()
	}
	return next
}

// parted splits the typed text into the folder, with the separator after it, and the
// beginning of a name in it.
func (p *PathPrompt) parted() (folder, name string) {
	typed := p.field.Value()
	if typed == "~" || typed == ".." {
		typed += p.o.Separator
	}
	end := strings.LastIndex(typed, p.o.Separator)
	if end < 0 {
		return "", typed
	}
	end += len(p.o.Separator)
	return typed[:end], typed[end:]
}

// narrow finds the rows for the typed text. It returns the message that asks for a
// folder that was not listed yet, nil for none.
func (p *PathPrompt) narrow() (ask tea.Msg) {
	p.names, p.rows, ask = known{}, p.rows[:0], nil
	typed, name := p.parted()
	folder, wrong := p.folder(typed)
	listed, ok := p.known[folder]
	switch {
	case p.recent():
		for i, path := range p.o.Recent {
			p.names.places = append(p.names.places, Place{Name: path, Folder: true})
			p.rows = append(p.rows, i)
		}
	case wrong != nil:
	case ok:
		p.names, p.rows = listed, listed.matches(p.rows, name, p.o.Files)
	case !p.asked[folder]:
		p.asked[folder] = true
		p.request++
		ask = p.o.List(PlacesAsked{p, p.request, folder})
	}
	p.list.SetRows(len(p.rows))
	p.list.Go(-1)
	p.list.Top = 0
	return ask
}

// place returns the place in a row.
func (p *PathPrompt) place(row int) Place { return p.names.places[p.rows[row]] }

// folder resolves the part of the typed text that names a folder.
func (p *PathPrompt) folder(typed string) (string, locale.Words) {
	if typed == "" {
		return p.o.Base, nil
	}
	return p.o.Resolve(p.o.Base, p.bare(typed))
}

// matches appends the indexes of the places to rows whose names begin with a text or,
// when there are none, contain it. Hidden names match only a text that begins with a
// dot.
func (k known) matches(rows []int, typed string, files bool) []int {
	wanted, dot := text.Fold(typed), strings.HasPrefix(typed, ".")
	for _, match := range []func(name, wanted string) bool{strings.HasPrefix, strings.Contains} {
		for i, name := range k.folded {
			if (k.places[i].Folder || files) && (dot || !strings.HasPrefix(name, ".")) && match(name, wanted) {
				rows = append(rows, i)
			}
		}
		if len(rows) > 0 {
			break
		}
	}
	return rows
}

// complete writes the row under the cursor into the field, or the common beginning
// of all rows. When the field has that already, the cursor goes to the first row.
func (p *PathPrompt) complete() tea.Msg {
	typed, name := p.parted()
	if folder, wrong := p.folder(typed); wrong == nil && p.list.Cursor < 0 && p.asked[folder] {
		p.tab = true
		return nil
	}
	switch {
	case p.field.Value() == "" && p.list.Cursor < 0 && len(p.rows) > 0:
		p.list.Go(0)
		return nil
	case p.list.Cursor >= 0:
		return p.SetValue(p.typed())
	case len(p.rows) == 1:
		return p.SetValue(p.written(p.place(0)))
	case len(p.rows) == 0:
		return p.narrow()
	}
	if shared := p.beginning(); len(shared) > len(name) && strings.HasPrefix(strings.ToLower(shared), strings.ToLower(name)) {
		return p.SetValue(typed + shared)
	}
	p.list.Go(0)
	return nil
}

// written returns a row as the user would type it. Recent places are whole paths.
func (p *PathPrompt) written(place Place) string {
	end := ""
	if place.Folder && !strings.HasSuffix(place.Name, p.o.Separator) {
		end = p.o.Separator
	}
	if p.recent() {
		return place.Name + end
	}
	typed, _ := p.parted()
	if typed == "" && (strings.HasPrefix(place.Name, "~") || place.Name == "..") {
		typed = "." + p.o.Separator
	}
	return typed + place.Name + end
}

// beginning returns the common beginning of all names in the spelling of the first
// one. It ignores case.
func (p *PathPrompt) beginning() string {
	shared := p.place(0).Name
	for row := range p.rows {
		name := p.place(row).Name
		n := 0
		for n < len(shared) {
			a, size := utf8.DecodeRuneInString(shared[n:])
			if n >= len(name) {
				break
			}
			b, _ := utf8.DecodeRuneInString(name[n:])
			if a != b && !strings.EqualFold(string(a), string(b)) {
				break
			}
			n += size
		}
		shared = shared[:n]
	}
	return shared
}
