# `make` lists the targets. scripts/serve and scripts/test need no make.
.DEFAULT_GOAL := help
.PHONY: help serve test lint format torture fuzz asan tsan law conformance bench bench-scale hostile docker docker-check

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: ## build Steno and start it (flags: make serve ARGS="--port 4400")
	@scripts/serve $(ARGS)

test: ## everything: lint, unit tests, end-to-end tests against the release binary
	@scripts/test

lint: ## swift format, strictly
	@scripts/test lint

format: ## rewrite the sources as lint wants them
	swift format --in-place --parallel --recursive Sources Tests Migrations Plugins Package.swift

torture: ## kill -9, power cuts, failing, full and damaged disks for so long (SECONDS=600; needs gcc)
	@scripts/setup test && .venv-test/bin/python Tests/EndToEnd/faults/torture.py $(or $(SECONDS),600)

fuzz: ## coverage-guided fuzzing of decoders and parsers (SECONDS=60 for each target; SEED; TARGETS="json cursor")
	@SECONDS_EACH=$(or $(SECONDS),60) SEED=$(SEED) Tests/Fuzzing/run $(TARGETS)

asan: ## the unit tests under the address sanitizer
	@scripts/setup build && SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 \
		swift test --disable-xctest --sanitize=address --scratch-path .build-asan

tsan: ## the unit tests under the thread sanitizer
	@scripts/setup build && SWIFT_BACKTRACE=enable=no \
		swift test --disable-xctest --sanitize=thread --scratch-path .build-tsan

law: ## any order, split and repetition of deliveries: the same answers (SCHEDULES=600; LAW_SEED)
	@LAW_SCHEDULES=$(or $(SCHEDULES),600) scripts/test e2e -k law

conformance: ## live runs of real SDKs from PyPI, and a table of what Steno shows of them (NAMES="langfuse logfire")
	@scripts/setup test && .venv-test/bin/python Tests/EndToEnd/conformance/run.py $(NAMES)

docker: ## the image, where a container engine runs
	docker build -f docker/Dockerfile -t steno .

docker-check: ## the image without an engine, built and tried (FULL=1 compiles in its build stage, too)
	@scripts/test container

bench: ## ingest and queries against the floor in C, on this machine (SPANS=100000 RUNS=1)
	@Benchmarks/run

bench-scale: ## does a span or a question cost more in a large store? (STEPS=100000,1000000,5000000)
	@Benchmarks/scale

hostile: ## every kind of hostile request: status, growth of memory, time
	@scripts/setup test && .venv-test/bin/python Tests/EndToEnd/hostile.py
