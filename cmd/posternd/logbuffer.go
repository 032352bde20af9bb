package main

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// logBuffer gathers log lines and writes them together, at least ten times a second: a system call for each request's
// line would be a tenth of what a token costs.
type logBuffer struct {
	mu    sync.Mutex
	lines bytes.Buffer
	out   io.Writer
	stop  chan struct{}
	done  sync.WaitGroup
}

const (
	logEvery = 100 * time.Millisecond
	logFull  = 64 << 10
)

// newLogBuffer starts writing to out. Close it.
func newLogBuffer(out io.Writer) *logBuffer {
	b := &logBuffer{out: out, stop: make(chan struct{})}
	b.done.Go(func() {
		tick := time.NewTicker(logEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				b.flush()
			case <-b.stop:
				b.flush()
				return
			}
		}
	})
	return b
}

// Write keeps a line. It never fails: what cannot be logged must not stop a request.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines.Write(line)
	if b.lines.Len() > logFull {
		b.drain()
	}
	return len(line), nil
}

func (b *logBuffer) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drain()
}

func (b *logBuffer) drain() {
	b.out.Write(b.lines.Bytes())
	b.lines.Reset()
}

// Close writes what is left.
func (b *logBuffer) Close() {
	close(b.stop)
	b.done.Wait()
}
