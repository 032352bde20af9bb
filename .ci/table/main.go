// Command table makes the comparison's reports into one table in Markdown: medians of CPU time for each operation, and
// how many requests to a bare server they are worth.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// report is what the load generator writes, as far as the table needs it.
type report struct {
	OpsPerSecond float64 `json:"ops_per_s"`
	CPU          float64 `json:"server_and_postgres_cpu_s_per_1000_ops"`
	Errors       int     `json:"errors"`
	Latency      struct {
		P50 float64 `json:"p50_ms"`
		P99 float64 `json:"p99_ms"`
	} `json:"latency"`
}

// rows are the flows in the order of the table, with the bare server's run to compare with.
var rows = []struct{ name, bare, title string }{
	{"client_credentials", "bare32", "client_credentials, opaque"},
	{"jwt", "bare32", "client_credentials, JWT (ES256)"},
	{"introspect", "bare32", "introspection"},
	{"discovery", "bare32", "discovery"},
	{"jwks", "bare32", "JWKS"},
	{"code", "bare16", "authorization code: authorize and exchange"},
	{"refresh", "bare16", "refresh"},
}

func main() {
	runs := map[string][]report{}
	for _, path := range os.Args[1:] {
		r, err := read(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		key := name[:strings.LastIndexByte(name, '-')] // engine-flow
		runs[key] = append(runs[key], r)
	}
	fmt.Println("| flow | engine | µs CPU | bare requests | ops/s | p50 ms | p99 ms | errors |")
	fmt.Println("|---|---|--:|--:|--:|--:|--:|--:|")
	for _, row := range rows {
		for _, engine := range []string{"sqlite", "postgres"} {
			print(row.title, engine, runs[engine+"-"+row.name], runs[engine+"-"+row.bare])
		}
	}
}

func read(path string) (r report, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

func print(title, engine string, runs, bare []report) {
	if len(runs) == 0 || len(bare) == 0 {
		return
	}
	cpu := median(runs, func(r report) float64 { return r.CPU })
	base := median(bare, func(r report) float64 { return r.CPU })
	errors := 0
	for _, r := range runs {
		errors += r.Errors
	}
	fmt.Printf("| %s | %s | %.1f | %.2f | %.0f | %.2f | %.2f | %d |\n", title, engine, cpu*1000, cpu/base,
		median(runs, func(r report) float64 { return r.OpsPerSecond }),
		median(runs, func(r report) float64 { return r.Latency.P50 }), median(runs, func(r report) float64 { return r.Latency.P99 }), errors)
}

func median(runs []report, of func(report) float64) float64 {
	values := make([]float64, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
