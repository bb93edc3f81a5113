# Needs only Python 3.11+ and make. Everything else is installed into .venv, checked by hash.
PYTHON ?= python3
PORT ?= 8050
SHOP_PORT ?= 8060
CYCLES ?= 1000
DATABASE ?= sqlite
COUNT ?= 1000000
SEED ?= 1
SIZE ?= 1
VENV ?= .venv
BIN = $(VENV)/bin
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadgroup

.PHONY: demo demo-embed scripts test check check-scripts format kill probes bench bench-abuse bench-page lock messages screenshots clean

demo: $(VENV)/.demo  ## serve sample orgs and events on 127.0.0.1:8050 (override with PORT=)
	$(BIN)/dashapp demo --port $(PORT)

demo-embed: $(VENV)/.demo  ## the demo, plus a shop on localhost:8060 that embeds its customers' dashboards
	$(BIN)/python examples/vendor_app/with_demo.py --port $(PORT) --shop-port $(SHOP_PORT)

scripts: node_modules/.installed  ## pack the scripts of assets/; run after each change to them (needs npm)
	node assets/pack.mjs

test: check  ## run all checks and tests, on SQLite and a temporary PostgreSQL; TEST_EFFORT=10 tries ten times as many examples
	$(PYTEST)

check: $(VENV)/.dev check-scripts  ## check style, types and import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml

check-scripts:
	@if command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory node_modules/.installed && npm run --silent check; \
	else \
	  echo "npm is not installed: the scripts in assets/ are not checked."; [ "$$CI" != true ]; \
	fi

format: $(VENV)/.dev
	@if command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory node_modules/.installed && npm run --silent format; \
	fi
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

kill: $(VENV)/.dev  ## kill -9 the server while events are written: CYCLES=1000 DATABASE=sqlite|postgresql
	$(BIN)/python -m tests.reliability.kill --cycles $(CYCLES) --database $(DATABASE)

probes: $(VENV)/.dev  ## send random requests that ask for what other orgs own: COUNT=1000000 DATABASE=sqlite|postgresql SEED=1
	$(BIN)/python -m tests.reliability.probes --count $(COUNT) --database $(DATABASE) --seed $(SEED)

bench: $(VENV)/.dev  ## run the benchmarks; nothing passes or fails
	$(BIN)/python -m benchmarks

bench-abuse: $(VENV)/.dev  ## attack a server, and measure what others wait meanwhile: DATABASE=sqlite|postgresql SIZE=0.1 for a tenth
	$(BIN)/python -m benchmarks.abuse --database $(DATABASE) --size $(SIZE)

bench-page: $(VENV)/.dev  ## compare bytes, first load and range changes with a stock Dash page in Chromium: BENCH_RUNS=5
	$(BIN)/python -m benchmarks.page

screenshots: $(VENV)/.dev  ## take docs/screenshots from the demo
	$(BIN)/python -m benchmarks.screenshots

# Keys are the English text, marked with `say` or `_`. Translate the empty ones, then run it again.
messages: $(VENV)/.dev  ## collect texts, list the untranslated ones, compile the catalogs
	$(BIN)/python -m tests.messages

lock: $(VENV)/.dev  ## pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile -q --universal --upgrade --generate-hashes --no-header --python-version 3.11 \
	  --extra build --extra postgresql pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --upgrade --generate-hashes --no-header --python-version 3.11 \
	  --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) node_modules var dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dashapp needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

node_modules/.installed: package.json package-lock.json
	npm ci --silent --ignore-scripts
	touch $@

$(VENV)/.demo: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.demo
