package main

import (
	"strings"
	"sync"
	"testing"
)

// IL-08: lines stay whole and in order, whoever writes at the same time, and none is lost at a graceful end.
func TestLogBufferKeepsEveryLine(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	b := newLogBuffer(&out)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 1000 {
				b.Write([]byte("a line of the log\n"))
			}
		})
	}
	writers.Wait()
	b.Close()
	if n := strings.Count(out.String(), "a line of the log\n"); n != 8000 || out.Len() != 8000*len("a line of the log\n") {
		t.Fatalf("%d lines in %d bytes", n, out.Len())
	}
}
