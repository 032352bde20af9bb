#!/usr/bin/env bash
# Fetches what the browser tests load into pages, as package-lock.json says, byte for byte. Without the network it works
# when that was done before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
	echo "The browser tests need: ${missing[*]} (Debian's names). Install them and run this again." >&2
	exit 1
fi

# npm notes in node_modules what it installed; as long as the lock file is no newer, that is what it asks for.
if [ -f node_modules/axe-core/axe.min.js ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]; then
	exit 0
fi
npm ci --no-progress --loglevel=error >/dev/null
