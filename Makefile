# Bare `make` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev

.PHONY: help demo run test check bench lock format clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## try Okno on this machine: a sandbox, the real service, one page (KEEP=1 keeps the data, RESET=1 empties what was kept)
	@$(BIN)/python -m okno demo $(if $(KEEP),--keep) $(if $(RESET),--reset)

run: $(READY) ## serve with ./config.toml
	@$(BIN)/python -m okno run

test: $(DEV) ## everything: both databases, real mail servers, stories, the page in a browser
	@$(BIN)/python -m tests.everything

check: $(DEV) ## quick: format, lint, types, import rule, tests on SQLite
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 -m "not postgres and not dovecot and not browser and not slow"

bench: $(DEV) ## measure: each figure beside its limit
	@$(BIN)/python -m bench

format: $(DEV) ## put the code in the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(DEV) ## refresh both lock files
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock -q -o requirements-dev.lock

clean: ## remove the environment and what tests left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Okno needs Python 3.11 or newer; say PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install -q --require-hashes -r requirements.lock
	@touch $@

$(DEV): $(READY) requirements-dev.lock
	@$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	@touch $@
