package dialog

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/maruel/natural"
)

// NewPlacesListed sorts what a folder holds, folders first and names as people
// count. Call it in the command that read it.
func NewPlacesListed(asked PlacesAsked, places []Place, err error) PlacesListed {
	slices.SortStableFunc(places, func(a, b Place) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		return natural.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return PlacesListed{asked, places, err}
}

// listed takes the names of a folder that this prompt asked for. It returns the
// message that asks for the next, where Tab has led into one.
func (p *PathPrompt) listed(msg PlacesListed) tea.Msg {
	if msg.asked.prompt != p || msg.asked.request > p.request {
		return nil
	}
	if len(p.known) >= knownFolders {
		clear(p.known)
	}
	delete(p.asked, msg.asked.Folder)
	p.known[msg.asked.Folder] = known{msg.places, msg.err}
	next := p.narrow()
	if p.tab && next == nil {
		p.tab = false
		next = p.complete()
	}
	return next
}

// parted splits what was typed into the folder, with the separator behind it,
// and the beginning of a name in it.
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

// narrow works out the rows for what is typed now. It returns the message that
// asks for a folder which is not known yet, nil when it is.
func (p *PathPrompt) narrow() tea.Msg {
	p.rows, p.cursor, p.top = nil, -1, 0
	if p.field.Value() == "" {
		for _, path := range p.o.Recent {
			p.rows = append(p.rows, Place{Name: path, Folder: true})
		}
		if len(p.rows) > 0 {
			return nil
		}
	}
	typed, name := p.parted()
	folder, wrong := p.folder(typed)
	if wrong != nil {
		return nil
	}
	listed, ok := p.known[folder]
	if ok {
		p.rows = fitting(listed.places, name, p.o.Files)
		return nil
	}
	if p.asked[folder] {
		return nil
	}
	p.asked[folder] = true
	p.request++
	return p.o.List(PlacesAsked{p, p.request, folder})
}

// folder resolves the part of what is typed that names a folder.
func (p *PathPrompt) folder(typed string) (string, Words) {
	if typed == "" {
		return p.o.Base, nil
	}
	return p.o.Resolve(p.o.Base, p.bare(typed))
}

// fitting returns the places whose names begin with what was typed or, when
// none does, hold it. Hidden ones only for who types the dot.
func fitting(places []Place, typed string, files bool) []Place {
	wanted := strings.ToLower(typed)
	var begin, hold []Place
	for _, place := range places {
		if !place.Folder && !files || strings.HasPrefix(place.Name, ".") && !strings.HasPrefix(typed, ".") {
			continue
		}
		switch name := strings.ToLower(place.Name); {
		case strings.HasPrefix(name, wanted):
			begin = append(begin, place)
		case strings.Contains(name, wanted):
			hold = append(hold, place)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return hold
}

// complete writes the row under the cursor into the field, or as much as all
// rows begin with. When that is no more than there is, it goes to the rows.
func (p *PathPrompt) complete() tea.Msg {
	typed, name := p.parted()
	if folder, wrong := p.folder(typed); wrong == nil && p.cursor < 0 && p.asked[folder] {
		p.tab = true
		return nil
	}
	switch {
	case p.field.Value() == "" && p.cursor < 0 && len(p.rows) > 0:
		p.cursor = 0
		return nil
	case p.cursor >= 0:
		return p.SetValue(p.written(p.rows[p.cursor]))
	case len(p.rows) == 1:
		return p.SetValue(p.written(p.rows[0]))
	case len(p.rows) == 0:
		return p.narrow()
	}
	if shared := beginning(p.rows); len(shared) > len(name) && strings.HasPrefix(strings.ToLower(shared), strings.ToLower(name)) {
		return p.SetValue(typed + shared)
	}
	p.cursor = 0
	return nil
}

// written is a row as it would be typed. Recent places are whole already.
func (p *PathPrompt) written(place Place) string {
	end := ""
	if place.Folder && !strings.HasSuffix(place.Name, p.o.Separator) {
		end = p.o.Separator
	}
	if p.field.Value() == "" && len(p.o.Recent) > 0 {
		return place.Name + end
	}
	typed, _ := p.parted()
	if typed == "" && (strings.HasPrefix(place.Name, "~") || place.Name == "..") {
		typed = "." + p.o.Separator
	}
	return typed + place.Name + end
}

// beginning returns what all names begin with, whatever the case, as the first
// writes it.
func beginning(places []Place) string {
	shared := places[0].Name
	for _, place := range places[1:] {
		n := 0
		for n < len(shared) {
			a, size := utf8.DecodeRuneInString(shared[n:])
			if n >= len(place.Name) {
				break
			}
			b, _ := utf8.DecodeRuneInString(place.Name[n:])
			if a != b && !strings.EqualFold(string(a), string(b)) {
				break
			}
			n += size
		}
		shared = shared[:n]
	}
	return shared
}
