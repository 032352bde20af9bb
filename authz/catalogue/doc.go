// Package catalogue keeps the scopes that exist: adding, changing and deleting them, each in one transaction with its
// audit event, in force on every node within a second.
//
//	entry.go      what an entry may say: all problems at once, each with its field
//	catalogue.go  the changes
//
// What a name may look like and who may have it is scope's (RFC 6749, section 3.3). A scope whose name begins with
// scope.ReservedPrefix is reserved whatever was asked. Deleting a scope takes it from every grant at its next refresh:
// scope.Permitted leaves out what does not exist. Access tokens that carry it live on to their end.
package catalogue
