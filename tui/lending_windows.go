package tui

import tea "charm.land/bubbletea/v2"

// suspend only says why not: no shell of Windows could bring the program back.
func suspend() tea.Msg { return notSuspendedMsg{} }
