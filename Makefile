PYTHON ?= python3
BIN := .venv/bin
FLOORS := .venv-floors/bin

.PHONY: demo test test-fast test-nightly lint types types-js layers docs notebook docs-code test-floors bench test-bench clean-kernels clean

# What groups are in 1,797 handwritten digits? The report says it in pictures.
demo: .venv/installed
	$(BIN)/kmosaic explore digits -k 10 --seed 42 -o kmosaic-demo

test: .venv/installed-dev
	$(BIN)/python -m pytest $(PYTEST)

# Under a minute, once kernels are compiled: what is run again and again while working.
test-fast: .venv/installed-dev
	$(BIN)/python -m pytest --quiet -m "not slow"

# Every law on thousands of random examples, other ones each time; takes hours. A failure
# prints the line that runs its example again.
test-nightly: .venv/installed-dev
	KMOSAIC_TEST_PROFILE=nightly $(BIN)/python -m pytest -m hypothesis --timeout 7200

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev
	$(BIN)/mypy

layers: .venv/installed-dev
	$(BIN)/python -m pytest --quiet tests/test_layers.py

# The player's JavaScript: its types stand in comments, and are checked.
TYPESCRIPT := .node/node_modules/typescript/bin/tsc

types-js: $(TYPESCRIPT)
	node $(TYPESCRIPT) --project src/kmosaic/stepping/player/jsconfig.json

$(TYPESCRIPT):
	npm install --silent --no-audit --no-fund --prefix .node typescript@5.9 axe-core@4

# The lessons as a notebook, run from top to bottom.
notebook: .venv/installed-docs
	$(BIN)/python -m jupyter nbconvert --log-level WARN --to notebook --execute \
		--output-dir docs/_build/notebook docs/learn/k-means-by-playing.ipynb

docs-code: .venv/installed-dev
	$(BIN)/python -m pytest --quiet tests/test_docs_code.py

# The documentation, its examples run; a warning is an error.
docs: .venv/installed-docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

# Side by side with other implementations; run it alone on the machine.
bench: .venv/installed-bench
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.readme

# The same on tiny sizes, with every peer: that it runs, not how fast.
test-bench: .venv/installed-bench
	$(BIN)/python -m pytest --quiet tests/benchmarks

# The oldest dependencies that pyproject.toml allows.
test-floors: .venv-floors/installed
	$(FLOORS)/python -m pytest --quiet tests/kernels tests/points tests/fit tests/estimators \
		tests/laws tests/cli

# Editable installs: the source is what runs.
.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv/installed-bench: .venv/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

.venv/installed-docs: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

.venv-floors/installed: pyproject.toml tests/floors.txt
	test -x $(FLOORS)/python || $(PYTHON) -m venv .venv-floors
	$(FLOORS)/python -m pip install --quiet --disable-pip-version-check \
		--constraint tests/floors.txt --editable '.[test]'
	@touch $@

# Numba notices a change in the file of a kernel, not in a file that the kernel calls into:
# after such a change (or of Numba itself) compile all anew.
clean-kernels:
	find src tests -name '*.nb[ic]' -delete

clean:
	rm -rf .venv .venv-floors kmosaic-demo
