package main

// ownedByOther is for systems where a file belongs to whoever made it and to
// nobody else.
func ownedByOther(string) error { return nil }
