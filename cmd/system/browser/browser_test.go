package browser_test

import (
	"testing"

	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// story is something that people do. It holds with JavaScript and without.
type story struct {
	name string
	tell func(t *testing.T, c *chromium, javascript bool)
}

var stories = []story{
	{"the first administrator is set up from an empty database", setUp},
	{"an administrator's link lets a person choose a password", resetPassword},
	{"an administrator registers a client and a user's app works with it", registerClient},
	{"a person who is not an administrator sees nothing of the administration", keepOut},
	{"a person takes an app's access away and its token is dead at once", removeApp},
	{"a person refuses and the app hears so", refuse},
	{"the app gets its answer by form_post", formPost},
	{"consent is reached and given by keyboard alone", allowByKeyboard},
	{"consent is refused by keyboard alone", refuseByKeyboard},
	{"a newcomer tries the demo", tryDemo},
	{"the operator's brand is on the way of a sign-in", operatorsBrand},
}

// TestInChromium is one test with many, because they share one Chromium.
func TestInChromium(t *testing.T) {
	c := launch(t)
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.tell(t, c, true)
		})
		t.Run(s.name+" without JavaScript", func(t *testing.T) {
			t.Parallel()
			s.tell(t, c, false)
		})
	}
	t.Run("a broken page would be found", func(t *testing.T) {
		t.Parallel()
		lookHasTeeth(t, c)
	})
	walkAll(t, c)
}

// start runs a server on an empty database of its own.
func start(t *testing.T, o systemtest.Options) *systemtest.Server {
	t.Helper()
	return systemtest.Start(t, storage.Config{URL: storagetest.SQLiteURL(t)}, o)
}

const (
	admin = "admin@example.com"
	user  = "user@example.com"
)

// startWith runs a server with an administrator, a user and scopes.
func startWith(t *testing.T, o systemtest.Options) *systemtest.Server {
	t.Helper()
	s := start(t, o)
	s.AddUser(admin, true)
	s.AddUser(user, false)
	s.AddScopes("jobs:read", "jobs:write")
	return s
}
