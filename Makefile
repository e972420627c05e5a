# Every command a developer or operator needs; `make` alone prints them.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python that is new enough; `make PYTHON=/path/to/python3.12 …` chooses another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$p" && break; done)

PY := .venv/bin/python
INSTALLED := .venv/installed
LOCAL := $(PY) -m deploy.local
CODE := deploy gateway services shared tests
# A process per core, each with servers of its own; whole files, as their tests share what they start.
SPREAD := --numprocesses=auto --maxprocesses=4 --dist=loadfile

##@ Run

.PHONY: run up down status
run: $(INSTALLED)  ## Start everything in this terminal; Ctrl-C stops it
	@$(LOCAL) run --follow-parent

up: $(INSTALLED)  ## Start everything in the background; returns when it is ready
	@$(LOCAL) up

down: $(INSTALLED)  ## Stop it; returns when it is gone
	@$(LOCAL) down

status: $(INSTALLED)  ## Show the processes, their restarts and memory
	@$(LOCAL) status

##@ Try

.PHONY: demo replay bench
demo: up  ## Follow one dossier per channel from filing to survey, told in Vietnamese
	@$(PY) -m deploy.cli demo $(ARGS)

replay: up  ## Import the 2019 year of huyện Thanh Bình and compare the reports
	@$(PY) -m deploy.cli replay $(ARGS)

bench: up  ## Measure what this machine carries
	@$(PY) -m tests.benchmarks $(ARGS)

##@ Develop

.PHONY: install migrate revision format docs lock clean
install: $(INSTALLED)  ## Make or update .venv from requirements.lock

migrate: up  ## Bring the running system's databases up to date
	@$(PY) -m deploy.cli migrate

revision: up  ## Write a migration from changed models: make revision service=intake m="add fees"
	@$(PY) -m deploy.cli revision "$(service)" "$(m)"

format: $(INSTALLED)  ## Format the code and mend what can be mended
	@$(PY) -m ruff check --fix --quiet $(CODE)
	@$(PY) -m ruff format $(CODE)

docs: $(INSTALLED)  ## Write the documents that are made from the code
	@$(PY) -m deploy.cli docs

.PHONY: clients
clients: up  ## Generate and compile the Python and TypeScript clients into var/clients
	@$(PY) -m deploy.clients

lock:  ## Write requirements.lock from pyproject.toml
	@$(PYTHON) deploy/install.py lock

clean:  ## Stop the system; delete its data, the environment and all caches
	@test ! -f $(INSTALLED) || $(LOCAL) down
	rm -rf var .venv .tools .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Check

.PHONY: test test-fast prove lint types imports check
test: $(INSTALLED)  ## Run the tests (with servers of their own); ARGS="-k calendar" chooses
	@$(PY) -m pytest $(SPREAD) $(ARGS)

test-fast: $(INSTALLED)  ## Run the last failures first and stop at the first
	@$(PY) -m pytest --failed-first --exitfirst --quiet $(ARGS)

prove: $(INSTALLED)  ## Run the long proofs: faults under load, rebuilds, whole years
	@$(PY) -m pytest -m slow $(ARGS)

lint: $(INSTALLED)  ## Style and simple mistakes
	@$(PY) -m ruff check $(CODE)
	@$(PY) -m ruff format --check --quiet $(CODE)

types: $(INSTALLED)  ## Types, strictly
	@$(PY) -m mypy

imports: $(INSTALLED)  ## Who may import whom
	@.venv/bin/lint-imports

check: lint types imports  ## Everything a change must pass
	@$(PY) -m deploy.cli check-migrations
	@$(PY) -m deploy.cli check-openapi
	@$(MAKE) test

##@ Help

.PHONY: help
help:  ## Print this
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

$(INSTALLED): requirements.lock deploy/install.py
	@test -n "$(PYTHON)" || { echo "Cần Python 3.11 trở lên / Python 3.11 or newer is needed." \
		"On Debian and Ubuntu: apt install python3 python3-venv"; exit 1; }
	@"$(PYTHON)" deploy/install.py
	@touch $@
