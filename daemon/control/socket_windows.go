package control

import "golang.org/x/sys/windows"

// errRefused is what dialling a socket that nobody listens on answers.
const errRefused = windows.WSAECONNREFUSED
