// Package migrations holds every table: numbered SQL files, embedded in the binary and applied by storage.Migrate.
//
// One file serves both engines wherever possible. A file named *.postgres.sql or *.sqlite.sql is for that engine alone,
// so the newest number can differ between the two.
//
// A migration expands the schema, and only a later release contracts it: the previous binary works on the new schema.
package migrations
