#!/usr/bin/env bash
# Runs each fuzz target of the tree for the time given (10s unless told).
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
grep -rhoE --include='*_test.go' -H '^func Fuzz[A-Za-z0-9_]*' cmd internal | sort |
	while IFS=: read -r file func; do
		name=${func#func }
		echo "fuzz: $name in $(dirname "$file")"
		go test -run '^$' -fuzz "^${name}\$" -fuzztime "$time" "./$(dirname "$file")"
	done
