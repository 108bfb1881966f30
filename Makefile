# Guichê: `make` alone lists what can be done.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILD   := CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
TOOL    := $(GO) tool -modfile=tools/go.mod
# Where goroutines share memory, so that the race detector's slowness pays.
RACE    := $(addsuffix /...,$(addprefix ./,$(wildcard internal/blob internal/demo/devidp internal/job internal/ledger internal/mail internal/oidc internal/scan internal/web/ui)))
FUZZTIME ?= 10s
ROUNDS  ?= 20
ADDR    ?= 127.0.0.1:8080
DATA    ?= data/demo

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## the program, as bin/guiche
	@$(BUILD) -o bin/guiche ./cmd/guiche

.PHONY: run
run: build ## build and start the demo (ADDR=127.0.0.1:8080 DATA=data/demo)
	@exec bin/guiche demo --addr $(ADDR) --data $(DATA)

.PHONY: setup
setup: ## install what the tests need and this machine lacks
	@scripts/setup.sh

.PHONY: test
test: setup check test-all test-race e2e ## everything, after installing what is missing
	@echo "make test: all passed"

.PHONY: check
check: ## what CONTRIBUTING.md asks of the text itself: gofmt, go vet, module sums
	@unformatted=$$(gofmt -l cmd internal bench 2>/dev/null || true)
	if [ -n "$$unformatted" ]; then echo "gofmt: run 'make fmt' for:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) mod verify >/dev/null

.PHONY: test-all
test-all: # every Go test on both engines; a missing tool is a failure, not a skip
	@GUICHE_REQUIRE_ALL=1 $(GO) test -timeout 10m ./...

.PHONY: test-race
test-race: # the packages of RACE again, under the race detector
	@GUICHE_REQUIRE_ALL=1 $(GO) test -race -short -timeout 10m $(RACE)

.PHONY: test-mail
test-mail: ## a mail, its answer and one that comes back, through OpenSMTPD and Dovecot (as root; installs both)
	@scripts/setup.sh opensmtpd dovecot-imapd
	GUICHE_MAIL_SERVERS=1 $(GO) test -count=1 -run TestMailThroughOpenSMTPDAndDovecot ./cmd/guiche

# The version before: the last tag, or what stood before the newest migration. It is built from the history of this folder.
BEFORE ?= $(shell git describe --tags --abbrev=0 HEAD^ 2>/dev/null || echo "$$(git log -1 --format=%H -- internal/db/migrations)^")
.PHONY: bin/guiche-before
bin/guiche-before:
	@rm -rf bin/before && mkdir -p bin/before
	git archive $(BEFORE) | tar -x -C bin/before
	(cd bin/before && CGO_ENABLED=0 $(GO) build -o ../guiche-before ./cmd/guiche)
	rm -r bin/before

.PHONY: faults
faults: setup bin/guiche-before ## the fault tests in their long form: ROUNDS (20) kills while people send 1,000 complaints, on both engines; an upgrade from BEFORE
	@GUICHE_REQUIRE_ALL=1 GUICHE_BEFORE=$(CURDIR)/bin/guiche-before GUICHE_FAULT_ROUNDS=$(ROUNDS) $(GO) test -count=1 -v -timeout 2h -run 'TestWhatWasShownSurvivesAKill|TestTenTimesTooMany|TestADayOfExpiries|TestANodeIsKilled|TestAnyNodeServes|TestTwoVersions' ./cmd/guiche | grep -E '^(---|    ---|ok|FAIL|panic)|_test.go:'

.PHONY: test-unit
test-unit: ## go test with what is on this machine; what is left out is skipped
	@$(GO) test ./...

.PHONY: e2e
e2e: setup build ## the journeys in Chromium (screenshots in e2e/screens)
	@rm -rf e2e/screens
	cd e2e && npm test --silent

.PHONY: manual
manual: setup build ## the manual's pictures, taken anew by the journeys that show them
	@rm -rf doc/manual/imagens
	cd e2e && GUICHE_PICTURES=1 node --test --test-concurrency=2 --test-reporter=spec journey-main.test.mjs journey-direct.test.mjs journey-notice.test.mjs

.PHONY: lint
lint: ## golangci-lint with the reasons in .golangci.yml (first run builds it: 1-2 minutes)
	@$(TOOL) golangci-lint run

.PHONY: fmt
fmt: ## gofmt everything
	@gofmt -w $(wildcard cmd internal bench)

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: golden
golden: ## rewrite the golden files; read the difference before you commit it
	@for dir in $$(grep -rl --include='*_test.go' 'flag.Bool("update"' cmd internal | xargs -n1 dirname | sort -u); do
		$(GO) test ./$$dir -update
	done
	git --no-pager diff --stat

.PHONY: bench
bench: build ## the bars Q-1 to Q-8 measured on the running program; BENCH="-engine both -cases 10000,100000 -clocks 1000000 -soak 1h"
	@$(GO) run ./bench $(BENCH)
	@$(GO) test -count=1 -v -run TestWhatEachPageCosts ./cmd/guiche | grep -E "queries|costs|FAIL"

.PHONY: vuln
vuln: ## known vulnerabilities in what the program calls; VULNDB=file:///path for a copy of the database
	@$(TOOL) govulncheck $(if $(VULNDB),-db $(VULNDB)) ./...

.PHONY: release
release: ## static binaries, module list and checksums in dist/
	@rm -rf dist && mkdir -p dist
	for arch in amd64 arm64; do
		GOOS=linux GOARCH=$$arch $(BUILD) -o dist/guiche_$(VERSION)_linux_$$arch ./cmd/guiche
	done
	$(GO) version -m dist/guiche_$(VERSION)_linux_amd64 >dist/modules.txt
	cd dist && sha256sum guiche_* modules.txt >SHA256SUMS && cat SHA256SUMS

.PHONY: clean
clean: ## remove what was built; data stays
	@rm -rf bin dist e2e/screens e2e/node_modules
