// Package page turns what handlers return into what browsers show: a templates.Page into HTML with its headers, and an
// error into the error page. It is the one place where errors become HTML; web/oauth has the one where they become JSON.
//
// Every page is sent with a Content-Security-Policy that allows our own style and script files and nothing else. Only
// form-action differs: a form whose answer ends at an app's redirect URI names that URI's origin, as browsers check it
// along the redirects too.
package page
