# `make run` starts the app, `make test` runs all tests; both set up what they need. Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Browser tests wait more than they work: three at once suit two cores. A file stays with one of them.
PYTEST_JOBS ?= 3

.PHONY: run test check bench accuracy soak data clean

run: $(VENV)/.run-ready
	$(BIN)/streamlit run app.py

test: $(VENV)/.test-ready
	CHROMIUM="$$(tools/find_chromium.sh $(BIN))" $(BIN)/python -m pytest -n $(PYTEST_JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

bench: $(VENV)/.test-ready
	CHROMIUM="$$(tools/find_chromium.sh $(BIN))" $(BIN)/python -m tools.bench

accuracy: $(VENV)/.test-ready
	$(BIN)/python -m tools.accuracy

soak: $(VENV)/.test-ready
	$(BIN)/python -m tests.soak.crash --rounds 200
	LONG_EXAMPLES=200 $(BIN)/python -m pytest -n 2 tests/test_from_store.py tests/test_relink.py

data: $(VENV)/.run-ready
	$(BIN)/python -m geo data check
	$(BIN)/python -m geo districts check

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.test-ready: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/.run-ready

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
