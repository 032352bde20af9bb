package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"postern/authz/client"
)

func newClient(h *host) *cobra.Command {
	return group("client", "Register apps and look after them",
		newClientAdd(h), newClientList(h), newClientShow(h), newClientUpdate(h),
		newClientRotateSecret(h), newClientDisable(h), newClientEnable(h), newClientDelete(h))
}

// clientView is a client for machines: the registration response, and what Postern says of it besides.
type clientView struct {
	client.Registered
	Disabled bool `json:"disabled"`
	Verified bool `json:"verified"`
}

func viewOfClient(row client.Row, secret string) (clientView, error) {
	r, err := client.Respond(row, secret, time.Time{})
	return clientView{r, !row.DisabledAt.IsZero(), !row.VerifiedAt.IsZero()}, err
}

// readInput reads a file, or standard input for -, at most limit bytes.
func (h *host) readInput(path string, limit int64) ([]byte, error) {
	in := h.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("%s is longer than %d bytes", path, limit)
	}
	return text, nil
}

// merged lays the members of patch over those of m, where null takes one away (RFC 7396, for the first level).
func merged(m client.Metadata, patch []byte) (client.Metadata, error) {
	if _, err := client.Decode(patch); err != nil {
		return m, err
	}
	members := map[string]json.RawMessage{}
	text, err := json.Marshal(m)
	if err != nil {
		return m, fmt.Errorf("encode metadata: %w", err)
	}
	for _, document := range [][]byte{text, patch} {
		if err := json.Unmarshal(document, &members); err != nil {
			return m, fmt.Errorf("merge metadata: %w", err)
		}
	}
	whole, err := json.Marshal(members)
	if err != nil {
		return m, fmt.Errorf("encode metadata: %w", err)
	}
	return client.Decode(whole)
}

// everyClient lists all clients that f lets through.
func everyClient(ctx context.Context, o *office, f client.Filter) ([]client.Row, error) {
	var all []client.Row
	page := client.Page{Limit: 200}
	for {
		rows, next, err := o.Clients.List(ctx, f, page)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
		if page.After = next; next == "" {
			return all, nil
		}
	}
}
