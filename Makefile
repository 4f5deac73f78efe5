# Two commands: `make run` sets everything up and opens the assistant, `make test` sets up and tests.
# Another Python: make run PYTHON=python3.13. Options for the assistant: make run ARGS="--port 8000".

PYTHON ?= python3
ARGS ?=

# Paths are relative throughout, so that the project may stand in a folder with a space in its name.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PEERS := .venv-bench
PEERS_READY := $(PEERS)/ready

.PHONY: run test lint eval bench clean
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

run: $(READY)
	@$(BIN)/python -m ragassist run $(ARGS)

test: $(READY)
	@echo "Running the tests."
	@$(BIN)/python -m pytest $(ARGS)

lint: $(READY)
	@echo "Checking style (ruff), types (mypy) and the order of the modules (import-linter)."
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

eval: $(READY)
	@$(BIN)/python -m ragassist index
	@$(BIN)/python -m ragassist eval $(ARGS)

bench: $(READY) $(PEERS_READY)
	@$(BIN)/python -m bench $(ARGS)

clean:
	@echo "Removing $(VENV), $(PEERS), the built index and the tools' caches; corpus/ and eval/ stay."
	@rm -rf $(VENV) $(PEERS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find index -mindepth 1 ! -name README.md -delete
	@find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +

# The marker is written last, so that an install that failed or was stopped is never taken for a finished one. It holds
# the folder, because a virtual environment that was moved or copied, or has lost its Python, has to be made anew.
ifneq "$(shell test -x $(BIN)/python && cat $(READY) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(READY)
endif

$(READY): pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "ragassist needs Python 3.11 or newer, and $(PYTHON) is not that; name one: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) with the tested versions of constraints.txt; the first time this takes some minutes."
	@test ! -f $@ || test "$$(cat $@)" = "$(CURDIR)" || rm -rf $(VENV)
	@test -x $(BIN)/python || rm -rf $(VENV)
	@rm -f $@
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[test]' || { \
	  echo "Installing the dependencies failed (see above); the next make tries again." >&2; exit 1; }
	@echo "$(CURDIR)" > $@
	@echo "Set-up is done."

# What ragassist is measured against has an environment of its own, so that neither changes the other's versions.
$(PEERS_READY): bench/peers.txt
	@echo "Setting up $(PEERS) with what ragassist is measured against; this takes some minutes."
	@rm -rf $(PEERS)
	@"$(PYTHON)" -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --disable-pip-version-check -r bench/peers.txt || { \
	  echo "Installing what ragassist is measured against failed (see above); the next make tries again." >&2; exit 1; }
	@touch $@
