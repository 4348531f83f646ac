package command

// Place is a set of places of the screen that receive keys. Every key press belongs to
// exactly one place.
type Place uint64

// The places.
const (
	List      Place = 1 << iota // the pane of the drive's folders
	Local                       // the pane of this computer's folders
	Transfers                   // the pane of the transfers
	Line                        // the line typed into a pane that lists a folder

	LoginField // a text field of the login card
	LoginBox   // its check box and buttons
	LoginSaved // its list of saved servers

	Question // a dialog with buttons
	Exists   // the dialog about a target that exists
	Rows     // a dialog that lists rows, with buttons
	Prompt   // a dialog with one text field
	PathPrompt
	Form // a dialog with several text fields
	Palette
	SearchField
	SearchHits
	Picker
	PickerFilter
	HelpText
	HelpFilter

	end
)

// Sets of places.
const (
	Everywhere = end - 1
	Folders    = List | Local
	Panes      = Folders | Transfers

	// Typing contains the places with a text field. There a key that enters a
	// character is text, never a command.
	Typing = Line | LoginField | Prompt | PathPrompt | Form | Palette | SearchField | PickerFilter | HelpFilter

	// Buttons contains the dialogs with buttons. There letters are keys of the buttons.
	Buttons = Question | Exists | Rows
)

// Group is the section of the help in which a command stands.
type Group int

// The groups. Commands of dialogs, fields and the login card have NoGroup: the help of
// their place shows them.
const (
	NoGroup Group = iota
	ListGroup
	FilesGroup
	LocalGroup
	TransfersGroup
	GeneralGroup
)
