package browser_test

import (
	"postern/cmd/system/systemtest"
)

func personStops(w *world) []stop {
	return []stop{
		{"profile", "/account", nil},
		{"profile saved", "", typing("Save name", "name", "Example Person")},
		{"profile errors", "", typing("Save name", "name", "")},
		{"password", "/account/password", nil},
		{"password errors", "", typing("Change password", "current", "wrong", "password", "short", "password_again", "other")},
		{"apps", "/account/apps", nil},
		{"sessions", "/account/sessions", nil},
		{"consent", w.request(w.app.client, "things.00.read things.01.write things.05.destructive"), showing("#consent-page")},
		{"consent long name 40 scopes", w.request(w.long, allThings()), showing("#consent-page")},
		{"consent right to left", w.request(w.arabic, "things.02.destructive things.06.read things.10.write"), showing("#consent-page")},
		{"consent loopback", w.request(w.native, "things.00.read things.03.read"), showing("#consent-page")},
		{"consent own scheme", w.request(systemtest.Client{ID: w.native.ID, Redirect: "com.example.terminal:/callback"}, "things.00.read"), showing("#consent-page")},
		{"another account", "", pressing("Use another account")},
		{"apps none", "/account/apps", pressing("Remove all apps")},
		{"app sent to the wrong place", w.request(systemtest.Client{ID: w.app.client.ID, Redirect: w.app.redirect() + "/"}, ""), nil},
		{"app unknown", w.request(systemtest.Client{ID: "nobody", Redirect: "https://nobody.example"}, ""), nil},
		{"consent gone", "/consent?flow=expired", nil},
		{"not for users", "/admin", nil},
		{"signed out", "/account", pressing("Sign out")},
	}
}

func visitorStops(w *world) []stop {
	person, err := w.s.People.UserByEmail(w.t.Context(), user)
	w.must(err)
	token, _, err := w.s.People.ResetLink(w.t.Context(), systemtest.Actor, person.ID)
	w.must(err)
	return []stop{
		{"front", "/", nil},
		{"login", "/login", nil},
		{"login errors", "", typing("Sign in", "username", "nobody@example.com", "password", "wrong")},
		{"login for an app", w.request(w.app.client, "things.00.read"), nil},
		{"login for an app with a long name", w.request(w.long, "things.00.read"), nil},
		{"login for an app errors", "", typing("Sign in", "username", "nobody@example.com", "password", "wrong")},
		{"logout of nobody", "/logout", nil},
		{"reset", "/reset?token=" + token, nil},
		{"reset errors", "", typing("Set password", "password", "short", "password_again", "other")},
		{"reset link is wrong", "/reset?token=wrong", nil},
		{"setup is over", "/setup?token=wrong", nil},
		{"not found", "/nothing/here", nil},
		{"login expired", "/login?flow=expired", nil},
	}
}
