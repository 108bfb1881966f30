#!/usr/bin/env bash
# Installs what the tests need and this machine lacks, and the Debian packages named as arguments. Says nothing when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { # need PACKAGE PATTERN...: the package, and where its file stands once installed
	local package=$1 found
	shift
	for found in $(compgen -G "$1" || true) $(command -v "$1" || true); do
		[ -e "$found" ] && return
	done
	missing+=("$package")
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "setup: needs root or sudo to run: $*" >&2
		return 1
	fi
}

install_missing() {
	echo "setup: installing ${missing[*]}"
	if ! command -v apt-get >/dev/null; then
		echo "setup: this machine has no apt-get. Install by hand, under the names of your system: ${missing[*]}" >&2
		exit 1
	fi
	local log
	log=$(mktemp)
	if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		echo "setup: could not install ${missing[*]} (whole log: $log)" >&2
		exit 1
	fi
	rm -f "$log"
}

command -v go >/dev/null || { echo "setup: Go is missing; version $(sed -n 's/^go //p' go.mod) or newer is needed" >&2; exit 1; }

need gcc gcc
need libc6-dev /usr/include/stdio.h
need postgresql '/usr/lib/postgresql/*/bin/initdb'
need chromium chromium
need poppler-utils pdftotext
need zbar-tools zbarimg
need clamav-daemon /usr/sbin/clamd
need clamav /usr/bin/sigtool
need fonts-dejavu-core '/usr/share/fonts/truetype/*/*.ttf'
need systemd systemd-analyze
need nodejs node
need npm npm
for package in "$@"; do # what only some tests need
	case $package in
	opensmtpd) need opensmtpd /usr/sbin/smtpd ;;
	dovecot-imapd) need dovecot-imapd /usr/lib/dovecot/imap ;;
	*) echo "setup: nobody knows $package" >&2; exit 2 ;;
	esac
done
if [ ${#missing[@]} -gt 0 ]; then install_missing; fi

# npm writes this file last: as old as the lock file, it is complete.
if [ ! e2e/node_modules/.package-lock.json -nt e2e/package-lock.json ]; then
	echo "setup: installing the browser tests' npm packages"
	(cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
	touch e2e/node_modules/.package-lock.json
fi

# The S3 server of the tests, at the version they ran with. Built alone, its modules are never among the program's.
if [ ! -x bin/versitygw ]; then
	echo "setup: building versitygw, the S3 server of the tests"
	GOBIN=$PWD/bin CGO_ENABLED=0 go install github.com/versity/versitygw/cmd/versitygw@v1.8.0 2>/dev/null ||
		{ echo "setup: could not build versitygw: GOBIN=\$PWD/bin go install github.com/versity/versitygw/cmd/versitygw@v1.8.0" >&2; exit 1; }
fi
