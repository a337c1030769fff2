#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lets fuzzers run, one after the other: tests/fuzz/run.sh FOLDER seconds|runs NUMBER NAME ...
# Each begins with tests/fuzz/corpus/NAME and regressions/NAME, keeps what it learns in BUILD/corpus/NAME,
# and writes what breaks to tests/fuzz/regressions/NAME, where it stays as a test.
set -eu
cd "$(dirname "$0")/../.."
folder=$1 limit=$2 number=$3
shift 3
case $limit in
seconds) how="-max_total_time=$number" ;;
runs) how="-runs=$number" ;;
*) echo "usage: run.sh FOLDER seconds|runs NUMBER NAME ..." >&2; exit 64 ;;
esac

# No input of a kind needs to be longer than what its longest rule is about; FUZZ_LENGTH says otherwise.
longest() {
	case $1 in
	wire | seal) echo 1300 ;;
	nmea* | import_text) echo 400 ;;
	config | query | json | csv) echo 600 ;;
	import_formats) echo 8000 ;;
	*) echo 2000 ;;
	esac
}

status=0
for name; do
	learnt=${BUILD:-build}/corpus/$name
	regressions=tests/fuzz/regressions/$name
	dictionary=tests/fuzz/dictionaries/$name
	[ -f "$dictionary" ] || dictionary=
	mkdir -p "$learnt" "$regressions"
	# Its output is closed: what readers complain about is not what is looked for. Reports come through.
	"$folder/fuzz_$name" "$how" -max_len="${FUZZ_LENGTH:-$(longest "$name")}" ${dictionary:+-dict="$dictionary"} \
		-timeout=10 -rss_limit_mb=2048 -close_fd_mask=3 -print_final_stats=1 \
		-artifact_prefix="$regressions/" "$learnt" "tests/fuzz/corpus/$name" "$regressions" \
		>"$learnt.log" 2>&1 || { status=1; tail -n 40 "$learnt.log" >&2; }
	sed -n 's/^stat::number_of_executed_units: */executions: /p; s/^stat::peak_rss_mb: */peak MB: /p' \
		"$learnt.log" | paste -s -d' ' | sed "s/^/$name: $number $limit, /"
	rmdir "$regressions" "${regressions%/*}" 2>/dev/null || true
done
exit $status
