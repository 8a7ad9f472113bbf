# The front door. `make` alone says what it can do.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-postgres setup-chromium demo test lint bench lock client vendor clean

BIN := .venv/bin
READY := .venv/.ready
RIVALS_READY := .venv-rivals/.ready
LOCK := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock" $(LOCK_ARGS)

help: ## This list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Make .venv with what the locks pin (Python 3.11; PYTHON=/path/to/it if it is not found)

$(READY): requirements-dev.lock pyproject.toml .ci/setup
	@.ci/setup python
	@touch $@

setup-postgres: $(READY) ## Find a PostgreSQL server for the tests, or install one where that is allowed
	@.ci/setup postgresql

setup-chromium: $(READY) ## Find a Chromium for the tests, or install Debian's where that is allowed (CHROMIUM=/path/to/it)
	@.ci/setup chromium

demo: $(READY) ## Make the demonstration register (synthetic data, a minute), open its weekly meeting at http://127.0.0.1:8000/ (SAMVERKAN_PORT=9000 …)
	@SAMVERKAN_DATABASE=$${SAMVERKAN_DATABASE:-sqlite:///samverkan-demo.db} $(BIN)/samverkan demo --serve

test: setup-postgres setup-chromium lint ## Lint, then every test, on SQLite, a PostgreSQL of its own and in Chromium (PYTEST_ARGS="-k meeting")
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

lint: $(READY) ## Style, types and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) $(RIVALS_READY) ## Print what this machine manages, as ratios to a baseline, and the forecasts beside others' (DATA=/real/cities)
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.proof.speed
	@$(BIN)/python -m tests.proof.forecasts --rivals .venv-rivals/bin/python $(if $(DATA),--data $(DATA))

$(RIVALS_READY): requirements-rivals.lock .ci/setup
	@.ci/setup rivals
	@touch $@

lock: $(READY) ## Pin the dependencies of pyproject.toml anew (LOCK_ARGS=--upgrade for the newest)
	$(LOCK) --extra build --output-file requirements.lock pyproject.toml
	$(LOCK) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(LOCK) --output-file requirements-rivals.lock tests/rivals/requirements.in

client: $(READY) ## Write docs/client/samverkan_client.py anew, from the OpenAPI of the application as it is
	@$(BIN)/python .ci/client.py

vendor: $(READY) ## Fetch the pages' style sheets, script and fonts as pinned (VENDOR_ARGS=--pin after a new version; needs npm)
	@$(BIN)/python .ci/vendor.py $(VENDOR_ARGS)

clean: ## Remove the environment and every cache
	rm -rf .venv .venv-rivals .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
