// Package web owns every URL. New wires the floors below into one http.Handler; routes.go has every route on one screen.
//
//	web/inbound  what every request passes first: id, address, log, panics
//	web/page     pages and errors as HTML
//	web/session  signed-in browsers (gorilla/sessions over the sessions table)
//	web/oauth    protocol endpoints, JSON
//	web/signin   authorization, sign-in, consent, sign-out, set-up, reset
//	web/account  a person's own pages
//	web/admin    the administrator's pages
//
// Browsers' cross-origin requests to our own forms are refused by net/http's CrossOriginProtection; protocol endpoints
// read no cookie and follow CORS instead. Static documents are answered before the middleware: they are many and alike.
package web
