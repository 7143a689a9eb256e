# Everything runs in $(VENV), which is made on first use. `make help` lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.specdsl-dev

.DEFAULT_GOAL := help
.PHONY: help setup test fast lint format acceptance golden bench cover clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

setup: $(READY) ## a virtual environment with all tools

# A file runs in one process, whose tests share what they work out; files with few and long tests do not
# come last.
test: $(READY) ## the whole test suite
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

fast: $(READY) ## the tests that take no longer than a second or so
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

lint: $(READY) ## what CI checks beside the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## rewrite the Python files in the one layout
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

acceptance: $(READY) ## every suite of ../shared/suites (or of $SPECDSL_SUITES)
	$(BIN)/python -m tests.acceptance -j 2

golden: $(READY) ## run the golden tests and rewrite their outputs
	$(BIN)/python -m pytest -q tests/test_golden.py --update-golden

bench: $(READY) ## time `check` at 300 to 50,000 rules, and beside csl-core (many minutes)
	$(BIN)/pip install -q --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m benchmarks

cover: $(READY) ## the test suite with line coverage
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term

clean: ## remove what the other targets leave behind
	rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
