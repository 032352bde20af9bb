package admin

import (
	"strings"
	"time"

	"postern/authz/event"
	"postern/authz/overview"
	"postern/templates"
)

// audit serves GET /admin/audit.
func (p *Pages) audit(v *visit) error {
	content := templates.AuditTrail{
		Event: v.query.Get("event"), Actor: v.trimmed("actor"), Object: v.trimmed("object"),
		From: v.trimmed("from"), To: v.trimmed("to"), After: v.query.Get("after"),
	}
	content.Events = eventChoices(content.Event)
	q := overview.Query{Event: content.Event, Actor: content.Actor, Object: content.Object, After: content.After, Limit: perPage}
	q.From, q.To, content.Errors = period(content.From, content.To)
	if len(content.Errors) > 0 {
		var err error
		if content.Layout, err = v.layout(); err != nil {
			return err
		}
		return v.again(content)
	}
	events, next, err := p.c.Board.Trail(v.ctx(), q)
	if err != nil {
		return err
	}
	content.Next = next
	if content.Entries, err = p.names().entries(v.ctx(), events); err != nil {
		return err
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

func (v *visit) trimmed(name string) string {
	text := strings.TrimSpace(v.query.Get(name))
	if runes := []rune(text); len(runes) > 300 {
		return string(runes[:300])
	}
	return text
}

func eventChoices(selected string) []templates.Choice {
	var list []templates.Choice
	for _, name := range event.Names() {
		list = append(list, templates.Choice{
			Value: name, Label: strings.TrimSuffix(event.Sentence(name), "."), Selected: name == selected,
		})
	}
	return list
}

// period reads two days of UTC, of which the second belongs to it.
func period(from, to string) (first, end time.Time, errs templates.Errors) {
	first, ok := dayOf(from)
	if !ok {
		errs = append(errs, templates.FieldError{Field: "from", Label: "From", Message: "Write the date as 2026-11-22."})
	}
	end, ok = dayOf(to)
	switch {
	case !ok:
		errs = append(errs, templates.FieldError{Field: "to", Label: "To", Message: "Write the date as 2026-11-22."})
	case to != "" && end.Before(first):
		errs = append(errs, templates.FieldError{Field: "to", Label: "To", Message: "This is before the first day."})
	case to != "":
		end = end.AddDate(0, 0, 1)
	}
	return first, end, errs
}

// dayOf reads a date. No text is no limit.
func dayOf(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	day, err := time.Parse(time.DateOnly, text)
	return day, err == nil && day.Year() >= 1970 && day.Year() < 10000
}
