package event

// The kinds of Actor.
const (
	KindUser    = "user"
	KindClient  = "client"
	KindCommand = "command" // somebody at the server's own command line
	KindSystem  = "system"  // the server by itself: rotation by age, theft it noticed
)

// Actor is who did it. Everything in it may come from outside: Record makes it fit to be read.
type Actor struct {
	Kind      string // one of the kinds above
	ID        string // of the user or client; for a command, its name
	Name      string // as people know it at that moment
	Address   string // network address, without port
	RequestID string // as in the log and the answer
}

// System is the server acting by itself.
var System = Actor{Kind: KindSystem, ID: "postern", Name: "Postern"}

// Command is somebody at the server's command line, where name is the command: "client add".
func Command(name string) Actor { return Actor{Kind: KindCommand, ID: name, Name: "posternd " + name} }
