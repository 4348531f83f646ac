package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"

	"wangpan/accounts"
	"wangpan/daemon/control"
)

// printJSON writes one object a line to stdout. Names stay readable: nothing is
// escaped for HTML.
func (p *program) printJSON(v any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// printAccounts writes a table, or a line of JSON each. What is wrong with rows
// goes to stderr, since it concerns whoever looks and not who reads the table.
func (c *accountCommands) printAccounts(list []control.Account) error {
	if c.json {
		for _, a := range list {
			if err := c.printJSON(a); err != nil {
				return err
			}
		}
		return nil
	}
	rows := [][]string{{"NAME", "STATUS", "QUOTA", "USED", "FILES", "ENTRIES", "ENTRY LIMIT", "LAST LOGIN", "REGISTERED", "FOLDER"}}
	for _, a := range list {
		rows = append(rows, []string{
			a.Name, string(a.Status), quotaOf(a), size(a.Used), humanize.Comma(a.Files),
			humanize.Comma(a.Entries), entryLimitOf(a),
			dateOf(a.LastLogin, "never"), dateOf(a.Registered, ""), a.Folder,
		})
	}
	fmt.Fprint(c.stdout, table(rows, map[int]bool{3: true, 4: true, 5: true}))
	for _, a := range list {
		if a.Problem != "" {
			c.complain(fmt.Sprintf("the row of %q is wrong: %s", a.Name, a.Problem), "mend it in accounts.xlsx; until then nobody can log in with it")
		}
	}
	return nil
}

// table aligns columns by the cells that their texts take on the screen; those
// in right hold numbers.
func table(rows [][]string, right map[int]bool) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			if row[i] = visible(cell); row[i] == "" {
				row[i] = "-"
			}
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			blanks := strings.Repeat(" ", widths[i]-ansi.StringWidth(cell))
			if right[i] {
				line.WriteString(blanks + cell + "  ")
			} else {
				line.WriteString(cell + blanks + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// visible writes out what a terminal would obey, hide or reorder: text may come
// from a workbook that anybody edited.
func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		}
	}
	return b.String()
}

func size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }

// quotaOf and entryLimitOf return the text of a limit.
func quotaOf(a control.Account) string { return limitOf(a.Quota, a.DefaultQuota, size) }

func entryLimitOf(a control.Account) string {
	return limitOf(a.EntryLimit, a.DefaultEntryLimit, humanize.Comma)
}

func limitOf(limit int64, standard bool, text func(int64) string) string {
	switch {
	case standard && limit == 0:
		return "default"
	case standard:
		return text(limit) + " (default)"
	case limit == 0:
		return "unlimited"
	}
	return text(limit)
}

func dateOf(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return t.Local().Format("2006-01-02 15:04")
}

// printReport says what a check found. Problems are an error, and have been
// said then.
func (c *accountCommands) printReport(r *control.Report) error {
	if c.json {
		if err := c.printJSON(r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(c.stdout, "accounts  %s, %s not in the workbook yet\n", humanize.Comma(int64(r.Accounts)), counted(r.Waiting, "change"))
		fmt.Fprintf(c.stdout, "backups   %d\n", r.Backups)
		if r.Newest != "" {
			fmt.Fprintf(c.stdout, "newest    %s, saved %s\n", visible(r.Newest), dateOf(r.NewestAt, ""))
		}
		for _, p := range r.Problems {
			c.complain(p.What, p.Remedy)
		}
	}
	if len(r.Problems) > 0 {
		return errSaid
	}
	return nil
}

// counted is a number of things; one thing has no s.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return humanize.Comma(int64(n)) + " " + thing + "s"
}

// restored is the JSON of restore.
type restored struct {
	Backup   string `json:"backup"`
	Accounts int    `json:"accounts"`
	Repeated int    `json:"repeated"`
	Damaged  int    `json:"damaged"`
	Aside    string `json:"aside,omitempty"`
}

func (c *accountCommands) printRestored(r accounts.Restored) error {
	if c.json {
		return c.printJSON(restored(r))
	}
	fmt.Fprintf(c.stdout, "accounts.xlsx is restored from %s: %s, %s since then repeated\n",
		visible(r.Backup), counted(r.Accounts, "account"), counted(r.Repeated, "change"))
	if r.Aside != "" {
		fmt.Fprintf(c.stdout, "the former one is %s\n", visible(r.Aside))
	}
	if r.Damaged > 0 {
		c.complain(counted(r.Damaged, "line")+" of the journal could not be read and what it said is lost", "look through the accounts: wangpand account list")
	}
	return nil
}
