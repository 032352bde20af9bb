package storage

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// Page asks for at most Limit rows after the row with key After (empty: from the start).
type Page struct {
	After string // a cursor that the page before returned
	Limit int    // 1 to 200
}

const maxPage = 200

func (p Page) limit() int { return min(max(p.Limit, 1), maxPage) }

// cut takes the one row too many off a page, and returns the cursor of the next: the key of the last row that stays.
func cut[T any](rows []T, p Page, key func(T) string) ([]T, string) {
	if len(rows) <= p.limit() {
		return rows, ""
	}
	rows = rows[:p.limit()]
	return rows, key(rows[len(rows)-1])
}

// cursor joins the two columns that a list is sorted by.
func cursor(name, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(name)) + "." + id
}

func parseCursor(s string) (name, id string) {
	coded, id, _ := strings.Cut(s, ".")
	text, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil {
		return "", ""
	}
	return string(text), id
}

// filter gathers conditions and their arguments. A `?` in a condition stands for its next argument.
type filter struct {
	conditions []string
	args       []any
}

func (f *filter) add(condition string, args ...any) {
	var b strings.Builder
	for _, c := range condition {
		if c != '?' {
			b.WriteRune(c)
			continue
		}
		f.args = append(f.args, args[0])
		args = args[1:]
		b.WriteString(place(len(f.args)))
	}
	f.conditions = append(f.conditions, b.String())
}

func (f *filter) match(column, value string) {
	if value != "" {
		f.add(column+" = ?", value)
	}
}

// contains looks for part of a text in any of the columns, case-insensitively (beyond ASCII on PostgreSQL only).
func (f *filter) contains(part string, columns ...string) {
	if part == "" {
		return
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(part)) + "%"
	either := make([]string, len(columns))
	args := make([]any, len(columns))
	for i, c := range columns {
		either[i], args[i] = "lower("+c+`) like ? escape '\'`, pattern
	}
	f.add("("+strings.Join(either, " or ")+")", args...)
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(f.conditions, " and ")
}

// limit adds the page's size, and one more to see whether there is another page.
func (f *filter) limit(p Page) string {
	f.args = append(f.args, p.limit()+1)
	return " limit " + place(len(f.args))
}

func place(n int) string { return "$" + strconv.Itoa(n) }

// any joins the conditions of a filter that one of them is enough for.
func (f *filter) any() string { return strings.Join(f.conditions, " or ") }
