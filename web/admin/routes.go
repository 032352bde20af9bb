package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"postern/web/page"
)

// handler answers one request of an administrator.
type handler func(*visit) error

// route is one URL. back, of a form, is the page that it is on; empty: its own URL.
type route struct {
	method, path string
	serve        handler
	back         string
	upload       bool // reads its body itself
}

func get(path string, h handler) route { return route{method: http.MethodGet, path: path, serve: h} }

func post(path string, h handler, back string) route {
	return route{method: http.MethodPost, path: path, serve: h, back: back}
}

// routes is every URL, in the order in which a reader would look for it.
func (p *Pages) routes() []route {
	return slices.Concat(
		[]route{get("/admin", p.overview)},
		p.clientRoutes(),
		p.userRoutes(),
		[]route{
			get("/admin/organizations", p.organizations),
			get("/admin/organizations/new", p.organizationNew),
			post("/admin/organizations/new", p.organizationCreate, ""),

			get("/admin/scopes", p.scopeList),
			get("/admin/scopes/new", p.scopeNew),
			post("/admin/scopes/new", p.scopeAdd, ""),
			get("/admin/scopes/edit", p.scopeEdit),
			post("/admin/scopes/edit", p.scopeUpdate, ""),
			get("/admin/scopes/delete", p.scopeAsk),
			post("/admin/scopes/delete", p.scopeDelete, ""),

			get("/admin/keys", p.keyList),
			post("/admin/keys/rotate", p.keyRotate, "/admin/keys"),
			get("/admin/keys/revoke", p.keyAsk),
			post("/admin/keys/revoke", p.keyRevoke, ""),

			get("/admin/audit", p.audit),
			get("/admin/", func(*visit) error { return page.NotFound() }),
		},
	)
}

func (p *Pages) clientRoutes() []route {
	const client = "/admin/clients/{client}"
	const secret, danger = client + "/secrets/{secret}", client + "/danger"
	return []route{
		get("/admin/clients", p.clientList),
		get("/admin/clients/new", p.clientNew),
		post("/admin/clients/new", p.clientCreate, ""),
		get(client, p.clientOverview),
		post(client+"/verify", p.clientVerify, client),
		post(client+"/unverify", p.clientUnverify, client),
		get(client+"/settings", p.clientSettings),
		post(client+"/settings", p.clientUpdate, ""),
		{method: http.MethodPost, path: client + "/logo", serve: p.clientLogo, back: client + "/settings", upload: true},
		post(client+"/logo/remove", p.clientLogoRemove, client+"/settings"),
		get(client+"/secrets", p.clientSecrets),
		post(client+"/secrets", p.clientSecretAdd, ""),
		get(secret+"/revoke", p.clientSecretAsk),
		post(secret+"/revoke", p.clientSecretRevoke, ""),
		get(client+"/activity", p.clientActivity),
		get(client+"/audit", p.clientAudit),
		get(danger, p.clientDanger),
		post(client+"/transfer", p.clientTransfer, danger),
		post(client+"/revoke-tokens", p.clientRevokeTokens, danger),
		post(client+"/disable", p.clientDisable, danger),
		post(client+"/enable", p.clientEnable, danger),
		post(client+"/delete", p.clientDelete, danger),
	}
}

func (p *Pages) userRoutes() []route {
	const user = "/admin/users/{user}"
	return []route{
		get("/admin/users", p.userList),
		get("/admin/users/new", p.userNew),
		post("/admin/users/new", p.userCreate, ""),
		get(user, p.userPage),
		post(user+"/disable", p.userDisable, user),
		post(user+"/enable", p.userEnable, user),
		post(user+"/reset-link", p.userResetLink, user),
		post(user+"/admin", p.userAdmin, user),
		post(user+"/organizations", p.userMember, user),
		post(user+"/organizations/remove", p.userMemberRemove, user),
		post(user+"/sessions/end", p.userSessionEnd, user),
		post(user+"/sessions/end-all", p.userSessionsEnd, user),
		post(user+"/apps/revoke", p.userAppRevoke, user),
	}
}

// Routes adds every URL of this package: reads by get, forms by post, which refuses other sites' requests.
func (p *Pages) Routes(get, post func(pattern string, h func(http.ResponseWriter, *http.Request) error)) {
	for _, row := range p.routes() {
		add := get
		if row.method == http.MethodPost {
			add = post
		}
		add(row.method+" "+row.path, p.door(row))
	}
}

// door lets administrators in. The role is the one that the user has now: the session was read with its user.
func (p *Pages) door(row route) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		visitor, err := p.c.Sessions.Current(r)
		switch {
		case err != nil:
			return err
		case !visitor.SignedIn:
			return p.c.SignIn(w, r, row.after(r))
		case !visitor.User.IsAdmin:
			return page.NotFound()
		}
		v := &visit{pages: p, w: w, r: r, who: visitor}
		if err := v.read(!row.upload); err != nil {
			return err
		}
		return row.serve(v)
	}
}

// maxNext bounds the address that a visitor comes back to: it travels sealed in another one.
const maxNext = 1000

// after is where a visitor goes after signing in: always a GET of ours.
func (row route) after(r *http.Request) string {
	if row.back == "" {
		if uri := r.URL.RequestURI(); len(uri) <= maxNext {
			return uri
		}
		return r.URL.EscapedPath()
	}
	next := row.back
	for _, name := range []string{"client", "user"} {
		next = strings.ReplaceAll(next, "{"+name+"}", url.PathEscape(r.PathValue(name)))
	}
	return next
}
