package main

import (
	"math"
	"runtime/debug"
	"testing"
)

// This test is not parallel: the collector's settings are the process's.
func TestTheCollectorIsSetUpUnlessTheEnvironmentDid(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	t.Cleanup(func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) })

	limitMemory([]string{"GOGC=100", "GOMEMLIMIT=off"})
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("GOGC of the environment became %d", got)
	}
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("GOMEMLIMIT of the environment became %d", got)
	}
	limitMemory(nil)
	if got := debug.SetGCPercent(100); got != gcPercent {
		t.Errorf("GOGC is %d, want %d", got, gcPercent)
	}
	if got := debug.SetMemoryLimit(-1); got <= 0 || got > memoryLimit {
		t.Errorf("the memory limit is %d, want at most %d", got, memoryLimit)
	}
}
