//go:build !linux

package storage_test

const victimVariable = "WANGPAN_STORAGE_VICTIM"

func victim(string) int { return 2 }
