package event

import (
	"encoding/json"
	"slices"
	"strings"
)

// Change is one member before and after, in words. Empty: it was not there.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Changes lays out what e changed, sorted by field. Members of objects in objects are written with dots:
// metadata.redirect_uris. Text that is not JSON, which no entry has, is shown as it is.
func Changes(e Event) []Change {
	before, after := map[string]string{}, map[string]string{}
	flatten(before, "", parse(e.Before))
	flatten(after, "", parse(e.After))
	var changes []Change
	for field, value := range before {
		changes = append(changes, Change{field, value, after[field]})
	}
	for field, value := range after {
		if _, ok := before[field]; !ok {
			changes = append(changes, Change{Field: field, After: value})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Field, b.Field) })
	return changes
}

func parse(text string) any {
	if text == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return text
	}
	return v
}

func flatten(into map[string]string, field string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for name, member := range v {
			flatten(into, strings.TrimPrefix(field+"."+name, "."), member)
		}
	default:
		into[field] = words(v)
	}
}

// words writes a list as its items with commas, and all else as itself.
func words(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = words(item)
		}
		return strings.Join(items, ", ")
	}
	text, _ := json.Marshal(v) // it came from JSON
	return string(text)
}
