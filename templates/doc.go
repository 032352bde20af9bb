// Package templates is every byte of HTML and CSS that Postern shows.
//
// A page is a typed struct: web fills one in and hands it to [Set.Write], which renders it. The struct's file is named
// after the part of the site it belongs to, its markup after the struct:
//
//	signin.go              SignIn                                            /login
//	consent.go             Consent                                           /consent
//	standing.go            ErrorPage, FormPost, SignOut, SignedOut           any, /logout
//	setup.go               Setup, ResetPassword                              /setup, /reset
//	account.go             AccountProfile, -Password, -Apps, -Sessions       /account...
//	admin_overview.go      AdminOverview                                     /admin
//	admin_clients.go       ClientList, -Choose, -New, -Created                /admin/clients...
//	admin_client.go        ClientOverview, -Settings, -Secrets, -Activity...   /admin/clients/{id}/...
//	admin_users.go         UserList, UserNew, UserPage                       /admin/users...
//	admin_scopes.go        ScopeList, ScopeForm, ScopeDelete                 /admin/scopes...
//	admin_keys.go          KeyList, KeyRevoke                                /admin/keys...
//	admin_organizations.go OrganizationList, OrganizationNew                 /admin/organizations...
//	admin_audit.go         AuditTrail                                        /admin/audit
//	demo.go                DemoHome, DemoResult, DemoCall, DemoError         the demo's own app
//
// The doc comment of a page names the method, path and fields of each form on it; a form posts
// application/x-www-form-urlencoded unless it says otherwise. Field names are RFC 7591's where it has one.
//
// The rest: layout.go (what all pages share), set.go (parsing and writing), form.go (fields and their errors), words.go
// (times, numbers and states in words), chart.go (plots), brand.go (the operator's accent colour), assets.go (static
// files with a checksum in their URL), nav.go and paging.go (the links around and below a page). Markup is in html/:
// _*.html are the layouts and partials.
//
// To look at the pages: go test ./templates -run TestWritePages -pages DIR, and serve DIR.
//
// What it refuses: logic beyond if/range/with in markup, inline script and style (the pages work under
// default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:), resources from elsewhere, and pages
// that need JavaScript.
package templates
