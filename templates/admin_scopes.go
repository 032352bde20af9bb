package templates

// ScopeRow is one line of the list of scopes.
type ScopeRow struct {
	Name      string
	Title     string
	Kind      Kind
	Sensitive bool
	Default   bool
	Optional  bool // people may leave it out
	Reserved  bool
	Clients   int // clients that may ask for it
}

// ScopeTable is the scopes of one group.
type ScopeTable struct {
	Title string
	Rows  []ScopeRow
}

// ScopeList is GET /admin/scopes.
type ScopeList struct {
	Layout
	Groups []ScopeTable
	Limit  Limit
}

func (ScopeList) page() string { return "scope_list" }

// ScopeForm is GET /admin/scopes/new and GET /admin/scopes/edit?name=. The form posts name, title, description, group,
// kind (read, write, destructive), sensitive, default, optional and reserved (1) to the same URL; an edited scope keeps its name.
type ScopeForm struct {
	Layout
	Errors      Errors
	Existing    bool // editing: the name is fixed
	Name        string
	Title       string
	Description string
	Group       string
	Groups      []string // groups there are, to suggest
	Kind        Kind
	Sensitive   bool
	Default     bool
	Optional    bool
	Reserved    bool
}

func (ScopeForm) page() string { return "scope_form" }

// ScopeDelete is GET /admin/scopes/delete?name=. The form posts confirm (the name) to the same URL.
type ScopeDelete struct {
	Layout
	Errors  Errors
	Name    string
	Title   string
	Clients int
	Grants  int64
}

func (ScopeDelete) page() string { return "scope_delete" }
