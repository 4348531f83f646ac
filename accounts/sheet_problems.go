package accounts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// consequence is what a mistake in a row leads to.
const consequence = " (the account cannot log in until this is corrected 修正之前该账户无法登录)"

// problemRows are at most this many; the rest is counted.
const problemRows = 500

// writeProblems lists the mistakes in rows for the person who edits the workbook.
func writeProblems(f *excelize.File, r *roster) error {
	titles := []string{"User 用户", "Folder 文件夹", "Column 列", "What is wrong 问题"}
	ours, err := ownSheet(f, sheetProblems, titles[0], func() error {
		return headOf(f, sheetProblems, titles, []float64{30, 30, 16, 130})
	})
	if err != nil || !ours {
		return err
	}
	var rows [][]any
	for _, e := range r.all() {
		for c := range columnCount {
			if why, bad := e.bad[c]; bad {
				rows = append(rows, []any{e.name, e.folder, c.title(), why + consequence})
			}
		}
		if e.note != "" {
			rows = append(rows, []any{e.name, e.folder, colNewPassword.title(), e.note})
		}
	}
	slices.SortFunc(rows, func(a, b []any) int { return strings.Compare(fmt.Sprint(a...), fmt.Sprint(b...)) })
	if more := len(rows) - problemRows; more > 0 {
		rows = append(rows[:problemRows], []any{"…", "", "", "and more; mend these first"})
	}
	return fillRows(f, sheetProblems, rows)
}
