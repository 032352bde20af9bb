package password_test

import (
	"errors"
	"strings"
	"testing"

	"postern/authz/password"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, password string
		want           error
	}{
		{"three words will do: no composition rules", "correct horse battery", nil},
		{"eight characters are enough", "kfwzbtry", nil},
		{"eight characters of any script", "пароль-ня", nil},
		{"seven are not", "kfwzbtr", password.ErrTooShort},
		{"characters are counted, not bytes", "üüüüüöä", password.ErrTooShort},
		{"combining accents are no characters of their own", strings.Repeat("e\u0301", 7), password.ErrTooShort},
		{"a common one", "password1", password.ErrCommon},
		{"a common one in capitals", "PassWord123", password.ErrCommon},
		{"a common one with an exclamation mark", "welcome123!", password.ErrCommon},
		{"a row of keys", "qwertyuiop", password.ErrCommon},
		{"a run of letters", "abcdefghij", password.ErrCommon},
		{"a run of digits, backwards", "87654321", password.ErrCommon},
		{"one character repeated", "zzzzzzzzzz", password.ErrCommon},
		{"one's own address", "sample.person@example.org", password.ErrPersonal},
		{"one's own address without its host and with a year", "sample.person1815", password.ErrPersonal},
		{"one's own name", "Sample Person", password.ErrPersonal},
		{"one's own name without the blank", "SamplePerson!", password.ErrPersonal},
		{"something longer that has the name in it", "sample person walks home", nil},
		{"1,024 bytes", strings.Repeat("ab c", 256), nil},
		{"LG-06 more", strings.Repeat("ab c", 256) + "d", password.ErrTooLong},
		{"TE-24 invalid UTF-8", "kfwzbtry\xff", password.ErrNotText},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if err := password.Check(row.password, "Sample.Person@example.org", "Sample Person"); !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}
	if err := password.Check("kfwzbtry", "", ""); err != nil {
		t.Errorf("without name and address: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("password1", "a@b", "User")
	f.Add("\xff\x00", "", "")
	f.Fuzz(func(t *testing.T, text, email, name string) {
		if password.Check(text, email, name) == nil && (len(text) > password.MaxLen || len(text) < password.MinLen) {
			t.Errorf("%q was taken", text)
		}
	})
}
