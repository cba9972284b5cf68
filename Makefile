# Taskly's commands. Every one of them is a line that can be typed without make as well.
# Only relative paths: the checkout may lie anywhere, also in a folder with a space in its name.

.DEFAULT_GOAL := help
.PHONY: help run dev shell reset test lint types bench lock vendor translations install install-dev
python := .venv/bin/python

help: ## Show what there is
	@echo "Taskly: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-12s %s\n", $$1, $$2}'
	@echo "HOST, PORT, TASKLY_HOME and the other settings come from the environment or .env."

run: install ## Serve on http://127.0.0.1:8000/, with a database of its own and demo data
	@exec $(python) -m config.serve --while-parent $$PPID

dev: install-dev ## The same with DEBUG, reloading when the code changes
	@DEBUG=1 exec $(python) -m config.serve --reload

shell: install ## A Python shell with the models
	@$(python) manage.py shell

reset: install ## Delete ALL data (asks first) and begin anew
	@$(python) manage.py reset

test: install-dev ## The whole test suite, in parallel; ARGS are pytest's
	@$(python) -m pytest -n auto $(ARGS)

lint: install-dev types ## Form, faults, layers, types, missing migrations
	@$(python) -m ruff format --check .
	@$(python) -m ruff check .
	@.venv/bin/lint-imports
	@TASKLY_HOME="$$(mktemp -d)" $(python) manage.py makemigrations --check --dry-run

types: install-dev ## Types alone
	@$(python) -m mypy

bench: install-dev ## Measure speed against the bare database; ARGS choose
	@$(python) -m bench $(ARGS)

lock: ## Renew requirements/*.txt from requirements/*.in (needs uv)
	@cd requirements && for name in base dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url $$name.in -o $$name.txt || exit 1; done

vendor: ## Renew fonts and icons under core/static/vendor from their packages (needs npm)
	@$(python) config/vendor.py

translations: install-dev ## Renew the catalogues under locale/ from the code
	@$(python) -m config.translations

install:
	@requirements/install.sh base

install-dev:
	@requirements/install.sh dev
