//go:build !race

package accounts

import "testing"

// sample: without the race detector the long tests take every case.
const sample = 1

// plainOnly lets everything run.
func plainOnly(testing.TB) {}
