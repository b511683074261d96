# Fangxin. `make help` lists what there is; only Go is needed to run it.

# Where `make run` serves, keeps its data, and which PostgreSQL it uses
# instead of SQLite (PG=postgres://user@host/database).
LISTEN ?= 127.0.0.1:8080
DATA   ?= ./data
PG     ?=
# Packages of the product that make test and make test-quick test.
PKG    ?= ./...

# No cgo anywhere: the same program builds on every machine, without a C compiler.
export CGO_ENABLED = 0

GO    ?= go
TOOLS := internal/tools
SUITE := $(GO) -C $(TOOLS) run ./cmd/suite

.DEFAULT_GOAL := help
.PHONY: help run build test test-quick bench verify gen screens deps fmt lint clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  variables   LISTEN=$(LISTEN) DATA=$(DATA) PG=postgres://user@host/database PKG=$(PKG)'

run: build ## build and serve the demonstration province
	./bin/fangxin serve --demo --listen '$(LISTEN)' --data '$(DATA)' $(if $(PG),--database '$(PG)')

build: ## build ./bin/fangxin
	$(GO) build -trimpath -ldflags='-s -w' -o bin/fangxin ./cmd/fangxin

test: ## run everything: checks, both databases, browser, QR codes
	@$(SUITE) $(PKG)

test-quick: ## run formatting, vet and the product's tests only
	@$(SUITE) -quick $(PKG)

bench: ## measure scans, what tablets send and their app, on both databases
	$(GO) build -trimpath -ldflags='-s -w' -o bin/fangxin ./cmd/fangxin
	./bin/fangxin bench $(if $(PG),--database '$(PG)')
	./bin/fangxin bench tablet $(if $(PG),--database '$(PG)')
	@$(SUITE) -app
	@ls -l bin/fangxin | awk '{ printf "the program: %.1f MB, goal at most 40 MB: %s\n", $$5 / 1048576, $$5 <= 40 * 1048576 ? "reached" : "missed" }'

verify: ## compare the generated files with what would be generated
	$(GO) run ./cmd/fangxin gen --check

gen: ## write the generated files: API description, problems, lifecycles
	$(GO) run ./cmd/fangxin gen

screens: build ## take the pictures of the README with a real browser
	FANGXIN_SCREENS='$(CURDIR)/assets/readme' $(GO) -C $(TOOLS) test -count=1 -run '^TestStory$$' ./e2e

deps: ## repeat the requirements of go.mod in internal/tools, after a change
	$(GO) -C $(TOOLS) mod edit $$(sed -nE 's/^[[:space:]]+([^ ]+) (v[^ ]+).*/-require=\1@\2/p' go.mod)
	sort -u go.sum $(TOOLS)/go.sum -o $(TOOLS)/go.sum

fmt: ## format the Go code
	gofmt -s -w $(wildcard cmd internal migrations assets openapi)

lint: ## run vet and staticcheck
	$(GO) vet ./...
	$(GO) -C $(TOOLS) vet ./...
	$(GO) -C $(TOOLS) build -o ../../bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	./bin/staticcheck ./...
	cd $(TOOLS) && ../../bin/staticcheck ./...

clean: ## remove what was built, but not the data
	rm -rf bin coverage
