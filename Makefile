# make test   everything, with the race detector; installs what the tests need
# make bench  speed and memory, with ratios to a floor in the same run
# make chaos  200 kills of two replicas on each store, and one at each point of each turn of a
#             form: nothing is lost, nothing has a second id; 1000 times staff edit flows at
#             random under conversations, and 1000 changed flows are compiled
# make model  learn anew how patients' texts are understood, after wordings or examples have changed
# make eval   how well they are, on the parts of the labelled sets that are for development; eval-final on the
#             fifth that nobody looks at otherwise
.PHONY: test bench chaos fuzz need image model eval eval-final
GO ?= go
MERMAID ?= $(HOME)/.cache/hogushi/mermaid

# memory is cheaper than time here: the collector is slow with the race detector
test: need
	$(GO) vet ./...
	GOGC=300 HOGUSHI_MERMAID=$$(test -d $(MERMAID)/node_modules && echo $(MERMAID)) $(GO) test -race -count=1 ./...

# the tests run a redis-server of their own, and scripts/ with sqlite3; drawings are given to
# Mermaid too, where there is Node and it can be fetched
need:
	@for p in redis-server sqlite3; do \
		command -v $$p >/dev/null && continue; \
		echo "installing $$p for the tests"; \
		SUDO=; [ "$$(id -u)" = 0 ] || SUDO=sudo; \
		$$SUDO apt-get update -qq && $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$p || exit 1; done
	@if ! command -v npm >/dev/null; then echo "there is no Node: only our own parser reads the drawings"; \
	elif ! cmp -s bot/graph/testdata/mermaid/package-lock.json $(MERMAID)/package-lock.json; then \
		echo "installing mermaid for the tests"; \
		mkdir -p $(MERMAID) && cp bot/graph/testdata/mermaid/package*.json $(MERMAID) && cd $(MERMAID) && \
		npm ci --silent --no-audit --no-fund --ignore-scripts || { rm -rf package-lock.json node_modules; echo "it can't be fetched: only our own parser reads the drawings"; }; fi

bench: need
	$(GO) test -run '^$$' -bench . -skip AgainstFloor -benchmem ./...
	CGO_ENABLED=0 $(GO) test -run '^$$' -bench AgainstFloor -benchtime 9x ./bot/app # built as it is shipped

chaos: need
	HOGUSHI_KILLS=200 $(GO) test -count=1 -timeout 30m -run 'TestChaos|TestKill' -v ./bot/turn | grep -v '^=== '
	HOGUSHI_EDITS=1000 $(GO) test -count=1 -timeout 30m -run 'TestEdited|TestTotal' ./bot/engine ./bot/flow

fuzz:
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
		echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 20s -fuzzminimizetime 20x $$p || exit 1; done; done

model:
	$(GO) run ./bot/understand/teach

eval eval-final:
	@cat bot/understand/testdata/ask/*.tsv | $(GO) run ./cmd/hogushi ask --only $(if $(filter eval,$@),12,0) --eval /dev/stdin

image:
	docker build -t hogushi .
