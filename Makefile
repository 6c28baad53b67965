# What people type: make demo, make test. Everything goes into .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PYTEST = $(BIN)/python -m pytest

.PHONY: demo test test-long check format reference bench wheel clean

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	$(BIN)/python -m compileall -q svcctl
	touch $@

$(VENV)/.installed-test: $(VENV)/.made setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	$(BIN)/python -m compileall -q svcctl
	touch $@ $(VENV)/.installed

# A desk with a team and clients, and the main job walked through in it, each command before its output.
demo: $(VENV)/.installed
	$(BIN)/svcctl demo demo-desk --fresh

test: $(VENV)/.installed-test
	$(PYTEST) -q -n auto --dist worksteal -m "not long"

test-long: $(VENV)/.installed-test
	$(PYTEST) -q -n auto -m long

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check svcctl tests bench
	$(BIN)/ruff check svcctl tests bench
	$(BIN)/mypy

format: $(VENV)/.installed-test
	$(BIN)/ruff format svcctl tests bench
	$(BIN)/ruff check --fix svcctl tests bench

# docs/commands.md, made of the commands themselves; a test compares the two.
reference: $(VENV)/.installed
	$(BIN)/python -m svcctl.cli.reference > docs/commands.md

bench: $(VENV)/.installed-test
	$(BIN)/python -m bench.run

wheel: $(VENV)/.installed-test
	rm -rf dist build
	$(BIN)/python -m build --quiet

clean:
	rm -rf $(VENV) build dist demo-desk .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
