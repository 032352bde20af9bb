package templates

import (
	"strings"
	"time"
)

// sample is one page in one interesting state. Goldens, structure checks and screenshots share them.
type sample struct {
	Name string
	Page Page
}

// sampleNow is the moment of all samples.
var sampleNow = time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)

func before(d time.Duration) time.Time { return sampleNow.Add(-d) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

var (
	card  = Layout{Now: sampleNow}
	user  = Layout{Now: sampleNow, User: &Viewer{Name: "Example Person", Email: "person@example.com", OrgName: "Example Org"}}
	admin = Layout{Now: sampleNow, User: &Viewer{Name: "Example Admin", Email: "admin@example.com", IsAdmin: true, OrgName: "Example Org"}}
)

// saying is l after an action.
func saying(l Layout, flash string) Layout {
	l.Flash = flash
	return l
}

// hostile texts, as any name or description could be.
const (
	boldText   = `<b>Bold & "quoted"</b>`
	scriptText = `"><script>alert(1)</script>`
	rtlText    = "تطبيق التخطيط للفرق"
)

var longText = strings.Repeat("Verylongword", 150) + strings.Repeat(" and on", 30)

// samples are all pages.
func samples() []sample {
	var all []sample
	for _, part := range [][]sample{peopleSamples(), consentSamples(), accountSamples(), clientListSamples(),
		clientSamples(), adminSamples(), directorySamples(), demoSamples()} {
		all = append(all, part...)
	}
	return all
}

func planner() App {
	return App{Name: "Acme Planner", HomeURL: "https://planner.example.com", Publisher: "Acme Example Labs",
		Contact: "help@planner.example.com", PolicyURL: "https://planner.example.com/privacy",
		TermsURL: "https://planner.example.com/terms", Verified: true}
}

func hostileApp() App {
	return App{Name: boldText + scriptText + longText[:1800], HomeURL: "javascript:alert(1)", LogoURL: `x" onerror="alert(1)`,
		Publisher: rtlText, Contact: scriptText, PolicyURL: "javascript:alert(2)"}
}

func peopleSamples() []sample {
	app, hostile := planner(), hostileApp()
	return []sample{
		{"signin", SignIn{Layout: card}},
		{"signin_app", SignIn{Layout: card, App: &app, Flow: "sealed", Username: "person@example.com"}},
		{"signin_error", SignIn{Layout: card, App: &app, Flow: "sealed", Username: "person@example.com",
			Errors: Errors{{Message: "E-mail address or password is not right."}}}},
		{"signin_again", SignIn{Layout: saying(card, "Your password is set. Sign in with it."), Username: "person@example.com",
			Reason: "The app asks you to sign in again, to make sure that it is you."}},
		{"signin_hostile", SignIn{Layout: card, App: &hostile, Flow: scriptText, Username: scriptText}},
		{"error", ErrorPage{Layout: card, Heading: "This app sent you to the wrong place",
			Message: "The address that the app wants you to be sent back to is not one that it has registered.",
			Advice:  "Go back to the app and try again. If it happens again, tell its makers.", RequestID: "req_01k9x7m2",
			Details:  []Detail{{Name: "error", Value: "invalid_request"}, {Name: "client_id", Value: "acme-planner"}},
			Mismatch: &Mismatch{"https://planner.example.com/callback/", "https://planner.example.com/callback"}}},
		{"error_signin", ErrorPage{Layout: card, Heading: "This page has expired", Message: "You waited for more than 15 minutes.",
			RequestID: "req_01k9x7m2", SignInURL: "/login"}},
		{"error_hostile", ErrorPage{Layout: card, Heading: boldText, Message: scriptText, Advice: rtlText, RequestID: scriptText,
			Details: []Detail{{Name: scriptText, Value: longText}}, SignInURL: "javascript:alert(1)"}},
		{"form_post", FormPost{Layout: card, AppName: "Acme Planner", Action: "https://planner.example.com/callback",
			Fields: []Detail{{Name: "code", Value: "abc"}, {Name: "state", Value: scriptText}}}},
		{"signout", SignOut{Layout: user, Flow: "sealed", AppName: "Acme Planner"}},
		{"signed_out", SignedOut{Layout: card}},
		{"signed_out_app", SignedOut{Layout: card, ContinueURL: "https://planner.example.com", ContinueName: "Acme Planner"}},
		{"setup", Setup{Layout: card, Token: "token", MinPassword: 12}},
		{"setup_errors", Setup{Layout: card, Token: "token", MinPassword: 12, Name: boldText, Email: "no address", Errors: Errors{
			{Field: "email", Message: "This is no e-mail address."}, {Field: "organization", Message: "Give the organization a name."},
			{Field: "password", Message: "Use at least 12 characters."}}}},
		{"reset", ResetPassword{Layout: card, Token: "token", Email: "person@example.com", MinPassword: 12}},
	}
}

func consentSamples() []sample {
	base := Consent{Layout: card, Flow: "sealed", App: planner(), Account: Account{"Example Person", "person@example.com"},
		SwitchURL: "/login?prompt=select_account", RedirectHost: "planner.example.com", Offline: true, Groups: plannerGroups()}
	unverified := base
	unverified.App.Verified = false
	unverified.Organizations = []Choice{{Value: "o1", Label: "Example Org", Selected: true}, {Value: "o2", Label: "Example Org North", Help: "part of Example Org"}}
	more := base
	more.Organizations = unverified.Organizations[:1]
	more.Groups = []ScopeGroup{{"Comments", []ConsentScope{{Name: "comments:write", Title: "Write comments", Kind: ReadWrite}}}}
	more.Granted = plannerGroups()[:1]
	local := base
	local.App = App{Name: "Notes for the terminal", IDHost: "notes.example.net"}
	local.RedirectHost, local.Loopback, local.RedirectApp = "", true, ""
	waiting := base
	waiting.Approval = "It asks to delete posts of the whole organization."
	hostile := base
	hostile.App = hostileApp()
	hostile.Account = Account{scriptText, rtlText}
	hostile.RedirectHost = longText[:400]
	hostile.Groups = []ScopeGroup{{rtlText, []ConsentScope{{scriptText, rtlText, rtlText + ". " + scriptText, Destructive, true, true, true}}}, manyScopes(40)}
	return []sample{{"consent", base}, {"consent_unverified", unverified}, {"consent_incremental", more}, {"consent_local", local},
		{"consent_approval", waiting}, {"consent_hostile", hostile}}
}

func plannerGroups() []ScopeGroup {
	return []ScopeGroup{
		{"Profile", []ConsentScope{{Name: "profile", Title: "See your name and picture", Kind: Read}}},
		{"Posts", []ConsentScope{
			{Name: "posts:write", Title: "Read and write your posts", Description: "Drafts are included.", Kind: ReadWrite},
			{Name: "posts:delete", Title: "Delete your posts", Description: "What is deleted cannot be brought back.", Kind: Destructive, Sensitive: true, Optional: true},
			{Name: "posts:stats", Title: "See how often your posts are read", Kind: Read, Optional: true, Checked: true}}},
	}
}

func manyScopes(n int) ScopeGroup {
	g := ScopeGroup{Title: "Everything"}
	for range n {
		g.Scopes = append(g.Scopes, ConsentScope{Name: "x", Title: "Do one more thing", Kind: Read})
	}
	return g
}

func accessSamples() []AppAccess {
	return []AppAccess{
		{ID: "c1", App: planner(), Scopes: []string{"Read and write your posts", "See your name and picture"}, Organization: "Example Org", GrantedAt: before(days(12)), LastUsedAt: before(3 * time.Hour)},
		{ID: "c2", App: App{Name: "Notes for the terminal", Publisher: "Example Tools"}, Scopes: []string{"See your posts"}, GrantedAt: before(days(400)), LastUsedAt: before(days(180)), Unused: true},
	}
}

func accessGroups() []AppGroup {
	own := AppAccess{ID: "o1.board", App: App{Name: "Example Board", Publisher: "Example Org", Verified: true}, FirstParty: true,
		Scopes: []string{"See your posts"}, GrantedAt: before(days(30)), LastUsedAt: before(time.Minute)}
	return []AppGroup{{"Example Org", accessSamples()}, {"Example Org North", []AppAccess{own}}}
}

func sessionSamples() []Session {
	return []Session{
		{ID: "s1", Device: "Firefox on Linux", Address: "192.0.2.7", StartedAt: before(days(2)), SeenAt: before(time.Minute), Current: true},
		{ID: "s2", Device: "Safari on iPhone", Address: "2001:db8::1f3a:77", StartedAt: before(days(30)), SeenAt: before(days(1))},
	}
}

func accountSamples() []sample {
	memberships := []Membership{{"Example Org", []string{"owner"}}, {"Example Org North", []string{"member", "reviewer"}}}
	hostile := AppAccess{ID: scriptText, App: hostileApp(), Scopes: []string{scriptText, rtlText, longText}, Organization: boldText}
	return []sample{
		{"account_profile", AccountProfile{Layout: saying(user, "Your name is saved."), Name: "Example Person", Email: "person@example.com", Since: before(days(700)), Memberships: memberships}},
		{"account_profile_error", AccountProfile{Layout: admin, Name: scriptText, Email: "person@example.com", Since: before(days(700)), Errors: Errors{{Field: "name", Message: "Use at most 100 characters."}}}},
		{"account_password", AccountPassword{Layout: user, ChangedAt: before(days(90)), MinPassword: 12}},
		{"account_password_error", AccountPassword{Layout: user, MinPassword: 12, Errors: Errors{{Field: "current", Message: "This is not your current password."}}}},
		{"account_apps", AccountApps{Layout: user, Groups: accessGroups(), MaxDelay: 10 * time.Minute}},
		{"account_apps_empty", AccountApps{Layout: user}},
		{"account_apps_hostile", AccountApps{Layout: user, Groups: []AppGroup{{boldText, []AppAccess{hostile}}}}},
		{"account_sessions", AccountSessions{Layout: user, Sessions: sessionSamples()}},
	}
}

func demoSamples() []sample {
	links := DemoLinks{Home: "/", Connect: "/connect", Call: "/call", Refresh: "/refresh", Forget: "/forget"}
	return []sample{
		{"demo_home", DemoHome{Layout: card, Links: links}},
		{"demo_result", DemoResult{Layout: card, Links: links, Person: "Example Person", Scopes: []string{"openid", "posts:write"}, HasRefresh: true,
			Answer: []Detail{{Name: "access_token", Value: "pat_AbCd…9xYz"}, {Name: "token_type", Value: "Bearer"}, {Name: "expires_in", Value: "3600"}},
			Claims: []Detail{{Name: "iss", Value: "http://localhost:8420"}, {Name: "sub", Value: "usr_01k9"}}}},
		{"demo_call", DemoCall{Layout: card, Links: links, Request: "GET http://localhost:8420/v1/me", Status: 200, Body: "{\n  \"name\": \"Example Person\"\n}"}},
		{"demo_error", DemoError{Layout: card, Links: links, Code: "access_denied", Description: scriptText}},
	}
}
