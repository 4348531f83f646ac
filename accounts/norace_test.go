//go:build !race

package accounts

// sample: without the race detector the long tests take every case.
const sample = 1
