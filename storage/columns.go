package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// How Go's values become columns and come back.

// moment is a time in a column that may be null: the zero time is null.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// micros is a time in a column that may not: the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// key is the ID in a column that may not be null.
func (id ID) key() []byte { return id[:] }

// ref is the ID in a column that may be null: the zero ID is null.
func (id ID) ref() any {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

// instant reads both kinds of time.
type instant time.Time

func (i *instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = instant{}
		return nil
	case int64:
		*i = instant{}
		if v != 0 {
			*i = instant(time.UnixMicro(v).UTC())
		}
		return nil
	}
	return errors.New("a time column holds something other than an integer")
}

// span reads microseconds as a duration.
type span time.Duration

func (s *span) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return errors.New("a duration column holds something other than an integer")
	}
	*s = span(time.Duration(v) * time.Microsecond)
	return nil
}

// sum reads a SHA-256.
type sum [32]byte

func (s *sum) Scan(src any) error {
	v, ok := src.([]byte)
	if !ok || len(v) != len(s) {
		return errors.New("a hash column holds something other than 32 bytes")
	}
	copy(s[:], v)
	return nil
}

// words reads a list whose items have no space.
type words []string

func (w *words) Scan(src any) error {
	text, err := textOf(src)
	if err != nil {
		return err
	}
	*w = nil
	if text != "" {
		*w = strings.Fields(text)
	}
	return nil
}

// list reads a JSON list of texts, or nothing.
type list []string

func (l *list) Scan(src any) error {
	text, err := textOf(src)
	if err != nil {
		return err
	}
	*l = nil
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), (*[]string)(l)); err != nil {
		return fmt.Errorf("a list column: %w", err)
	}
	return nil
}

// listText is what list reads.
func listText(items []string) string {
	if len(items) == 0 {
		return ""
	}
	text, _ := json.Marshal(items) // texts always marshal
	return string(text)
}

func textOf(src any) (string, error) {
	switch v := src.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", errors.New("a text column holds something else")
}
