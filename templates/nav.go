package templates

// navGroup is one part of the navigation on pages for work.
type navGroup struct {
	Title string
	Items []navItem
}

type navItem struct {
	Key, Label, URL string
}

var accountNav = navGroup{"Your account", []navItem{
	{"profile", "Profile", "/account"},
	{"apps", "Apps with access", "/account/apps"},
	{"sessions", "Sessions", "/account/sessions"},
	{"password", "Password", "/account/password"},
}}

var adminNav = navGroup{"Administration", []navItem{
	{"overview", "Overview", "/admin"},
	{"clients", "Clients", "/admin/clients"},
	{"users", "Users", "/admin/users"},
	{"organizations", "Organizations", "/admin/organizations"},
	{"scopes", "Scopes", "/admin/scopes"},
	{"keys", "Signing keys", "/admin/keys"},
	{"audit", "Audit trail", "/admin/audit"},
}}

// nav is the navigation as the viewer sees it on the page with the key Current.
type nav struct {
	Current string
	Groups  []navGroup
	User    *Viewer
}

// at is the navigation on a page: {{template "nav-items" (at .Layout "clients")}}.
func at(l Layout, current string) nav {
	n := nav{Current: current, User: l.User}
	if l.User != nil && l.User.IsAdmin {
		n.Groups = append(n.Groups, adminNav)
	}
	n.Groups = append(n.Groups, accountNav)
	return n
}

// clientTabs are the tabs of one client's pages; URL follows /admin/clients/{id}.
var clientTabs = []navItem{
	{"overview", "Overview", ""},
	{"settings", "Settings", "/settings"},
	{"secrets", "Secrets", "/secrets"},
	{"activity", "Activity", "/activity"},
	{"audit", "Audit", "/audit"},
	{"danger", "Danger zone", "/danger"},
}

// clientTab is the head of a client's page with its tabs.
type clientTab struct {
	Client  ClientHead
	Current string
	Tabs    []navItem
}

func tab(c ClientHead, current string) clientTab { return clientTab{c, current, clientTabs} }
