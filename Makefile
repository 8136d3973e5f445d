# Baton: `make run` and `make test` do all the set-up on a fresh machine (Python >= 3.11, git, make).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
PIP_FLAGS := --disable-pip-version-check --quiet

.PHONY: run install dev test coverage lint bench faults soak lock clean

run: install
	@if [ -n "$$BATON_BOT_TOKEN$$BATON_BOT_TOKEN_FILE" ]; then exec $(BIN)/baton run; else exec $(BIN)/baton sandbox; fi

install: $(VENV)/.installed

dev: $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The stamps follow the pinned requirements: a changed pin installs again, an unchanged one costs nothing.
$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes --requirement requirements-dev.txt
	@touch $@

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2 --dist loadfile

# The same suite with coverage; slower.
coverage: dev
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

# What Baton costs beside the bare libraries; no test, the figures depend on the machine. `make bench ARGS=--quick`.
ARGS ?= --publish
bench: install $(BENCH)/.installed
	$(BENCH)/bin/python -m benchmarks $(ARGS)

# The peers have pins of their own, apart from what Baton runs with.
$(BENCH)/.installed: requirements-bench.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install $(PIP_FLAGS) --require-hashes --requirement requirements-bench.txt
	@touch $@

# The plug pulled at every step: real processes, SQLite and a real PostgreSQL; writes the table of docs/reliability.md.
# FAULTS="--only kills --kills 100", FAULTS=--quick.
faults: dev
	$(BIN)/python -m faults $(FAULTS)

# SOAK_MINUTES (60) at SOAK_RATE (20) updates a second; fails when memory or handles grow.
soak: dev
	$(BIN)/python -m faults.soak

# Pins with hashes, and no index named: works against whatever index the machine is set up for.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header benchmarks/requirements.in -o requirements-bench.txt

clean:
	rm -rf $(VENV) $(BENCH) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
