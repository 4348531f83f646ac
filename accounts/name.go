package accounts

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// A name is 2 to 32 characters after it was brought to its one spelling.
const (
	minName = 2
	maxName = 32
	// maxTyped bounds what is normalised at all, in bytes; 32 characters never need more.
	maxTyped = 512
)

// excelEscape is how Excel writes a character that XML can not hold: the cell _x0061_dmin reads back
// as admin, so that such a name could become somebody else's.
var excelEscape = regexp.MustCompile(`(?i)_x[0-9a-f]{4}_`)

// devices are the names that Windows gives to devices, with or without an extension. A drive that
// is moved to Windows must be able to hold everybody's folder.
var devices = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)

// canonicalName brings a typed name to the one spelling under which the account is known: PRECIS
// UsernameCaseMapped (RFC 8265), then this drive's own rules. The result is safe as a folder name.
func canonicalName(typed string) (string, error) {
	if len(typed) > maxTyped || !utf8.ValidString(typed) {
		return "", errName
	}
	name, err := precis.UsernameCaseMapped.String(typed)
	if err != nil {
		return "", errName
	}
	if n := utf8.RuneCountInString(name); n < minName || n > maxName {
		return "", errName
	}
	for i, r := range name {
		letter := unicode.IsLetter(r) || unicode.Is(unicode.Nd, r)
		// Marks are parts of letters in many scripts, but no name begins with one.
		if !letter && (i == 0 || !unicode.IsMark(r) && !strings.ContainsRune("._-", r)) {
			return "", errName
		}
	}
	switch {
	case strings.HasSuffix(name, "."):
		return "", errName.because("a user name can not end with a dot; choose another one")
	case excelEscape.MatchString(name):
		return "", errName.because("a user name can not hold _x and four hexadecimal digits and _; choose another one")
	case devices.MatchString(name):
		return "", errName.because("this user name is the name of a device on some systems; choose another one")
	}
	return name, nil
}

// nameKey is equal for two canonical names that people or file systems may take for one another:
// full case folding (straße, strasse) over compatibility normalisation.
func nameKey(canonical string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(canonical)))
}

// folderFor returns the folder of a new account: its name or, when that was somebody else's before,
// the name with ~2, ~3 and so on. No name holds a tilde, so that nobody can register such a folder.
func folderFor(name string, taken func(folder string) bool) string {
	folder := name
	for n := 2; taken(folder); n++ {
		folder = name + "~" + strconv.Itoa(n)
	}
	return folder
}

// validFolder tells whether s is a folder name that folderFor could have made. What a cell says is
// joined to a path later, so that nothing else may pass.
func validFolder(s string) bool {
	name, number, numbered := strings.Cut(s, "~")
	if numbered {
		if n, err := strconv.Atoi(number); err != nil || n < 2 || strconv.Itoa(n) != number {
			return false
		}
	}
	canonical, err := canonicalName(name)
	return err == nil && canonical == name
}
