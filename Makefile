# The whole contributor interface. Everything runs from a bare checkout.
PYTHON ?= python3
PORT ?= 8080
UDP ?= 8443
DATA ?= .data
LAN ?=
BIN := .venv/bin
# Where the machine has no Node, set-up puts one there.
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm

# A test starts some two hundred Python processes; without bytecode each would compile our modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-full check bench setup-run setup-dev

run: setup-run
	@exec $(BIN)/livecart serve --demo --data "$(DATA)" --http 127.0.0.1:$(PORT) --udp $(UDP) $(if $(LAN),--lan)

setup-run:
	@$(PYTHON) scripts/bootstrap.py run

setup-dev:
	@$(PYTHON) scripts/bootstrap.py dev

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy livecart signaling media tests bench scripts
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m "not real" -n 2 tests
	cd web && $(NPM) run check

test: setup-dev
	@$(PYTHON) scripts/bootstrap.py system
	cd web && $(NPM) test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests

test-full: setup-dev
	@$(PYTHON) scripts/bootstrap.py system
	cd web && $(NPM) test
	LIVECART_TEST_FULL=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --timeout=1800 tests

bench: setup-dev
	$(BIN)/python -m bench
