package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// host is what a command gets from outside.
type host struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
	now      func() time.Time

	json    bool // --json
	started bool // the command line was right
}

const rootLong = `posternd is the Postern authorization server, and the tool to run it with.

Settings come from flags, then the environment (POSTERN_ and the key in capitals), then the file postern.yaml, then
defaults: "posternd config" shows all of them. Commands work on the database that the settings name, also while a server
runs, and that server honours a change within a second.

Exit codes: 0 done, 1 failed, 2 wrong command line or settings, 3 there is no such thing, 4 it exists already or was
changed meanwhile, 5 the database does not answer.`

const rootExample = `  posternd serve --dev
  posternd user add user@example.com --admin --password-stdin < password
  posternd client add --file client.json
  posternd apply -f state.yaml --dry-run`

// commands is every command, in the order of a life: start, fill, look after, keep.
func (h *host) commands() []*cobra.Command {
	return []*cobra.Command{
		newServe(h),
		newMigrate(h),
		newConfig(h),
		newClient(h),
		newUser(h),
		newOrg(h),
		newScope(h),
		newApply(h),
		newKey(h),
		newSecret(h),
		newBackup(h),
		newRestore(h),
		newHealth(h),
		newVersion(h),
	}
}

// newRoot puts the commands together.
func newRoot(h *host) *cobra.Command {
	root := group("posternd", "The Postern authorization server", h.commands()...)
	root.Long, root.Example = rootLong, rootExample
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetIn(h.in)
	root.SetOut(h.out)
	root.SetErr(h.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().String("config", "", "settings file (default "+defaultFile+" in the working directory, if it is there)")
	root.PersistentFlags().BoolVar(&h.json, "json", false, "print JSON, for machines")
	addSettingFlags(root.PersistentFlags(), true)
	return root
}

// group is a command that only has others. Alone it prints its help; with a word that is none of its commands it fails,
// where cobra would print help and call that success.
func group(name, short string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, Args: cobra.ArbitraryArgs}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return usagef("%s has no command %q%s", cmd.CommandPath(), args[0], didYouMean(cmd.SuggestionsFor(args[0])))
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(children...)
	return cmd
}

func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ": did you mean " + strings.Join(names, " or ") + "?"
}

// execute runs the command line and returns the exit code.
func (h *host) execute(ctx context.Context, args []string) int {
	root := newRoot(h)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if !h.started { // cobra found the arguments wanting
		err = usageError{err}
	}
	fmt.Fprintln(h.err, explain(err))
	if code := exitCode(err); code != exitUsage || h.started {
		return code
	}
	fmt.Fprintf(h.err, "See %s --help.\n", cmd.CommandPath())
	return exitUsage
}
