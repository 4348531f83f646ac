package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"wangpan/daemon"
)

// addLimitFlags adds the flags of the numbers of connections. 0 is a part of all.
func addLimitFlags(flags *pflag.FlagSet, l *daemon.Limits) {
	flags.IntVar(&l.Connections, "max-connections", 2000, "connections in all")
	flags.IntVar(&l.Handshakes, "max-handshakes", 0, "of these, connections without TLS yet; 0: a quarter")
	flags.IntVar(&l.Unauthenticated, "max-unauthenticated", 0, "of these, connections with TLS and without a login; 0: an eighth")
	flags.IntVar(&l.PerAddress, "max-per-address", 0, "connections of one address after a login; 0: a quarter")
	flags.IntVar(&l.PerAccount, "max-per-account", 64, "connections of one account after a login")
	flags.IntVar(&l.Reserved, "reserved-connections", 0, "the last connections, kept for accounts and addresses with few; 0: an eighth")
}

// checkLimits refuses limits that leave no connection for a login.
func checkLimits(l daemon.Limits) error {
	for _, one := range []struct {
		flag  string
		value int
		least int
	}{
		{"max-connections", l.Connections, 4},
		{"max-handshakes", l.Handshakes, 0},
		{"max-unauthenticated", l.Unauthenticated, 0},
		{"max-per-address", l.PerAddress, 0},
		{"max-per-account", l.PerAccount, 1},
		{"reserved-connections", l.Reserved, 0},
	} {
		if one.value < one.least {
			return fmt.Errorf("--%s is a number from %d, not %d", one.flag, one.least, one.value)
		}
	}
	if taken := l.Handshakes + l.Unauthenticated + l.Reserved; taken >= l.Connections {
		return fmt.Errorf("--max-handshakes, --max-unauthenticated and --reserved-connections are %d together, and --max-connections is only %d", taken, l.Connections)
	}
	return nil
}
