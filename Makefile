# Names for the scripts; everything works without make.
.DEFAULT_GOAL := help
.PHONY: help demo build test bench fuzz check lint format install clean

help:      ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' Makefile

demo:      ## build and watch autonomy develop a small project
	@scripts/demo

build:     ## build .build/release/autonomy
	@scripts/build

test:      ## run the tests; FILTER=JSONTests runs some of them
	@scripts/test $(if $(FILTER),--filter '$(FILTER)')

bench:     ## measure against yardsticks; JSON=1 prints one object a line
	@scripts/bench $(if $(JSON),--json)

fuzz:      ## read mutated tool calls (ROUNDS=10000000), and take random projects back (SEEDS=1000)
	@scripts/fuzz $(ROUNDS)
	@scripts/fuzz-snapshots $(SEEDS)

check:     ## what a change must pass: lint, build, test
	@scripts/check

lint:      ## check the format and the file rules
	@scripts/lint

format:    ## format every Swift file in place
	@scripts/format

install:   ## install the program and its completions below PREFIX (/usr/local)
	@PREFIX='$(PREFIX)' scripts/install

clean:     ## remove what was built
	@swift package clean
