// Package admin is the administrator's pages, everything under /admin.
//
//	routes.go        every URL on one screen, and the door that each passes: session, role, form
//	visit.go         one request of an administrator: reading, writing, what was done
//	overview.go      /admin
//	client_list.go client_new.go                     /admin/clients, /admin/clients/new
//	client.go client_form.go client_typed.go         what the pages of one client share; metadata to form, form to metadata
//	client_overview.go snippets.go snippets/         /admin/clients/{client}, with code that works
//	client_settings.go client_logo.go                .../settings, .../logo
//	client_secrets.go client_activity.go client_danger.go
//	user_list.go user_new.go user.go                 /admin/users...
//	user_actions.go user_members.go                  what is done to a user; their organizations and roles
//	scopes.go scope_form.go                          /admin/scopes...
//	keys.go organizations.go audit.go                /admin/keys..., /admin/organizations..., /admin/audit
//	names.go entries.go                              names of objects; rows of the trail and refusals, in words
//
// The role is read with the session on each request, so rights that are taken away are gone at once. To signed-in people
// who are no administrators every address here answers like one that does not exist (SECURITY TI-11); visitors are sent
// to sign in and come back to the page, for a form to the page that it is on.
//
// A form that cannot be taken is shown again, with what was typed and one message for each thing to correct (422). What
// was done is said on the next page (303). A secret or link that is shown once is in the answer to the POST that made
// it, which nobody stores, and nowhere else.
//
// This package decides nothing: every change is one call of authz, which records it. Requests of other sites are refused
// before they come here.
package admin
