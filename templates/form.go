package templates

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// FieldError is one thing to correct. Field is the name of the form field, or empty for the form as a whole. Line is
// the line of a text area it concerns, from 1; 0 for the whole field. Message is a sentence that is read at its field;
// where it does not say by itself which one that is, Label does in the summary.
type FieldError struct {
	Field   string
	Label   string // may be empty
	Line    int
	Message string
}

// Listed is the error in the summary on top of a form: "Home page: must be an absolute https or http URL."
func (e FieldError) Listed() string {
	switch {
	case e.Label != "" && e.Line > 0:
		return fmt.Sprintf("%s, line %d: %s", e.Label, e.Line, e.Message)
	case e.Label != "":
		first, n := utf8.DecodeRuneInString(e.Message)
		return e.Label + ": " + string(unicode.ToLower(first)) + e.Message[n:]
	}
	return e.Below()
}

// Below is the error below its field.
func (e FieldError) Below() string {
	if e.Line > 0 {
		return fmt.Sprintf("Line %d: %s", e.Line, e.Message)
	}
	return e.Message
}

// Errors are all things to correct in one form, in the order of its fields.
type Errors []FieldError

// Of gives the errors of one field.
func (e Errors) Of(name string) Errors {
	var found Errors
	for _, fe := range e {
		if fe.Field == name {
			found = append(found, fe)
		}
	}
	return found
}

// field is one labelled control as the partials draw it. Markup builds it with the functions of fieldFuncs:
// {{template "input" (field "email" "E-mail" .Email .Errors | as "email" | needed)}}.
type field struct {
	Name, Label, Value, Help     string
	Type, Autocomplete, Hint     string
	Required, Checked, Mono, Dir bool
	Raw                          bool // no spelling or capitals
	Rows                         int
	Errors                       Errors
}

func newField(name, label, value string, errs Errors) field {
	return field{Name: name, Label: label, Value: value, Type: "text", Dir: true, Errors: errs.Of(name)}
}

func newCheck(name, label string, checked bool, errs Errors) field {
	return field{Name: name, Label: label, Value: "1", Checked: checked, Errors: errs.Of(name)}
}

// Described names the elements that describe the control, for aria-describedby.
func (f field) Described() string {
	switch {
	case f.Help != "" && len(f.Errors) > 0:
		return f.Name + "-error " + f.Name + "-help"
	case len(f.Errors) > 0:
		return f.Name + "-error"
	case f.Help != "":
		return f.Name + "-help"
	}
	return ""
}

func as(kind string, f field) field {
	f.Type = kind
	f.Dir = kind == "text"
	return f
}

func complete(token string, f field) field { f.Autocomplete = token; return f }
func help(text string, f field) field      { f.Help = text; return f }
func hint(text string, f field) field      { f.Hint = text; return f }
func needed(f field) field                 { f.Required = true; return f }
func lines(n int, f field) field           { f.Rows = n; return f }

// mono marks technical text: fixed width, always left to right.
func mono(f field) field {
	f.Mono, f.Dir, f.Raw = true, false, true
	return f
}

// raw keeps browsers from correcting what is typed.
func raw(f field) field {
	f.Dir, f.Raw = false, true
	return f
}

// options is a select or a list of choices under one label.
type options struct {
	field
	Choices []Choice
}

func newOptions(name, label string, choices []Choice, errs Errors) options {
	return options{newField(name, label, "", errs), choices}
}

func helped(text string, o options) options { o.Help = text; return o }

// typed asks for a name to be typed, to confirm what cannot be undone; the field is posted as confirm.
func typed(id, what, name string, errs Errors) field {
	return field{Name: id, Label: what, Value: name, Errors: errs.Of(id)}
}

// clientTypes, states and kinds are the options of selects and radio buttons.

func clientTypes(selected ClientType) []Choice {
	var choices []Choice
	for _, t := range []ClientType{WebClient, SPAClient, NativeClient, MachineClient} {
		choices = append(choices, Choice{Value: string(t), Label: t.Label(), Selected: t == selected})
	}
	return choices
}

func states(selected State, all ...State) []Choice {
	var choices []Choice
	for _, s := range all {
		choices = append(choices, Choice{Value: string(s), Label: s.Label(), Selected: s == selected})
	}
	return choices
}

func kinds(selected Kind) []Choice {
	return []Choice{
		{Value: string(Read), Label: "See", Help: "It reads and changes nothing.", Selected: selected == Read || selected == ""},
		{Value: string(ReadWrite), Label: "Change", Help: "It adds or edits.", Selected: selected == ReadWrite},
		{Value: string(Destructive), Label: "Delete", Help: "It can do what cannot be undone.", Selected: selected == Destructive},
	}
}
