package main

import (
	"runtime"

	"github.com/spf13/cobra"
)

func newVersion(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Example: "  posternd version --json",
		RunE: func(*cobra.Command, []string) error {
			h.started = true
			if h.json {
				return h.printJSON(map[string]string{"version": version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
			}
			return h.say("posternd %s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		},
	}
}
