#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What has no place in the tree: paths of somebody's machine, loose ends, addresses of other hosts in
# the pages, files without their licence line.
set -eu
cd "$(dirname "$0")/../.."
status=0
files() { git ls-files --cached --others --exclude-standard -- "$@" | grep -v '^tests/lint/words\.sh$'; }
none() { # none WHY PATTERN FILES...
	why=$1 pattern=$2
	shift 2
	found=$(files "$@" | xargs -r grep -nIE "$pattern" 2>/dev/null || true)
	[ -z "$found" ] || { printf '%s:\n%s\n' "$why" "$found" >&2; status=1; }
}

none 'paths of one machine' '(^|[^A-Za-z0-9_./-])/(home|work|Users)/[A-Za-z0-9_.]' \
	'*.c' '*.h' '*.js' '*.mjs' '*.sh' '*.md' '*.sql' '*.css' '*.html' '*.json' '.ci/*' 'deploy/*' Makefile
none 'loose ends' '\b(TODO|FIXME|XXX|HACK)\b' '*.c' '*.h' '*.js' '*.mjs' '*.sh' '*.sql' '*.css' Makefile
none 'a lock file that names another registry' '"resolved": "https?://([^r]|r[^e]|registry\.[^n])' '*package-lock.json'
none 'a page that loads from another host' '(src|href)="(https?:)?//' 'web/*.html'
none 'a module that loads from another host' "(import|from|fetch\(|url\() *[\"'(]?(https?:)?//" \
	'web/*.js' 'web/**/*.js' 'web/*.css' 'web/**/*.css'

for file in $(files '*.c' '*.h' '*.js' '*.mjs' '*.sh' '*.css'); do
	[ -s "$file" ] || continue
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
		echo "$file: the first lines lack SPDX-License-Identifier: Apache-2.0" >&2
		status=1
	}
done
exit $status
