package accounts

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// helpText explains the workbook to whoever opens it, in Chinese and in English.
var helpText = [][2]string{
	{
		"这是 wangpan 网盘的账户表。修改后保存即可，服务器会在几秒钟内生效，无需重启。",
		"These are the accounts of a wangpan drive. Edit and save: the running server follows within seconds.",
	},
	{
		"可以修改：User（用户名）、New password（新密码）、Status（状态）、Quota（配额）、Entry limit（条目上限）。",
		"You may edit: User, New password, Status, Quota, Entry limit.",
	},
	{
		"New password：填入新密码（8 至 256 字节）并保存，服务器会把它转换为 Password 列中的摘要，并清空此格，该用户的登录会话随即结束。不合格的密码也会被清除：原密码继续有效，并在 Problems 表中说明。",
		"New password: type one (8 to 256 bytes) and save. The server turns it into the hash in Password, empties this cell and ends the user's sessions. What can not be a password is wiped too: the former one stays, and the sheet Problems says so.",
	},
	{
		"Password：密码摘要，不是密码。清空此格表示任何人都不能登录该账户，而不是“无需密码”。",
		"Password: a hash, not the password. A blank cell means that nobody can log in, never that no password is needed.",
	},
	{
		"Status：active（启用）或 disabled（停用）。停用后该用户的会话会在几秒钟内结束。",
		"Status: active or disabled. Disabling ends the user's sessions within seconds.",
	},
	{
		"Quota：字节数，或如 10 GB、500 MB；unlimited 表示不限；留空表示使用服务器默认值。回收站和未完成的上传也计入配额。",
		"Quota: bytes, or a size such as 10 GB or 500 MB; unlimited for no limit; blank for the server's default. The trash and unfinished uploads count.",
	},
	{
		"Entry limit：该账户最多可有多少个条目，填正整数，如 50,000；unlimited 表示不限；留空表示使用服务器默认值。文件、文件夹、回收站中的内容和未完成的上传各算一个条目。Entries 是现有条目数。",
		"Entry limit: how many entries the account may have, a positive whole number such as 50,000; unlimited for no limit; blank for the server's default. Each file, each folder, each of them in the trash and each unfinished upload is an entry. Entries is the present number.",
	},
	{
		"新增用户：在最后一行下面填写 User 和 New password，其余留空。",
		"To add a user: fill in User and New password in a row below the last one and leave the rest blank.",
	},
	{
		"重命名：修改 User 即可，文件会保留，因为文件属于 Folder 列所写的文件夹。请不要修改 Folder。",
		"To rename a user: edit User. The files stay, because they belong to the folder in Folder. Do not edit Folder.",
	},
	{
		"删除用户：删除整行。文件夹仍留在磁盘上，也不会分配给别人；想恢复时，在 Folder 中填回原来的文件夹名。最好先停用，确定不再需要时再删除。",
		"To remove a user: delete the row. The folder stays on the disk and is never given to anybody else; to give it back, type its name into Folder. Better disable first, and delete when you are sure.",
	},
	{
		"Used、Files、Entries、Last login、Registered、Usage 表和 Problems 表由服务器填写，供您查看。时间为 UTC。",
		"Used, Files, Entries, Last login, Registered and the sheets Usage and Problems are written by the server, for you to read. Times are UTC.",
	},
	{
		"写错的行会停用该账户，并在 Problems 表中说明原因；其他账户不受影响。",
		"A row with a mistake disables its account and is explained in the sheet Problems; the others are not touched.",
	},
	{
		"可以增加自己的列、工作表、格式和批注，服务器保存时会原样保留。请不要改动表头文字和工作表 Accounts 的名称。",
		"Add columns, sheets, formats and comments of your own: they survive every save. Leave the words of the header and the name of the sheet Accounts as they are.",
	},
	{
		"服务器运行时若删除了本文件，几秒后会由内存重新写出；想从头开始，请先停止服务器，再移走 accounts.* 文件。",
		"Should this file be deleted while the server runs, it is written anew within seconds. To begin without accounts, stop the server and move the files accounts.* away.",
	},
	{
		"一次丢失一半以上账户的修改不会被采用。每次保存都有备份（accounts.backups）：最近 10 份，以及 7 天内每天一份。",
		"A change that loses more than half of the accounts is not taken over. Every save is backed up (accounts.backups): the last 10, and one a day for 7 days.",
	},
}

var helpWidths = []float64{70, 80}

// linesOf is how many lines a text takes in a column of such a width, which counts digits: a Chinese
// character is as wide as two, and words are not broken.
func linesOf(text string, column float64) int {
	cells := 0
	for _, r := range text {
		if cells++; r >= 0x2E80 {
			cells++
		}
	}
	return 1 + int(float64(cells)*1.1/column)
}

const helpTitle = "账户表说明 · About these accounts"

// olderHelp are the sums of explanations that earlier versions wrote. A sheet that still says exactly
// that was edited by nobody, and gets the present words.
var olderHelp = []string{"fd014597f7e0d1f0", "3b1f12fbd974a71c", "4ed2cc5eae4e740c"}

// helpSum is one number for explanations, to know them again.
func helpSum(lines [][2]string) string {
	h := sha256.New()
	for _, line := range lines {
		_, _ = fmt.Fprintf(h, "%s\x00%s\x00", line[0], line[1])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// writeHelp makes the sheet of explanations where it is missing, and brings it up to date where nobody
// changed its text.
func writeHelp(f *excelize.File) error {
	made := false
	ours, err := ownSheet(f, sheetHelp, helpTitle, func() error {
		made = true
		return newHelp(f)
	})
	if err != nil || !ours || made {
		return err
	}
	rows, err := f.GetRows(sheetHelp, excelize.Options{RawCellValue: true})
	if err != nil || len(rows) == 0 {
		return err
	}
	var said [][2]string
	for _, row := range rows[1:] {
		var line [2]string
		copy(line[:], row)
		said = append(said, line)
	}
	if !slices.Contains(olderHelp, helpSum(said)) {
		return nil
	}
	return fillHelp(f, len(said))
}

// newHelp fills the new sheet.
func newHelp(f *excelize.File) error {
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, NumFmt: formatText})
	if err != nil {
		return err
	}
	if err := f.SetColStyle(sheetHelp, "A:B", wrap); err != nil {
		return err
	}
	if err := headOf(f, sheetHelp, []string{helpTitle, ""}, helpWidths); err != nil {
		return err
	}
	return fillHelp(f, 0)
}

// fillHelp writes the explanations over so many others.
func fillHelp(f *excelize.File, before int) error {
	for i := range max(len(helpText), before) {
		var line [2]string
		if i < len(helpText) {
			line = helpText[i]
		}
		lines := 1
		for c, text := range line {
			if err := setText(f, sheetHelp, c+1, i+2, text); err != nil {
				return err
			}
			lines = max(lines, linesOf(text, helpWidths[c]))
		}
		// Programs do not agree on whether the height of a wrapped row is theirs to find out.
		if err := f.SetRowHeight(sheetHelp, i+2, float64(4+15*lines)); err != nil {
			return err
		}
	}
	return nil
}
