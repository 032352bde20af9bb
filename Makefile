# What to do with Postern. `make run` and `make test` are the two to know.

FUZZTIME ?= 10s
BENCHTIME ?= 1s
BIN ?= bin/posternd
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS = -s -w -X main.version=$(VERSION)

.PHONY: help run build test lint check bench fuzz deps clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start the demo on http://localhost:8420
	go run ./cmd/posternd serve --dev

build: ## make bin/posternd: static, stripped, the same bytes from the same source
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o '$(BIN)' ./cmd/posternd

test: deps lint check ## everything that must hold: style, both engines, the browser, no data race

lint: ## gofmt, vet, staticcheck
	@bad=$$(gofmt -l .); test -z "$$bad" || { echo "not formatted by gofmt:"; echo "$$bad"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	cd authz/internal/oryx && go vet ./...

check: ## all tests, with the race detector
	cd authz/internal/oryx && go test -race ./...
	go test -race -timeout 20m ./...

bench: ## benchmarks of the hot paths; with OAUTHLOAD=FILE also the comparison with a bare server (.ci/compare)
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...
	@if [ -n "$(OAUTHLOAD)" ]; then OAUTHLOAD="$(OAUTHLOAD)" .ci/compare; else echo "The comparison: make bench OAUTHLOAD=FILE, a load generator as .ci/compare says"; fi

fuzz: ## each fuzz target for FUZZTIME (10s)
	FUZZTIME=$(FUZZTIME) .ci/fuzz

deps: ## see that what tests need is there: PostgreSQL, Chromium, a C compiler
	@.ci/deps

clean: ## remove what make made
	rm -rf bin
