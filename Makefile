# Every target sets up what it needs in .venv: python3 (3.10 or newer) and make are enough.
PYTHON ?= python3
BIN := .venv/bin
TOOLS = @$(PYTHON) local/set_up.py tools
TESTS = @$(PYTHON) local/set_up.py tests

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-function test-package coverage browser terraform rabbitmq lint histories \
  fuzz bench mutants scale pictures package format requirements clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo:  ## Show four invocations and what becomes of them, on an emulated cloud
	$(TOOLS)
	@$(BIN)/python -m local demo

serve:  ## Serve an emulated Huawei Cloud with a page to look at, on port 8080
	$(TOOLS)
	@$(BIN)/python -m local serve --port 8080

test: test-function  ## Run the tests, with branch coverage of function/
	@$(BIN)/python -m pytest -q -n 4 --dist worksteal -m "not package" \
	  tests/setup tests/local tests/deploy tests/benchmarks tests/histories \
	  tests/scale tests/mutants
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m volume tests/function

test-function:  ## Run the function's tests alone, with branch coverage
	$(TESTS)
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not volume" tests/function \
	  --cov --cov-report=term:skip-covered --cov-fail-under=95

test-package:  ## Build the package; run it and a rehearsal of it on each installed Python
	$(TESTS)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m package

# Shown, and held to no figure. What runs in a process of its own is not counted.
coverage:  ## Measure the branch coverage of local/ and deploy/, with every test of them
	$(TESTS)
	@$(BIN)/python -m pytest -q -n 4 --dist worksteal tests/local tests/deploy \
	  --cov=local --cov=deploy --cov-report=term:skip-covered

browser:  ## Install what the page's tests in a real browser need, besides Chromium
	@$(PYTHON) local/set_up.py browser

terraform:  ## Install a real Terraform for the tests that use one, where there is one
	@$(PYTHON) local/set_up.py terraform

rabbitmq:  ## Install what `python -m local serve --rabbitmq` needs
	@$(PYTHON) local/set_up.py rabbitmq

lint:  ## ruff, mypy --strict, and the import rules
	$(TESTS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy function local deploy tests
	@PYTHONPATH=function:. $(BIN)/lint-imports

NUMBER ?= 10000
SEED ?= 1

histories:  ## Let 10,000 histories of faults happen, and judge each by every law
	$(TESTS)
	@PYTHONPATH=function $(BIN)/python -W ignore -m tests.histories run --number $(NUMBER) --first-seed $(SEED)

EVENTS ?= 100000

fuzz:  ## Hand 100,000 hostile events to the handler
	$(TESTS)
	@PYTHONPATH=function $(BIN)/python -W ignore -m tests.fuzz --number $(EVENTS) --seed $(SEED)

bench:  ## Measure cold start, memory and batches, as ratios within one run
	$(TESTS)
	@$(BIN)/python -m tests.benchmarks

UNDER ?= function
mutants: NUMBER = 60
mutants:  ## Try small changes to the code: the tests must notice them
	$(TESTS)
	@PYTHONPATH=function:. $(BIN)/python -m tests.mutants --under $(UNDER) --number $(NUMBER) --seed $(SEED)

MOST ?= 100000

scale:  ## Synchronise and report on 1,000 to 100,000 vaults on a virtual clock (an hour or more)
	$(TESTS)
	@PYTHONPATH=function:. $(BIN)/python -W ignore -m tests.scale table --most $(MOST)

pictures: browser  ## Take the README's pictures again (needs Chromium)
	@$(BIN)/python -m tests.pictures

package:  ## Build build/function.zip, the package FunctionGraph gets
	$(TOOLS)
	@$(BIN)/python -m deploy package

format:  ## Put the code into shape
	$(TESTS)
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

# A package that stands in an earlier lock stands in no later one: all of them are installed together.
COMPILE = uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header \
  --no-annotate --only-binary :all:
WITHOUT = $$(grep -hoE '^[a-zA-Z0-9._-]+==' $(1) | tr -d '=' | sort -u | sed 's/^/--no-emit-package /')

requirements:  ## Compile the locks from pyproject.toml (needs uv)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group tools -c requirements.txt $(call WITHOUT,requirements.txt) \
	  -o local/requirements.txt
	$(COMPILE) --group tests -c requirements.txt -c local/requirements.txt \
	  $(call WITHOUT,requirements.txt local/requirements.txt) -o tests/requirements.txt
	for lock in tests/browser tests/terraform local/rabbitmq; do \
	  $(COMPILE) --group $$(basename $$lock) \
	  -c requirements.txt -c local/requirements.txt -c tests/requirements.txt \
	  $(call WITHOUT,requirements.txt local/requirements.txt tests/requirements.txt) \
	  -o $$lock-requirements.txt || exit 1; done

clean:  ## Remove the virtual environment and what was built
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
