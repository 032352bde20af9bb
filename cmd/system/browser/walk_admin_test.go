package browser_test

import "strings"

func clientStops(w *world) []stop {
	client := "/admin/clients/" + w.app.client.ID
	return []stop{
		{"clients", "/admin/clients", nil},
		{"clients none fits", "/admin/clients?q=nothing+like+it", nil},
		{"client choose", "/admin/clients/new", nil},
		{"client new spa", "/admin/clients/new?type=spa", nil},
		{"client new native", "/admin/clients/new?type=native", nil},
		{"client new machine", "/admin/clients/new?type=machine", nil},
		{"client new web", "/admin/clients/new?type=web", nil},
		{"client new errors", "", typing("Register app", "client_uri", "javascript:alert(1)", "redirect_uris", "/callback\n"+
			"http://planner.example/callback\nhttps://"+strings.Repeat("long-", 30)+"/#part", "access_token_ttl", "3")},
		{"client created web", "/admin/clients/new?type=web", typing("Register app", "client_name", "New app", "redirect_uris", "https://new.example/callback")},
		{"client created native", "/admin/clients/new?type=native", typing("Register app", "client_name", arabicName, "redirect_uris", "com.example.new:/callback")},
		{"client", client, nil},
		{"client long name", "/admin/clients/" + w.long.ID, nil},
		{"client right to left", "/admin/clients/" + w.arabic.ID, nil},
		{"client machine", "/admin/clients/" + w.machine.ID, nil},
		{"client disabled", "/admin/clients/" + w.disabled.ID, nil},
		{"client settings", client + "/settings", nil},
		{"client settings errors", "", typing("Save settings", "client_name", "", "contacts", "nobody")},
		{"client settings long name", "/admin/clients/" + w.long.ID + "/settings", nil},
		{"client secrets", client + "/secrets", nil},
		{"client secrets none", "/admin/clients/" + w.native.ID + "/secrets", nil},
		{"client secret revoke", client + "/secrets", func(w *tab) { w.press(`main table a.button`) }},
		{"client secret added", client + "/secrets", pressing("Add secret")},
		{"client activity", client + "/activity", nil},
		{"client activity none", "/admin/clients/" + w.native.ID + "/activity", nil},
		{"client audit", client + "/audit", nil},
		{"client danger", client + "/danger", nil},
		{"client danger errors", "", func(w *tab) { w.fill("confirm", "no"); w.lax(); w.press("form[action$=delete] button") }},
	}
}

func directoryStops(w *world) []stop {
	return []stop{
		{"overview", "/admin", nil},
		{"users", "/admin/users", nil},
		{"users next page", "", pressing("Next page")},
		{"users none fits", "/admin/users?q=nobody", nil},
		{"user new", "/admin/users/new", nil},
		{"user new errors", "", typing("Add user", "name", "", "email", "no address")},
		{"user added", "/admin/users/new", typing("Add user", "name", "New Person", "email", "new@example.com")},
		{"user", "/admin/users/" + w.member.ID.String(), nil},
		{"user with link", "", pressing("Make a password link")},
		{"user disabled", "/admin/users/" + w.blocked.ID.String(), nil},
		{"organizations", "/admin/organizations", nil},
		{"organization new", "/admin/organizations/new", nil},
		{"organization new errors", "", typing("Add organization", "name", "")},
		{"scopes", "/admin/scopes", nil},
		{"scope new", "/admin/scopes/new", nil},
		{"scope new errors", "", typing("Add scope", "name", "a b,c", "title", "")},
		{"scope edit", "/admin/scopes/edit?name=things.02.destructive", nil},
		{"scope delete", "/admin/scopes/delete?name=things.00.read", nil},
		{"scope delete errors", "", typing("Delete scope", "confirm", "no")},
		{"keys", "/admin/keys", nil},
		{"key revoke", "", func(w *tab) { w.press(`main a[href^="/admin/keys/revoke"]`) }},
		{"keys rotated", "/admin/keys", func(w *tab) { w.press(`form[action="/admin/keys/rotate"] button`) }},
		{"audit", "/admin/audit", nil},
		{"audit none fits", "/admin/audit?object=nothing", nil},
		{"admin not found", "/admin/nothing", nil},
		{"sign out", "/logout", nil},
	}
}
