PYTHON ?= python3
export PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: serve test test-deep torture docs bench lock
.DELETE_ON_ERROR:

serve: export ALLEGIANCE_DATABASE ?= sqlite:///var/allegiance.db
serve: export ALLEGIANCE_SIGNING_KEY ?= var/signing.key
serve: .venv/serve.stamp
	mkdir -p var
	.venv/bin/allegiance init
	.venv/bin/allegiance key create
	.venv/bin/allegiance ingest libya seeds/libya.ndjson
	.venv/bin/allegiance sign
	.venv/bin/allegiance serve

test: .venv/test.stamp
	tests/system.sh
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/pytest --numprocesses auto --dist worksteal

test-deep: .venv/test.stamp
	tests/system.sh
	.venv/bin/pytest --numprocesses auto --dist worksteal --hypothesis-profile=deep

torture: .venv/test.stamp
	.venv/bin/pytest --numprocesses auto --dist worksteal -m torture --sizes=long --hypothesis-profile=deep

# The pages of docs/ as a site. A warning, or a link that leads nowhere, fails.
docs: .venv/test.stamp
	.venv/bin/sphinx-build --quiet --fail-on-warning --nitpicky -c docs . var/site

bench: .venv-bench/bench.stamp
	.venv-bench/bin/python -m bench

# The exact versions a deployment installs, and the project itself.
lock:
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/pip install --quiet --editable .
	.venv-lock/bin/pip freeze --exclude-editable > requirements.txt
	echo . >> requirements.txt

.venv/serve.stamp: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --editable .
	touch $@

.venv/test.stamp: .venv/serve.stamp
	.venv/bin/pip install --quiet --editable '.[test]'
	touch $@

.venv-bench/bench.stamp: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --editable '.[bench]'
	touch $@
