# batchgate. `make help` lists the targets; each works on a machine that has Go, git, make and a C compiler.

.DEFAULT_GOAL := help
SHELL := /bin/bash -o pipefail

GO       ?= go
BIN      := bin
FUZZTIME ?= 5s
BENCH    ?= .
COUNT    ?= 5
N        ?= 1000
SEED     ?= 1
KEEP     ?=
DURATION ?= 20m
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
# One setting for all builds but the race detector's, so that they share what is compiled.
export CGO_ENABLED := 0
LDFLAGS  := -s -w -X main.version=$(VERSION)

# A first build takes minutes: the packages that are compiled are counted. Other lines are downloads and errors.
COUNT_PACKAGES = 2>&1 | awk '/[ :]/ {print; next} n++ == 0 {print "building $(1)"} n % 100 == 0 {print "  " n " packages"; fflush()}'

# Packages whose tests run code in several goroutines; the race detector costs minutes elsewhere and finds nothing there.
RACE = ./webhook/... ./certs/... ./policies/engine/... ./policies/source/... ./policies/live/...

.PHONY: compare help demo demo-stop build test unit race fuzz e2e availability rotation soak parity conformance image bench lint verify docs clean

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## start a real control plane, install the gate and apply the examples; KEEP=1 leaves it running
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/demo ./cmd/demo $(call COUNT_PACKAGES,the demo)
	@$(BIN)/demo $(if $(filter-out 0 no false,$(KEEP)),--keep)

demo-stop: ## stop what `make demo KEEP=1` left running
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/demo ./cmd/demo $(call COUNT_PACKAGES,the demo)
	@$(BIN)/demo --stop

build: ## build the batchgate binary into bin/
	@mkdir -p $(BIN)
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/batchgate ./cmd/batchgate
	@ln -sf batchgate $(BIN)/kubectl-batchgate
	@printf '#!/bin/sh\nexec kubectl batchgate __complete "$$@"\n' > $(BIN)/kubectl_complete-batchgate && chmod +x $(BIN)/kubectl_complete-batchgate

test: unit race fuzz e2e ## every test: unit, race detector, a short fuzz run, the real control plane

unit: ## the tests of the main module, and of what Prometheus is given
	$(GO) test ./...
	cd e2e/tools/prometheus && $(GO) test ./...

race: ## the concurrent packages under the race detector
	CGO_ENABLED=1 $(GO) test -race -short $(RACE)

fuzz: ## each fuzz target for FUZZTIME (5s)
	@./.ci/fuzz "$(FUZZTIME)"

e2e: ## the tests on a real kube-apiserver (built on the first run)
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/controlplane ./cmd/controlplane $(call COUNT_PACKAGES,what builds the control plane)
	@cd e2e && ../$(BIN)/controlplane build
	cd e2e && $(GO) test -timeout 30m ./...

availability: ## the long forms of what is tested about restarts, outages and the API server (half an hour)
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/controlplane ./cmd/controlplane $(call COUNT_PACKAGES,what builds the control plane)
	@cd e2e && ../$(BIN)/controlplane build
	cd e2e && $(GO) test -count=1 -timeout 2h -v ./availability -args -long

rotation: ## the long forms of certificates that are rotated and policies that are exchanged under load (ten minutes)
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/controlplane ./cmd/controlplane $(call COUNT_PACKAGES,what builds the control plane)
	@cd e2e && ../$(BIN)/controlplane build
	cd e2e && $(GO) test -count=1 -p 1 -timeout 1h -v ./rotation ./reload -args -long

soak: ## two replicas for DURATION (20m) under traffic, reloads and rotations: what grows, what is lost
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/controlplane ./cmd/controlplane $(call COUNT_PACKAGES,what builds the control plane)
	@cd e2e && ../$(BIN)/controlplane build
	cd e2e && $(GO) test -count=1 -timeout 24h -v ./soak -run TestNothingGrows -args -duration $(DURATION)

parity: ## N (1000) manifests, generated from SEED (1), through `check` and through the cluster, which must agree
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/controlplane ./cmd/controlplane $(call COUNT_PACKAGES,what builds the control plane)
	@cd e2e && ../$(BIN)/controlplane build
	cd e2e && $(GO) test -count=1 -timeout 24h -v ./parity -run TestParity -args -n $(N) -seed $(SEED)

conformance: ## Kubernetes' own e2e cases for Jobs and CronJobs, without the gate and with it (15 minutes), into e2e/conformance/RESULTS.md
	@mkdir -p $(BIN)
	@cd e2e && $(GO) build -v -o ../$(BIN)/conformance ./cmd/conformance $(call COUNT_PACKAGES,the conformance run)
	@cd e2e && ../$(BIN)/conformance

image: ## a reproducible OCI image for linux/amd64 and linux/arm64 and its bills of materials, into bin/image
	@mkdir -p $(BIN)
	@cd e2e/tools/ko && $(GO) build -v -o ../../../$(BIN)/ko-image . $(call COUNT_PACKAGES,ko)
	$(BIN)/ko-image -version $(VERSION) -revision "$$(git rev-parse HEAD 2>/dev/null)" -out $(BIN)/image

bench: ## the benchmarks, COUNT (5) times each, in a form that benchstat compares
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) ./policies/... ./webhook/... ./cmd/batchgate

compare: ## `check` beside conftest: the same six rules, 2,000 manifests, in turns (builds conftest)
	cd e2e && $(GO) test ./compare -v -run Conftest -args -long

lint: ## golangci-lint (built on the first run), go vet and gofmt
	@mkdir -p $(BIN)
	cd e2e/tools/golangci && $(GO) build -o ../../../$(BIN)/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	$(BIN)/golangci-lint run ./...
	cd e2e && ../$(BIN)/golangci-lint run --config ../.golangci.yml ./...
	cd e2e/tools/prometheus && ../../../$(BIN)/golangci-lint run --config ../../../.golangci.yml ./...

verify: ## generated files are up to date, every file is formatted, go vet is silent
	@./.ci/verify

docs: ## write the generated pages and the input schema again
	$(GO) generate ./...

clean: ## stop a kept demo and remove what was built here (the control plane stays in the user cache)
	@if [ -x $(BIN)/demo ]; then $(BIN)/demo --stop; fi
	rm -rf $(BIN)
