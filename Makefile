# The few things that are done with this checkout. `make` alone says which.

BIN := .venv/bin

.PHONY: help setup demo check test pins
help:
	@echo "make demo    perform the study 'taste' and analyse it; leaves demo/"
	@echo "make test    everything that has to hold"
	@echo "make check   the quick part of it: style, types, import contracts, protocols"
	@echo "make setup   only make .venv ready (the others do it by themselves)"
	@echo "make pins    write constraints.txt from what .venv holds"

setup:
	@.ci/setup

demo: setup
	@.ci/demo

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vantage check protocols/*.yaml

test: check
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

pins: setup
	$(BIN)/python .ci/pins > constraints.txt.new
	mv constraints.txt.new constraints.txt
