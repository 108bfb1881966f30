#!/usr/bin/env bash
# Runs each fuzz target of the tree for the time given (10s unless told).
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
grep -rhoE --include='*_test.go' -H --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*' . | sort |
	while IFS=: read -r file func; do
		name=${func#func }
		package=$(dirname "$file")
		echo "fuzz: $name in $package"
		go test -run '^$' -fuzz "^${name}\$" -fuzztime "$time" "$package" | { grep -v '^fuzz: elapsed' || true; }
	done
