# Every target sets up what it needs: python3 (3.10 or newer) and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-package lint histories fuzz bench package format requirements clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(READY): requirements.txt tests/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("python3 is %d.%d; 3.10 or newer is needed (make PYTHON=python3.12 ...)" % sys.version_info[:2] if sys.version_info < (3, 10) else 0)'
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r tests/requirements.txt
	@touch $@

demo: $(READY)  ## Show three invocations and what becomes of them, on a local cloud
	@$(BIN)/python -m local demo

serve: $(READY)  ## Serve a local Huawei Cloud with a page to look at, on port 8080
	@$(BIN)/python -m local serve --port 8080

test: $(READY)  ## Run the tests, with branch coverage of function/
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not volume" tests/function \
	  --cov --cov-report=term:skip-covered --cov-fail-under=95
	@$(BIN)/python -m pytest -q -n 4 --dist worksteal -m "not package" \
	  tests/local tests/deploy tests/benchmarks tests/histories
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m volume tests/function

test-package: $(READY)  ## Build the package; run it and a rehearsal of it on each installed Python
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m package

lint: $(READY)  ## ruff, mypy --strict, and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy function local deploy tests
	@PYTHONPATH=function:. $(BIN)/lint-imports

histories: $(READY)  ## Let 10,000 histories of faults happen, and judge each by every law
	@PYTHONPATH=function $(BIN)/python -W ignore -m tests.histories run --number 10000

fuzz: $(READY)  ## Hand 100,000 hostile events to the handler
	@PYTHONPATH=function $(BIN)/python -W ignore -m tests.fuzz --number 100000

bench: $(READY)  ## Measure cold start, memory and batches, as ratios within one run
	@$(BIN)/python -m tests.benchmarks

package: $(READY)  ## Build build/function.zip, the package FunctionGraph gets
	@$(BIN)/python -m deploy package

format: $(READY)  ## Put the code into shape
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

requirements:  ## Compile the pins from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
	  pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
	  --group dev -c requirements.txt -o tests/requirements.txt \
	  $$(grep -oE '^[a-zA-Z0-9._-]+==' requirements.txt | tr -d '=' | sort -u | sed 's/^/--no-emit-package /')

clean:  ## Remove the virtual environment and what was built
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
