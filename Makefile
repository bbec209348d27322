# What CI runs, and what a contributor runs before it does.

# Pinned, so that a new release of the linter is a commit and not a surprise.
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME := 30s

.PHONY: test lint fuzz update

test:
	go test ./...

lint:
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then printf 'not formatted, run gofmt -w on:\n%s\n' "$$unformatted"; exit 1; fi
	go vet ./...
	go run $(GOLANGCI) run ./...

# Every fuzz target in turn: go test takes only one at a time. Minimizing is kept
# short, since by default it may eat the whole time of a run.
fuzz:
	@grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort | \
	while IFS=: read -r file func; do \
		echo "$$file: $${func#func }"; \
		go test "$$(dirname "$$file")" -run '^$$' -fuzz "^$${func#func }\$$" \
			-fuzztime $(FUZZTIME) -fuzzminimizetime 10x || exit 1; \
	done

# Rewrites what tests expect (golden files, schema, examples) from what the code does
# now: read the diff before committing it. Packages without the flag refuse it, so
# only those that define it are asked.
update:
	@dirs=$$(grep -rl --include='*_test.go' 'flag\.Bool("update"' . | xargs -r -n1 dirname | sort -u); \
	if [ -z "$$dirs" ]; then echo 'no test has an -update flag'; exit 0; fi; \
	echo "go test $$dirs -update" | tr '\n' ' '; echo; go test $$dirs -update
