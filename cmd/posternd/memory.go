package main

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// The collector runs a quarter as often as by default: requests make little garbage over a small heap, so that collections
// would be many and cheap for nothing. The limit is where it works harder instead of growing.
const (
	gcPercent   = 250
	memoryLimit = 150 << 20
)

// limitMemory sets the collector up, unless GOGC or GOMEMLIMIT already did. Where the container's limit is lower than
// ours, three quarters of it count.
func limitMemory(environ []string) {
	if _, set := lookupEnv(environ, "GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	if _, set := lookupEnv(environ, "GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(min(memoryLimit, containerLimit()/4*3))
	}
}

// containerLimit is what the control group allows, in bytes (cgroup v2).
func containerLimit() int64 {
	text, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n <= 0 {
		return math.MaxInt64 // max
	}
	return n
}
