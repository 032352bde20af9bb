package storage

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Page asks for at most Limit rows after the row with key After (empty: from the start).
type Page struct {
	After string // a cursor that the page before returned
	Limit int    // 1 to 200
}

const maxPage = 200

func (p Page) limit() int { return min(max(p.Limit, 1), maxPage) }

// after is the key to begin after. One that no column can hold was made up, and is none: PostgreSQL would refuse it.
func (p Page) after() string {
	if !isText(p.After) {
		return ""
	}
	return p.After
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

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

// parseCursor returns nothing for what cursor cannot have made: the list then begins at its start.
func parseCursor(s string) (name, id string) {
	coded, id, _ := strings.Cut(s, ".")
	text, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil || !isText(string(text)) || !isText(id) {
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

// in wants one of the values, of which there are some.
func (f *filter) in(column string, values []any) {
	f.add(column+" in (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
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
