// Package browser holds the tests that look at Postern as people do: the real server, real pages, and one headless
// Chromium with a browser context of its own for each person. There is nothing here for programs to import.
//
//	browser_test.go     the list of stories: everything below hangs on it
//	setup_test.go       from an empty database to an administrator; a password link
//	register_test.go    an administrator registers a client, and a user's app works with it
//	account_test.go     a person takes an app's access away, and signs out
//	keyboard_test.go    consent without a mouse
//	brand_test.go       the operator's name, logo and accent
//	demo_test.go        the demo that a newcomer tries first
//	walk_test.go        every page is looked at; walk_admin_test.go, walk_people_test.go list them
//	look_test.go        what looking at a page means: axe-core, overflow, focus, touch targets, screenshots
//	teeth_test.go       that a broken page would be found
//	data_test.go        what the walked server knows: long names, many scopes, right-to-left text
//	chromium_test.go    Chromium and its tabs; tab_test.go, what a person does in one; watch_test.go, what must not happen
//	app_test.go         the third party's app
//
// Stories run twice, with JavaScript and without. Whatever happens in a tab, a console error, a breach of the
// Content-Security-Policy and a request to another site fail the test.
//
// They need Chromium, and axe-core, which deps.sh fetches as package-lock.json says. To look at the pages:
//
//	POSTERN_SCREENSHOTS=DIR go test ./cmd/system/browser
package browser
