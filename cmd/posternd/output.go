package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// table is what people see: a header and rows.
type table struct {
	head  []string
	rows  [][]string
	empty string // said when there are no rows
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// show prints v for machines, or t for people.
func (h *host) show(v any, t table) error {
	if h.json {
		return h.printJSON(v)
	}
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(h.out, t.empty)
		return err
	}
	w := tabwriter.NewWriter(h.out, 0, 0, 2, ' ', 0)
	if len(t.head) > 0 {
		fmt.Fprintln(w, strings.Join(t.head, "\t"))
	}
	for _, row := range t.rows {
		for i := range row {
			row[i] = printable(row[i])
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	return w.Flush()
}

func (h *host) printJSON(v any) error {
	e := json.NewEncoder(h.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// say tells what was done: a sentence for people, a message for machines.
func (h *host) say(format string, args ...any) error {
	if h.json {
		return h.printJSON(map[string]string{"message": fmt.Sprintf(format, args...)})
	}
	_, err := fmt.Fprintf(h.out, format+"\n", args...)
	return err
}

// printable keeps what is stored from moving the cursor of a terminal (CWE-150).
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, s)
}

// moment writes a time for a table.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// stamp writes a time for JSON; nil for none.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "-"
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
