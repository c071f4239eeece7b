# Everything a developer runs. Each target sets up what it needs; nothing has to be prepared by hand.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# 3.11 is the base line; a newer one serves where it is missing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

# A stamp lies inside what it vouches for and bears the hash of what that was made from:
# a second run is instant, and deleting .venv or node_modules deletes its stamp.
# The stack and the demo need less than the tests; what is there for the tests serves the stack.
hash = $(shell cat $(1) 2>/dev/null | cksum | cut -d ' ' -f 1)
PYTHON_LISTS := requirements-stack.txt pyproject.toml
NODE_LISTS := package.json package-lock.json .npmrc $(wildcard web/*/package.json)
PYTHON_STACK := .venv/.stack-$(call hash,$(PYTHON_LISTS))
PYTHON_TESTS := .venv/.tests-$(call hash,$(PYTHON_LISTS) requirements-dev.txt)
NODE_STACK := node_modules/.stack-$(call hash,$(NODE_LISTS))
NODE_TESTS := node_modules/.tests-$(call hash,$(NODE_LISTS))

# Says what a step of the set-up does and how long it took, and every ten seconds how far it is.
STEP = @$(or $(PYTHON),$(error Python 3.11 or newer is needed, and none was found)) emulator/setup_step.py
PIP := $(BIN)/python -m pip install --disable-pip-version-check
# One lock serves every Python and platform; 3.11 is the oldest it has to serve.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"
NPM_FLAGS := --no-audit --no-fund --loglevel=http

.PHONY: help install install-stack site browser up demo test test-unit test-services test-simulation test-processes test-contract test-rules test-rules-mutants test-integration \
	test-e2e test-browser pictures \
	lint typecheck format lock bench schema clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Both at once, since pip and npm wait for the network most of the time.
SIDE_BY_SIDE = +@$(MAKE) --silent --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,--jobs=2)

install: functions-venv ## Set up .venv and node_modules, where they are not already
	$(SIDE_BY_SIDE) $(PYTHON_TESTS) $(NODE_TESTS)

install-stack: functions-venv ## Set up what the stack and the demo need, and no more
	$(SIDE_BY_SIDE) $(PYTHON_STACK) $(NODE_STACK)

.venv/bin/python:
	$(STEP) "Python environment" -- $(PYTHON) -m venv .venv

$(PYTHON_STACK): | .venv/bin/python
	$(STEP) "Python packages for the local stack" --into .venv -- $(PIP) --require-hashes -r requirements-stack.txt
	$(STEP) "Parley's own packages" -- $(PIP) --no-deps -e .
	@rm -f .venv/.ready-* .venv/.stack-* .venv/.tests-* && touch $@

$(PYTHON_TESTS): | .venv/bin/python
	$(STEP) "Python packages for the stack and the tests" --into .venv -- $(PIP) --require-hashes -r requirements-dev.txt
	$(STEP) "Parley's own packages" -- $(PIP) --no-deps -e .
	@rm -f .venv/.ready-* .venv/.stack-* .venv/.tests-* && touch $(PYTHON_STACK) $@

$(NODE_STACK):
	$(STEP) "npm packages for the local stack" --into node_modules -- npm ci --omit=dev $(NPM_FLAGS)
	@rm -f node_modules/.stack-* node_modules/.tests-* && touch $@

# With the stack's packages there, the tests' few are added to them; `npm ci` would begin from nothing.
$(NODE_TESTS):
	$(STEP) "npm packages for the stack and the tests" --into node_modules -- \
		npm $(if $(wildcard $(NODE_STACK)),install --no-save,ci) $(NPM_FLAGS)
	@rm -f node_modules/.ready-* node_modules/.stack-* node_modules/.tests-* && touch $(NODE_STACK) $@

# The Firebase CLI looks for functions/venv and nowhere else; one environment serves both.
.PHONY: functions-venv
functions-venv:
	@if [ -d functions ] && [ ! -e functions/venv ]; then ln -sfn ../.venv functions/venv; fi

# Built anew when a source changed; what was built from the same sources stays.
site: install-stack ## Build the dashboard, the chat client and the demo page into web/site
	@$(BIN)/python -m emulator.site

# Without one the tests that need it are skipped with the reason, and fail under CI=1.
browser: install ## Find a Chromium for the browser tests, or install one
	-@$(BIN)/python -m emulator.browser

up: site ## Run the local stack in the foreground (WORKERS=0 leaves the workers out)
	@exec $(BIN)/python -m emulator up

demo: site ## Run the scenario with real clients on the local stack (ONCE=1 stops afterwards)
	@exec $(BIN)/python -m emulator demo

test: install ## Run everything, stopping at the first tier that fails
	$(SIDE_BY_SIDE) browser lint
	@$(BIN)/python -m tests.tiers unit services simulation processes contract rules rules-coverage integration e2e browser

test-unit: install ## Run the tests that need no server
	@$(BIN)/python -m tests.tiers unit

test-services: install ## Run the services on the twins
	@$(BIN)/python -m tests.tiers services

test-simulation: install ## Run campaigns and chats on the twins, at random and in numbers
	@$(BIN)/python -m tests.tiers simulation

test-processes: install ## Run the tests that start a compiler, Node or a fresh Python
	@$(BIN)/python -m tests.tiers processes

test-contract: install ## Run each port's suite on all its implementations
	@$(BIN)/python -m tests.tiers contract

test-rules: install ## Run the security rules' tests
	@$(BIN)/python -m tests.tiers rules rules-coverage

test-rules-mutants: install ## Try each mutant of the rules on their tests (ARGS="--lines 100-200")
	@$(BIN)/python -m tests.rules_quality $(ARGS)

test-integration: install ## Run the tests against single emulators and stand-ins
	@$(BIN)/python -m tests.tiers integration

test-e2e: install ## Run the tests against the whole stack
	@$(BIN)/python -m tests.tiers e2e

test-browser: install browser ## Run the tests in Chromium, also those that `make test` leaves out
	@$(BIN)/python -m tests.tiers browser browser-long

pictures: install browser ## Make the pictures of the docs anew, by the tests in Chromium
	@PICTURES=1 $(BIN)/python -m tests.tiers browser

lint: install ## Check and mend style, spelling and formatting, and check types
	@$(BIN)/pre-commit run --all-files --show-diff-on-failure

typecheck: install ## Check types, strictly
	@$(BIN)/pre-commit run --all-files mypy

format: install ## Format and mend what can be mended
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; node_modules/.bin/biome check --write .

# The largest set is solved first, and the others take its versions: every set agrees with it.
lock: install ## Compile the hashed locks from requirements*.in (UPGRADE=1 takes the newest versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements-dev.in -o requirements-dev.txt
	@for list in requirements requirements-stack functions/requirements; do \
		cp requirements-dev.txt $$list.txt && $(LOCK) $$list.in -o $$list.txt || exit 1; \
	done
	$(LOCK) $(if $(UPGRADE),--upgrade) bench/requirements-rivals.in -o bench/requirements-rivals.txt
	$(subst 3.11,3.12,$(LOCK)) $(if $(UPGRADE),--upgrade) bench/requirements-fastpubsub.in -o bench/requirements-fastpubsub.txt

bench: install ## Run the benchmarks, all or some, into bench/results.json (ARGS="w8 --rounds 5")
	@$(BIN)/python -m bench $(ARGS)

schema: install ## Export JSON Schema and TypeScript from schema/
	@$(BIN)/parley schema export

clean: ## Remove caches and what runs left behind (not .venv, not node_modules)
	rm -rf .parley .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
