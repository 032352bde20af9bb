// Command posternd is the Postern server and the tool to run it with.
//
// This folder owns every flag, environment variable, setting and exit code, and nothing else: what a command decides is
// in authz, what it shows of the web is in web.
//
//	main.go        the process: signals and the exit code
//	root.go        the list of commands
//	exit.go        which error ends with which exit code, and how it is worded
//	config.go      flags, environment, file and defaults into one typed value; config_files.go: values that files hold
//	settings.go    the table of settings: key, default, rule; a new one is a row here and a field of Config
//	rules.go       what the rules are made of; suggest.go: what was probably meant
//	secret.go      where the server's secret comes from
//	database.go    how the database is opened, and when it is migrated
//	office.go      what a command works with: settings, database, keys, and whoever decides
//	output.go      JSON for machines, tables for people
//	serve.go       the server; handler.go: what answers, listener.go, tls.go, memory.go: what it stands on
//	dev.go, dev_*.go                the demo of serve --dev
//	client.go, client_add.go ...    one file for each command
//	apply.go, apply_*.go            a declared state: read, compared, brought about
//
// A command is an options struct, flags that fill it, and a run method. The scripts in testdata/script are its tests and
// its manual.
package main
