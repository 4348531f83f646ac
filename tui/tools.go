package tui

// toolActions do something with single files, beside moving them.
func toolActions() []action {
	return []action{
		{id: "copy_path", words: "clipboard.key", keys: []string{"y"}, in: inList, group: aboutFiles, run: (*Model).copySelected},
	}
}
