#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The arrows of docs/ARCHITECTURE.md: every #include "folder/file.h" must be one of these.
set -eu
cd "$(dirname "$0")/../.."

plowd() { for part; do echo "server/plowd/$part"; done; }

may_use() {
	case $1 in
	common) echo common ;;
	common/httpd) echo common/httpd common ;;
	gis) echo gis common ;;
	gis/import) echo gis/import gis common ;;
	server) echo server gis common/httpd common ;;
	server/plowd) echo server/plowd $(plowd base intake accounts live coverage answers export api) server gis common/httpd common ;;
	server/plowd/base) echo $(plowd base) server gis common/httpd common ;;
	server/plowd/intake) echo $(plowd base intake) server gis common/httpd common ;;
	server/plowd/accounts) echo $(plowd base intake accounts) server gis common/httpd common ;;
	server/plowd/live) echo $(plowd base accounts live) server gis common/httpd common ;;
	server/plowd/coverage) echo $(plowd base intake live coverage) server gis common/httpd common ;;
	server/plowd/answers) echo $(plowd base accounts live coverage answers) server gis common/httpd common ;;
	server/plowd/export) echo $(plowd base live coverage export) server gis common/httpd common ;;
	server/plowd/api) echo $(plowd base intake accounts live coverage answers api) server gis common/httpd common ;;
	server/plowctl) echo server/plowctl server gis common ;;
	server/public) echo server/public common/httpd common ;;
	tracker-client) echo tracker-client common/httpd common ;;
	*) echo "no rule: name the folder in tests/lint/layers.sh" ;;
	esac
}

status=0
say() { echo "$*" >&2; status=1; }

for folder in $(find common gis server tracker-client -name '*.[ch]' -printf '%h\n' | sort -u); do
	allowed=" $(may_use "$folder") "
	for file in "$folder"/*.[ch]; do
		for path in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file"); do
			case $path in
			*/*) to=${path%/*} ;;
			*) say "$file: write \"$path\" from the root, as \"folder/file.h\""; continue ;;
			esac
			case $allowed in *" $to "* | *" $path "*) ;; *) say "$file: $folder must not include $to/" ;; esac
		done
	done
done

# Libraries that belong to one folder alone.
only() { # only PATTERN WHERE WHY
	found=$(grep -lE "^#include <($1)" -r common gis server tracker-client --include='*.[ch]' |
		grep -vE "^($2)" || true)
	[ -z "$found" ] || say "$3:
$found"
}
only 'gdal|ogr_|cpl_' 'gis/import/' 'only gis/import/ may use GDAL'
only 'spatialite' 'gis/|server/' 'only gis/ and server/ may use SpatiaLite'
only 'uv\.h|microhttpd|sys/socket|netinet/' 'server/|tracker-client/|common/httpd/|common/notify' 'common/ and gis/ open no sockets'
only 'gpiod' 'tracker-client/sensor_gpio' 'only tracker-client/sensor_gpio.c knows the chips'
only 'sqlite3' 'gis/|server/|tracker-client/' 'common/ opens no database'

printing='\b(printf|puts|putchar|perror)\(|\b(stdout|stderr)\b'
found=$(find gis -maxdepth 1 -name '*.c' -exec grep -nE "$printing" {} + | grep -v '^[^:]*:[0-9]*:[[:space:]]*\(/\*\|\*\)' || true)
[ -z "$found" ] || say "gis/ never prints:
$found"
exit $status
