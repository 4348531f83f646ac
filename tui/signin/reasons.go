package signin

import (
	"errors"
	"net"
	"strconv"

	"wangpan/tui/dialog"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// explain returns the sentence for an error of an attempt. Some codes have a more
// certain meaning here than elsewhere. create is whether an account was to be created.
func (s *SignIn) explain(err error, create bool) string {
	switch {
	case wire.ReasonOf(err) != "":
	case create && errors.Is(err, wire.Exists):
		return s.Locale.T("problem.name_taken")
	case create && errors.Is(err, wire.Denied):
		return s.Locale.T("problem.registration")
	case errors.Is(err, wire.Unauthenticated) && !errors.Is(err, session.ErrLoggedOut):
		return s.Locale.T("problem.wrong_password")
	}
	return s.Host.Explain(err)
}

// fieldOf returns the field of the card that an error is about.
func fieldOf(err error, create bool) cardField {
	_, address := errors.AsType[*session.AddressError](err)
	_, untrusted := errors.AsType[*session.KeyError](err)
	switch {
	case address, untrusted, errors.Is(err, client.ErrUnreachable), errors.Is(err, client.ErrNotWangpan),
		errors.Is(err, session.ErrNoEmbedded):
		return serverField
	case errors.Is(err, wire.Unauthenticated):
		return passwordField
	case create && (errors.Is(err, wire.Exists) || errors.Is(err, wire.Invalid)):
		return userField
	case create && errors.Is(err, wire.Denied):
		return invitationField
	}
	return noField
}

// keyState looks a server up for the card. The card calls it for each frame; the
// Keeper answers from memory.
func (s *SignIn) keyState(server string) keyState {
	normal, err := session.Normalize(server)
	switch {
	case err != nil:
		return keyState{}
	case normal == session.Embedded:
		return keyState{Kind: keyEmbedded}
	}
	if fingerprint, pinned := s.Keeper.Pinned(normal); pinned {
		return keyState{Kind: keyPinned, Fingerprint: fingerprint}
	}
	return keyState{Kind: keyUnknown}
}

func serverKey(wrong *session.KeyError) dialog.ServerKey {
	host, port, err := net.SplitHostPort(wrong.Server)
	if err != nil {
		host = wrong.Server
	}
	number, _ := strconv.Atoi(port) // it was normalized
	return dialog.ServerKey{Host: host, Port: number, Fingerprint: wrong.Presented}
}
