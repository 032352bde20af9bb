package templates

import "time"

func tokenChart() Chart {
	c := Chart{Title: "Tokens issued per day"}
	for i := 29; i >= 0; i-- {
		n := int64(900 + (i*i*37)%700 + (29-i)*25)
		if i%7 == 1 || i%7 == 0 {
			n /= 3
		}
		c.Days = append(c.Days, Day{sampleNow.Truncate(days(1)).Add(-days(i)), n})
	}
	return c
}

func failureSamples() []Failure {
	return []Failure{
		{At: before(4 * time.Minute), ClientID: "acme-planner", ClientName: "Acme Planner", Code: "invalid_request", RequestID: "req_01k9x7m2",
			Reason:   "redirect_uri is not registered",
			Mismatch: &Mismatch{"https://planner.example.com/Callback", "https://planner.example.com/callback"}},
		{At: before(50 * time.Minute), ClientID: "acme-planner", ClientName: "Acme Planner", Code: "invalid_grant", RequestID: "req_01k9x5t0",
			Reason: "the authorization code was used before, 2 seconds earlier; the grant is revoked"},
	}
}

func auditSamples() []AuditEntry {
	return []AuditEntry{
		{ID: "a1", At: before(2 * time.Hour), Event: "client.updated", Summary: "Changed the settings of an app", Actor: "admin@example.com", ActorURL: "/admin/users/u1",
			Object: "Acme Planner", ObjectURL: "/admin/clients/acme-planner", ObjectID: "acme-planner", Address: "192.0.2.7", RequestID: "req_01k9x1aa",
			Changes: []Change{{"redirect_uris", "https://planner.example.com/cb", "https://planner.example.com/callback"}, {"first_party", "true", "false"}}},
		{ID: "a2", At: before(26 * time.Hour), Event: "key.rotated", Summary: "Rotated a key", Actor: "posternd", Object: "key_7d2f"},
		{ID: "a3", At: before(days(3)), Event: "user.created", Summary: scriptText, Actor: rtlText, Object: boldText, Changes: []Change{{"name", "", longText[:600]}}},
	}
}

func clientHead() ClientHead {
	return ClientHead{ID: "cli_01k9x7m2v5q8", Name: "Acme Planner", Type: WebClient, State: "active", Organization: "Example Org", RequirePKCE: true}
}

func clientForm(t ClientType) ClientForm {
	return ClientForm{Type: t, Name: "Acme Planner", HomeURL: "https://planner.example.com", Description: "Plans the week.",
		RedirectURIs: "https://planner.example.com/callback\nhttps://staging.example.com/callback",
		Grants: []Choice{{Value: "authorization_code", Label: "Sign people in", Help: "authorization_code", Selected: true},
			{Value: "refresh_token", Label: "Stay signed in", Help: "refresh_token", Selected: true},
			{Value: "client_credentials", Label: "Act for itself", Help: "client_credentials"}},
		Scopes: []ScopeChoices{{"Identity", []Choice{{Value: "openid", Label: "Sign in", Selected: true}, {Value: "profile", Label: "See the profile", Selected: true}, {Value: "email", Label: "See the e-mail address"}}},
			{"Posts", []Choice{{Value: "posts:read", Label: "Read posts", Selected: true}, {Value: "posts:write", Label: "Write posts"}}}},
		Organizations: []Choice{{Value: "o1", Label: "Example Org", Selected: true}, {Value: "o2", Label: "Example Org North"}},
		Contacts:      "help@planner.example.com", RequirePKCE: true, AccessTTL: "1h", RefreshTTL: "720h", MaxRedirectURIs: 20}
}

func snippets() []Snippet {
	return []Snippet{
		{"curl", "sh", "curl -u cli_01k9x7m2v5q8:$CLIENT_SECRET \\\n  -d grant_type=client_credentials \\\n  http://localhost:8420/oauth/token"},
		{"Go", "go", "conf := &oauth2.Config{ClientID: \"cli_01k9x7m2v5q8\"}"}, {"JavaScript", "js", "const client = \"<b>\";"}, {"Python", "python", "client_id = \"cli_01k9x7m2v5q8\""}}
}

func clientListSamples() []sample {
	rows := []ClientRow{
		{ID: "cli_01k9x7m2v5q8", Name: "Acme Planner", Type: WebClient, State: "active", Organization: "Example Org", CreatedAt: before(days(40)), LastUsedAt: before(time.Minute)},
		{ID: "cli_01k9nightly", Name: "Nightly export", Type: MachineClient, State: "disabled", Organization: "Example Org North", CreatedAt: before(days(200))},
		{ID: "cli_01k9hostile", Name: rtlText + scriptText, Type: SPAClient, State: "active", Organization: boldText, CreatedAt: before(days(2)), LastUsedAt: before(days(1))},
	}
	broken := clientForm(WebClient)
	broken.Name = scriptText
	broken.RedirectURIs = "http://planner.example.com/callback\nhttps://planner.example.com/#x"
	broken.Errors = Errors{{Field: "client_name", Message: "This name looks like the platform’s own."},
		{Field: "redirect_uris", Label: "Redirect URIs", Line: 1, Message: "must use https (http is allowed only for localhost, 127.0.0.1 and [::1])"},
		{Field: "redirect_uris", Label: "Redirect URIs", Line: 2, Message: "fragment not allowed"}, {Field: "scope", Message: "Choose at least one scope."}}
	created := clientHead()
	created.Type = NativeClient
	return []sample{
		{"client_list", ClientList{Layout: saying(admin, "Nightly export is disabled."), Rows: rows, Next: "cursor", Limit: &Limit{"Clients", 3, 1000}}},
		{"client_list_none", ClientList{Layout: admin}},
		{"client_list_filtered", ClientList{Layout: admin, Query: scriptText, Type: SPAClient, State: "disabled", After: "x"}},
		{"client_choose", ClientChoose{admin}},
		{"client_new", ClientNew{admin, clientForm(WebClient)}},
		{"client_new_native", ClientNew{admin, clientForm(NativeClient)}},
		{"client_new_machine", ClientNew{admin, clientForm(MachineClient)}},
		{"client_new_errors", ClientNew{admin, broken}},
		{"client_created", ClientCreated{Layout: saying(admin, "Acme Planner is registered."), Client: clientHead(), Secret: "pcs_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE00", Env: "CLIENT_ID=cli_01k9x7m2v5q8\nCLIENT_SECRET=pcs_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE00\n", Snippets: snippets()}},
		{"client_created_public", ClientCreated{Layout: admin, Client: created}},
	}
}

func clientSamples() []sample {
	c := clientHead()
	spa, off := c, c
	spa.Type = SPAClient
	off.State, off.RequirePKCE, off.Name, off.FirstParty, off.Verified = "disabled", false, boldText+longText[:300], true, true
	changed := clientForm(WebClient)
	changed.Version = 7
	secrets := []SecretRow{{"s1", "pcs_9fK2", "x7Qa", "admin@example.com", before(days(40)), before(2 * time.Minute), time.Time{}, "active"},
		{"s2", "pcs_1bT8", "m0Lp", "admin@example.com", before(days(400)), before(days(39)), before(days(1)), "expired"}}
	expires := []Choice{{Value: "", Label: "Never", Selected: true}, {Value: "2160h", Label: "In 90 days"}}
	orgs := []Choice{{Value: "o2", Label: "Example Org North"}}
	settings := []Detail{{Name: "Redirect URIs", Value: "https://planner.example.com/callback\nhttps://staging.example.com/callback"}, {Name: "Scopes", List: []string{"openid", "profile", "posts:read"}}, {Name: "Access tokens", Value: "opaque, 1 hour"}}
	return []sample{
		{"client_overview", ClientOverview{Layout: admin, Client: c, Settings: settings, Limits: []Limit{{"Redirect URIs", 2, 20}, {"Secrets", 1, 5}}, Snippets: snippets()}},
		{"client_overview_disabled", ClientOverview{Layout: admin, Client: off, Settings: []Detail{{Name: scriptText, Value: longText}}}},
		{"client_settings", ClientSettings{Layout: saying(admin, "The settings are saved."), Client: c, Form: changed, LogoErrors: Errors{{Field: "logo", Message: "The picture is larger than 1 MB."}}}},
		{"client_settings_spa", ClientSettings{Layout: admin, Client: spa, Form: clientForm(SPAClient)}},
		{"client_secrets", ClientSecrets{Layout: admin, Client: c, Secrets: secrets, Max: 5, Expires: expires}},
		{"client_secrets_full", ClientSecrets{Layout: admin, Client: c, Secrets: secrets, Max: 1}},
		{"client_secrets_public", ClientSecrets{Layout: admin, Client: spa}},
		{"client_secret_shown", ClientSecretShown{Layout: admin, Client: c, Secret: "pcs_EXAMPLEEXAMPLE", Env: "CLIENT_SECRET=pcs_EXAMPLEEXAMPLE\n"}},
		{"client_secret_revoke", ClientSecretRevoke{Layout: admin, Client: c, Secret: secrets[0], LastOne: true, UsedDay: 1204, UsedWeek: 9000}},
		{"client_activity", ClientActivity{Layout: admin, Client: c, Tokens: tokenChart(), ErrorCounts: []ErrorCount{{"invalid_grant", 12, before(time.Hour)}, {"invalid_client", 1204, before(days(2))}}, LastAuthorization: before(time.Hour), ActiveGrants: 1204, Failures: failureSamples()}},
		{"client_activity_empty", ClientActivity{Layout: admin, Client: c}},
		{"client_audit", ClientAudit{Layout: admin, Client: c, Entries: auditSamples(), Next: "x"}},
		{"client_danger", ClientDanger{Layout: admin, Client: c, Organizations: orgs, ActiveGrants: 1204, Errors: Errors{{Field: "delete_confirm", Message: "This is not the client’s name."}}}},
		{"client_danger_disabled", ClientDanger{Layout: admin, Client: off}},
	}
}

func adminSamples() []sample {
	keys := []KeyRow{
		{"key_9a1c", "signing", "ES256", "announced", before(time.Hour), before(-time.Hour), time.Time{}}, {"key_7d2f", "signing", "ES256", "active", before(days(30)), before(days(30)), time.Time{}},
		{"key_5e8b", "signing", "RS256", "verifying", before(days(60)), before(days(60)), before(-days(1))}, {"key_3c4d", "sealing", "XChaCha20-Poly1305", "retired", before(days(90)), before(days(90)), before(days(59))},
		{"key_1f6e", "signing", "ES256", "revoked", before(days(120)), before(days(120)), before(days(100))}}
	hints := []Hint{{"Register an app", "Nothing can sign in with you until an app is registered.", "/admin/clients/new", "Register app"}, {"Describe your scopes", "People read these words when an app asks.", "/admin/scopes/new", "Add scope"}}
	return []sample{
		{"admin_overview", AdminOverview{Layout: admin, Clients: 12, Users: 1204, Organizations: 3, ActiveGrants: 48210, Tokens: tokenChart(), Failures: failureSamples(), Audit: auditSamples()}},
		{"admin_overview_fresh", AdminOverview{Layout: saying(admin, "You are signed in as the first administrator."), Users: 1, Organizations: 1, Hints: hints, Tokens: Chart{Title: "Tokens issued per day", Days: []Day{{sampleNow, 0}}}}},
		{"key_list", KeyList{Layout: admin, Keys: keys, Wait: time.Hour}},
		{"key_revoke", KeyRevoke{Layout: admin, Key: keys[1], Errors: Errors{{Field: "confirm", Message: "This is not the key ID."}}}},
		{"admin_audit", AuditTrail{Layout: admin, Events: []Choice{{Value: "client.updated", Label: "client.updated"}}, Entries: auditSamples(), Next: "cursor"}},
		{"admin_audit_filtered", AuditTrail{Layout: admin, Event: "client.updated", Actor: scriptText, From: "2026-11-01", After: "x", Errors: Errors{{Field: "from", Message: "Write the date as 2026-11-22."}}}},
	}
}

func directorySamples() []sample {
	users := []UserRow{{"u1", "Example Admin", "admin@example.com", "active", true, before(days(700)), before(time.Minute)}, {"u2", "Example Person", "person@example.com", "active", false, before(days(40)), before(days(2))},
		{"u3", rtlText + scriptText, "third@example.com", "disabled", false, before(days(10)), time.Time{}}}
	orgs := []OrganizationRow{{"example", "Example Org", "", 1204, 12, before(days(700))}, {"example-north", "Example Org North", "example", 3, 0, before(days(20))}}
	roles := []Choice{{Value: "owner", Label: "Owner"}, {Value: "member", Label: "Member", Selected: true}}
	members := []MemberRow{{"o1", "Example Org", roles}, {"o2", boldText, roles}}
	scopes := []ScopeTable{{"Posts", []ScopeRow{{"posts:read", "Read posts", Read, false, true, true, false, 4}, {"posts:delete", "Delete posts", Destructive, true, false, false, true, 1}}}, {boldText, []ScopeRow{{`x"><b>`, rtlText, ReadWrite, false, false, false, false, 0}}}}
	return []sample{
		{"user_list", UserList{Layout: admin, Rows: users, After: "x", Next: "y", Query: "exa"}},
		{"user_new", UserNew{Layout: admin, Organizations: []Choice{{Value: "o1", Label: "Example Org"}}, Name: scriptText, Errors: Errors{{Field: "email", Message: "Somebody has this address already."}}}},
		{"user_page", UserPage{Layout: saying(admin, "The link is made."), Account: users[1], Memberships: members, Others: []Choice{{Value: "o3", Label: rtlText}}, Roles: roles, Sessions: sessionSamples(), Apps: accessSamples(), ResetLink: "http://localhost:8420/reset?token=prl_EXAMPLEEXAMPLEEXAMPLEEXAMPLE", ResetExpires: before(-days(1))}},
		{"user_page_disabled", UserPage{Layout: admin, Account: users[2]}},
		{"user_page_self", UserPage{Layout: admin, Account: users[0], Self: true}},
		{"organization_list", OrganizationList{Layout: admin, Rows: orgs, MaxClients: 1000}},
		{"organization_list_none", OrganizationList{Layout: admin, Query: "x"}},
		{"organization_new", OrganizationNew{Layout: admin}},
		{"organization_new_errors", OrganizationNew{Layout: admin, Name: scriptText, Slug: "Example Org", Errors: Errors{{Field: "slug", Message: "Use 2 to 40 of a-z, 0-9 and single hyphens between them."}}}},
		{"scope_list", ScopeList{Layout: admin, Groups: scopes, Limit: Limit{"Scopes", 3, 1000}}},
		{"scope_list_none", ScopeList{Layout: admin}},
		{"scope_new", ScopeForm{Layout: admin, Groups: []string{"Posts", "Profile"}, Errors: Errors{{Field: "name", Message: "Use no spaces and no commas."}}, Name: "a, b"}},
		{"scope_edit", ScopeForm{Layout: admin, Existing: true, Name: "posts:delete", Title: "Delete posts", Group: "Posts", Kind: Destructive, Sensitive: true, Optional: true, Reserved: true}},
		{"scope_delete", ScopeDelete{Layout: admin, Name: "posts:delete", Title: "Delete posts", Clients: 1, Grants: 1204}},
	}
}
