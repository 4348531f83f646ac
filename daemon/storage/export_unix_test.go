//go:build linux || darwin

package storage

// AttributeName is where the digest of a file is kept.
const AttributeName = attributeName
