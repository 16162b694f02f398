PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint types docs-code test-floors bench clean

demo: .venv/installed
	$(BIN)/kmosaic explore digits -k 10 --seed 42 -o kmosaic-demo

test: .venv/installed-dev
	$(BIN)/python -m pytest

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev
	$(BIN)/mypy

# The package itself; an editable install, so that the source is what runs.
.venv/installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv kmosaic-demo
