# The words a developer needs. Everything is set up by `make run` and `make test` themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PO := $(wildcard content/*/LC_MESSAGES/*.po) $(wildcard desk/translations/*/LC_MESSAGES/*.po)

.PHONY: help run test check bench demo setup lock format

help:  ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 10

run: setup  ## Start everything on http://127.0.0.1:8000
	@$(BIN)/vieclam run

test: setup  ## Check the code, then run all tests
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal

check: setup  ## Lint, types, layers and the lock file, without running tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup  ## Measure speed and memory; see docs/performance.md
	@$(BIN)/python -m benchmarks

demo: setup  ## Fill the database with a believable district
	@$(BIN)/vieclam demo

format: setup  ## Put the code into shape
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml $(PO)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -f $(VENV)/.locked && cmp -s requirements-dev.lock $(VENV)/.locked || { \
		echo "Setting up (a minute, once) ..." ; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock \
		&& cp requirements-dev.lock $(VENV)/.locked ; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m content.compile && $(BIN)/python -m desk.i18n
	@$(BIN)/python -m compileall -q bot content db desk handlers jobs
	@touch $(READY)

lock:  ## Resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --group dev pyproject.toml -o requirements-dev.lock
