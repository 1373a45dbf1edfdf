# Every target sets the checkout up first; that takes a blink once it is done.
.DEFAULT_GOAL := help
.PHONY: help setup demo up down status check test bench eval-real clean lock
SETUP := PYTHON="$(PYTHON)" infra/setup/bootstrap
BIN := .venv/bin

help:  ## Show what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Make .venv: packages, Java and jars (first time about two minutes)
	@$(SETUP)

demo: setup  ## Run the whole line on sample deliveries, and show what became of them
	@$(BIN)/casebridge demo

up: setup  ## Start PostgreSQL, Kafka and Airflow
	@$(BIN)/casebridge up

down:  ## Stop everything, whatever state it is in
	@if [ -x $(BIN)/casebridge ]; then $(BIN)/casebridge down; else echo "nothing was set up"; fi

status: setup  ## Show the services
	@$(BIN)/casebridge status

check: setup  ## Lint, type-check, and hold contracts to what was released
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models
	$(BIN)/casebridge source promises

test: setup  ## Run all tests against a real stack of their own
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

bench: setup  ## Measure the line on a million records
	@$(BIN)/casebridge bench

eval-real: setup  ## Measure readers, cleaners and contracts on the real sets beside the checkout
	@$(BIN)/casebridge eval-real

clean: setup  ## Stop everything and remove what it wrote (CASEBRIDGE_HOME)
	@$(BIN)/casebridge remove --yes

lock: setup  ## Resolve requirements.lock again from pyproject.toml
	@$(BIN)/uv pip compile --quiet pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --excludes infra/setup/excludes.txt --no-header -o requirements.lock
