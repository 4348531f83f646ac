// Package locale contains the text that wangpan shows, in Chinese and English.
// It also formats sizes, dates and times for each language.
//
// To add a message, add it to both words/AREA.en.toml and words/AREA.zh.toml.
// A new pair of files needs no registration. Refer to a message by its table and
// key:
//
//	[login]
//	welcome = "Welcome to {{.Server}}"
//	[login.tries]
//	one = "{{.Count}} try left"
//	other = "{{.Count}} tries left"
//
//	loc.T("login.welcome", "Server", host)
//	loc.N("login.tries", 3)
//
// The help text of a key.Binding is a message id too. A test reads the sources.
// It fails on an id or placeholder that is missing in one language or at a
// caller, and on a message that no source uses. If an id is built at run time,
// its fixed part must end in a dot, as in T("code." + code).
//
// Callers need not escape values: T and N pass them through text.Visible.
//
// # Terms
//
// A message uses one word per concept. A test fails on the other words that are
// common for it.
//
//	English             Chinese        meaning
//	drive               网盘           the files of an account on a server
//	this computer       本机           the computer on which wangpan runs
//	built-in drive      内置（本机）   the private drive that the client starts itself
//	server, operator    服务器、服务器管理员
//	account, session    账户、会话     create an account: 注册; log out: 退出登录
//	password            密码           repeat the password: 确认密码
//	fingerprint         密钥指纹       of a server's key
//	folder              文件夹         目录 only for the folders of the programs themselves
//	path                路径
//	trash               回收站         move to the trash: 移到回收站; restore: 恢复
//	delete permanently  彻底删除
//	transfer            传输           upload: 上传; download: 下载; 下载位置 is where downloads go
//	resume              续传           of a transfer that was interrupted
//	start over          重新开始
//	keep both           保留两者
//	skip                跳过           because the target exists
//	leave out           略过           because it cannot be transferred: a link, a device
//	discard             丢弃           of an unfinished transfer
//	unfinished          未完成         of an upload on the server, of a download here
//	source, target      源文件、目标
//	mark                标记           one of several selected entries
//	bookmark            收藏           the list of them: 收藏夹
//	command palette     命令面板
//	key                 快捷键         for a command; 按键 is what one presses
//	new folder          新建文件夹
//	rename, undo        重命名、撤销
//
// Chinese addresses the reader with 您, uses full-width punctuation, and puts a
// space between Chinese and Latin characters.
package locale
