# `make help` lists the targets. Each sets up what it needs in .venv; nothing else is installed on the machine, save Chromium for `make test`.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := book
SITE := _build/html

help:                             ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*##/ {printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: .venv/.installed            ## build the site into _build/html
	cd book && ../$(BIN)/python -m _ext.build -q
	@echo "Open $(SITE)/index.html in a browser, or serve it: $(BIN)/python -m http.server -d $(SITE)"

.PHONY: site
site: .venv/.site-installed       ## the book, Python in its pages and a lab, into _build/site; INPUTS=FOLDER takes their files from there
	$(MAKE) book
	PYTHONPATH=book:. INPUTS="$(INPUTS)" $(BIN)/python -m inpage.assemble
	@echo "Serve it: $(BIN)/python -m http.server -d _build/site"

.PHONY: site-zip
site-zip: site                    ## the same as one zip, to put on a web server (make dist writes the book without Python)
	cd _build && rm -f one-child-one-table-with-python.zip && ../$(BIN)/python -m zipfile -c one-child-one-table-with-python.zip site

watch: .venv/.installed           ## serve the book at PORT (8000); a saved page is built again and reloads in the browser
	cd book && ../$(BIN)/python -m _ext.watch $(PORT)

check: .venv/.installed           ## data, self-checks, case, plans, map, forms, pictures: seconds in place of a build
	cd book && ../$(BIN)/python -m _ext.installed
	cd book && ../$(BIN)/python -m casebook.check

case: .venv/.installed            ## a case from a printed table: NAME=…, FROM=table.csv; what marks mean: ARGS="--say not_done -"
	@cd book && ../$(BIN)/python -m casebook.tables.case "cases/$(NAME)" "$(abspath $(FROM))" $(ARGS)

evidence: .venv/.installed        ## which comparisons of anakinra in MIS-C the book holds, and how old the last search is
	cd book && ../$(BIN)/python -m casebook.models.recency

test: .venv/.tests-installed .venv/.site-installed ## what CI runs: build the site, then every test but the slow ones
	sh tests/ensure-chromium.sh
	$(MAKE) book
	@echo "Tests marked slow are left out here; 'make test-all' runs them as well."
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

.PHONY: quick
quick: .venv/.tests-installed     ## tests of data and code alone, without a build: a minute
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "unit and not slow"

.PHONY: test-all
test-all: .venv/.tests-installed .venv/.site-installed ## nightly: slow tests too, 1,000 damaged files a table, every page measured, a small load test
	sh tests/ensure-chromium.sh
	$(MAKE) book
	MEASURE=all $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --hypothesis-profile nightly
	$(MAKE) load-test ARGS="--students 5"

live: .venv/.installed $(SITE)/notebooks/notebooks-teacher.zip ## JupyterLab with a start page; a click opens a chapter or the projector
	cd book && ../$(BIN)/python -m casebook.classroom.start_page ../lesson
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/lesson/start.ipynb \
	  --custom-css "--ServerApp.tornado_settings={'static_custom_path': ['$(CURDIR)/lesson/.look']}" \
	  "--ServerApp.extra_static_paths=['$(CURDIR)/_build/html']" $(ARGS) || { [ "$$(id -u)" != 0 ] || \
	  echo "You are root, for whom JupyterLab doesn't start. As another user: make live. Or: make live ARGS=--allow-root"; exit 1; }

$(SITE)/notebooks/notebooks-teacher.zip: $(shell find book data _config.yml _toc.yml -type f ! -path '*/.*' ! -path '*/__pycache__/*' 2> /dev/null)
	$(MAKE) book

dist: .venv/.products-installed ## every take-away form into _build/dist
	sh tests/ensure-chromium.sh
	$(MAKE) book
	$(BIN)/python -m products

bench: .venv/.tests-installed     ## page weights, step latency, build times; ARGS=--save keeps them as the baseline
	sh tests/ensure-chromium.sh
	$(MAKE) book
	PYTHONPATH=.:book:tests:tests/helpers $(BIN)/python benchmarks/bench.py $(ARGS)

.PHONY: growth
growth: book                      ## how cost grows with columns and chapters: writes benchmarks/growth.json; a quarter of an hour
	$(BIN)/python benchmarks/growth.py

.PHONY: lighthouse
lighthouse:                       ## the audit that `make bench` then runs; needs Node.js 22
	@command -v npm > /dev/null || { echo "Node.js 22 or newer with npm is needed."; exit 1; }
	npm install --silent --prefix .venv-lighthouse lighthouse@13.5.0

.PHONY: measure-access
measure-access: .venv/.tests-installed ## how accessible every page is: writes benchmarks/accessibility.json and .md; ARGS=--changed
	sh tests/ensure-chromium.sh
	$(MAKE) book
	PYTHONPATH=.:book:tests:tests/helpers $(BIN)/python tests/helpers/access_record.py $(ARGS)

.PHONY: load-test
load-test: .venv-hub/.installed   ## many students on a real JupyterHub; other rounds: ARGS="--students 30 --every 5"
	.venv-hub/bin/python -m hub.load_test $(ARGS)

.venv-hub/.installed: requirements.txt constraints.txt hub/requirements.txt
	@command -v npm > /dev/null || { echo "Node.js 20 or newer with npm is needed: it runs the hub's proxy."; exit 1; }
	test -x .venv-hub/bin/python || $(PYTHON) -m venv .venv-hub
	.venv-hub/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r hub/requirements.txt -c constraints.txt
	npm install --silent --prefix .venv-hub configurable-http-proxy@5.3.0
	touch $@

dictionary: .venv/.installed      ## write data/README.md from data/datapackage.json
	cd book && ../$(BIN)/python -m casebook.pieces.dictionary > ../data/README.md

lock: ## resolve requirements anew: constraints.txt, and inpage/lock.json for what runs in the page
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet -r requirements.txt -r products/requirements.txt -r tests/requirements.txt \
	  -r hub/requirements.txt -r inpage/requirements.txt
	.venv-lock/bin/pip freeze > constraints.txt
	rm -rf .venv-lock
	$(MAKE) .venv/.site-installed
	PYTHONPATH=book:. $(BIN)/python -m inpage.lock

audit: ## known weaknesses of the locked packages, asked of PyPI; fails if one can't be looked up
	test -x .venv-audit/bin/python || $(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	.venv-audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

clean: ## forget the built site and all cached results
	rm -rf _build

.venv/.installed: requirements.txt constraints.txt book/_jupyter/overrides.json
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer with its venv module is needed (set PYTHON=/path/to/python3.11)."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	mkdir -p .venv/share/jupyter/lab/settings
	cp book/_jupyter/overrides.json .venv/share/jupyter/lab/settings/
	touch $@

.venv/.products-installed: .venv/.installed products/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r products/requirements.txt -c constraints.txt
	touch $@

.venv/.site-installed: .venv/.installed inpage/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r inpage/requirements.txt -c constraints.txt
	touch $@

.venv/.tests-installed: .venv/.products-installed tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt -c constraints.txt
	touch $@

.PHONY: help book watch check evidence test live dist bench dictionary lock audit clean
