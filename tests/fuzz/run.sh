#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lets each fuzzer run for some seconds: tests/fuzz/run.sh SECONDS PROGRAM ...
# It begins with tests/fuzz/corpus/NAME and regressions/NAME, keeps what it learns in build/corpus/NAME,
# and writes what breaks to tests/fuzz/regressions/NAME, where it stays as a test.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1
shift
status=0
for program; do
	name=${program##*/fuzz_}
	learnt=build/corpus/$name
	regressions=tests/fuzz/regressions/$name
	mkdir -p "$learnt" "$regressions" "tests/fuzz/corpus/$name"
	echo "fuzz $name, $seconds s"
	"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$regressions/" "$learnt" "tests/fuzz/corpus/$name" "$regressions" \
		>"$learnt.log" 2>&1 || { status=1; tail -n 40 "$learnt.log" >&2; }
	grep -E 'number_of_executed_units|peak_rss_mb' "$learnt.log" || true
	rmdir "$regressions" "${regressions%/*}" "tests/fuzz/corpus/$name" 2>/dev/null || true
done
exit $status
