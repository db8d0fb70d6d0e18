# Two commands to know: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
# The locks are complete: left to resolve anew, pip takes a newer release for a package with an extra, and has no hash of it.
INSTALL := $(BIN)/pip --disable-pip-version-check --no-input --quiet install --require-hashes --no-deps
PYTEST := $(BIN)/python -m pytest
# What asks the database. Not asked a second time: what computes, draws or sends, and what asks as others do; 97 in 100
# of the statements that all of them send are still sent (docs/decisions/0022-what-runs-on-both-databases.md).
DATABASE_TESTS := tests/alerts tests/dashboard tests/dataops tests/models_registry tests/quality
ASK_NOTHING_NEW := \
  $(patsubst %,alerts/test_%,apprise backtests email http_channels lifecycle_model patience sparkline) \
  $(patsubst %,dataops/test_%,apart broker charts checks contrast naming safe_http stack start ui_tags) \
  $(patsubst %,models_registry/test_%,diagnosis distributions drift drift_of_flights formats outcomes parity) \
  $(patsubst %,models_registry/test_%,samples templates uploading) \
  $(patsubst %,quality/test_%,growing_source missing_values pages postgres_source reading second_file) \
  quality/test_trends
ON_POSTGRESQL := $(DATABASE_TESTS) $(patsubst %,--ignore=tests/%.py,$(ASK_NOTHING_NEW))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: .venv/runtime ## install what is missing and start the product (PORT=8001 chooses another port)
	@exec $(BIN)/python -m dataops

test: .venv/dev browser ## run every test, on SQLite and on a PostgreSQL of its own
	@rm -f test-results/not-run.txt
	$(PYTEST) --numprocesses 2 --dist loadfile
	$(BIN)/python -m tests.support.postgres $(PYTEST) --numprocesses 2 --dist loadfile -m "not browser and not processes" $(ON_POSTGRESQL)
	@$(BIN)/python -m tests.support.missing

coverage: .venv/dev browser ## run them once more, slower, and say which lines none of them reached
	$(PYTEST) --numprocesses 2 --dist loadfile --cov --cov-report=term

faults: .venv/dev ## kill, cut off and restart everything for an hour, and say what was lost
	$(BIN)/python -m tests.faults

fuzz: .venv/dev ## give damaged files of every format to the readers for ten minutes
	$(BIN)/python -m tests.faults.fuzz

fuzz-api: .venv/dev ## send a hundred random requests to each operation of the API, in every role
	EXAMPLES=100 $(PYTEST) --numprocesses 2 tests/flows/test_api_contract.py

load: .venv/dev ## fifty people, uploads, predictions and alerts at once, for ten minutes on each infrastructure
	$(BIN)/python -m benchmarks.load embedded
	$(BIN)/python -m benchmarks.load servers

bench: .venv/dev ## measure what the documentation claims
	$(BIN)/python -m benchmarks

# Each check runs even when one before it failed.
check: .venv/dev ## lint, types, architecture, migrations, deployment settings, API schema, templates, audit
	@$(MAKE) --no-print-directory --keep-going lint types architecture migrations deploy schema-check templates packages audit

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy .

architecture:
	$(BIN)/lint-imports

migrations:
	$(BIN)/python manage.py makemigrations --check --dry-run

deploy:
	env DATAOPS_HOME=$$(mktemp -d) DATAOPS_HTTPS=1 ALLOWED_HOSTS=dataops.example.com \
	  SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") \
	  DATABASE_URL=postgres://dataops@db/dataops REDIS_URL=redis://broker EMAIL_URL=smtp://mail \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

translations: .venv/dev ## collect what can be translated into locale/ and compile it (needs gettext)
	$(BIN)/python manage.py makemessages --locale de --no-wrap --no-obsolete --no-location --ignore .venv --ignore var --ignore tests
	$(BIN)/python manage.py compilemessages --locale de --ignore .venv

schema: .venv/dev ## write docs/reference/openapi.yaml anew after a change of the API
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/reference/openapi.yaml

schema-check:
	@mkdir -p test-results
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file test-results/openapi.yaml
	diff -u docs/reference/openapi.yaml test-results/openapi.yaml || { echo "run: make schema"; exit 1; }

templates:
	$(BIN)/djlint --lint --quiet templates

packages:
	$(BIN)/pip --disable-pip-version-check check

audit:
	$(BIN)/python .ci/audit.py

sbom: .venv/dev ## write what the product is made of, as CycloneDX, to test-results/sbom.json
	@mkdir -p test-results
	$(BIN)/python .ci/sbom.py test-results/sbom.json

lock: ## resolve requirements*.in anew into hashed locks
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip --disable-pip-version-check --quiet install uv==0.13.9
	.venv/lock/bin/uv pip compile --python-version 3.11 --generate-hashes --quiet requirements.in -o requirements.txt
	.venv/lock/bin/uv pip compile --python-version 3.11 --generate-hashes --quiet requirements-dev.in -o requirements-dev.txt
	.venv/lock/bin/uv pip compile --python-version 3.11 --generate-hashes --quiet requirements-spark.in -o requirements-spark.txt
	.venv/lock/bin/uv pip compile --python-version 3.11 --generate-hashes --quiet requirements-telemetry.in -o requirements-telemetry.txt

screenshots: .venv/dev browser ## take pictures of every page for test-results and the documentation
	$(BIN)/python -m tests.browser.screenshots

clean: ## remove what can be made again; the data in var/ stays
	rm -rf .venv test-results htmlcov .coverage* .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# The marks make a second run instant.
.venv/runtime: requirements.txt
	@echo "Installing the pinned packages into .venv; about a minute, once"
	$(PYTHON) -m venv .venv
	@$(INSTALL) --requirement requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@echo "Installing what the tests need"
	@$(INSTALL) --requirement requirements-dev.txt
	@touch $@

# Root may install a browser; without one its tests are named at the end as not run.
browser: .venv/dev
	@$(BIN)/python -m tests.support.browser

.PHONY: help run test coverage faults fuzz fuzz-api load bench check lint types architecture migrations deploy schema schema-check templates packages audit sbom lock screenshots clean browser
