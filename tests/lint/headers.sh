#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, with the warnings of the build as errors; a C file includes its own
# header first.  CC and HEADER_FLAGS come from `make lint`.
set -eu
cd "$(dirname "$0")/../.."
status=0

for header in $(find common gis server tracker-client tests -name '*.h' -not -path '*/node_modules/*'); do
	# A translation unit may not be empty, so it gets one declaration.
	# shellcheck disable=SC2086 # HEADER_FLAGS is a list of words
	printf '#include "%s"\ntypedef int compiles_alone;\n' "$header" |
		${CC:-cc} ${HEADER_FLAGS:--std=c11 -D_GNU_SOURCE -I.} -Werror -fsyntax-only -x c - || {
		echo "$header does not compile alone" >&2
		status=1
	}
done

for source in $(find common gis server tracker-client -name '*.c'); do
	header=${source%.c}.h
	[ -f "$header" ] || continue
	first=$(sed -n 's/^#include \(.*\)/\1/p' "$source" | head -n 1)
	[ "$first" = "\"$header\"" ] || {
		echo "$source: include \"$header\" first, which proves that it stands alone" >&2
		status=1
	}
done
exit $status
