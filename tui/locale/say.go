package locale

// Words is a text that the screen words while it draws, in the language of that
// moment. So it follows a change of language.
type Words func(*Locale) string

// Say returns the message of an id, as in [Locale.T].
func Say(id string, args ...any) Words {
	return func(l *Locale) string { return l.T(id, args...) }
}

// SayN returns the message of an id for a count, as in [Locale.N].
func SayN(id string, count int, args ...any) Words {
	return func(l *Locale) string { return l.N(id, count, args...) }
}

// Quote returns a text that is not ours: a server's sentence, an error, a name.
func Quote(s string) Words {
	return func(l *Locale) string { return l.T("dialog.quote", "Text", s) }
}
