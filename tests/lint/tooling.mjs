// SPDX-License-Identifier: Apache-2.0
// The tools that judge everything else are judged first: counting TAP, and reading version ranges.
import assert from "node:assert/strict";

import { readTap } from "../support/tap.mjs";
import { admits, misfits } from "./engines.mjs";

const names = (points) => points.map(({ name }) => name);

function countsLeavesOnly() {
	const tap = readTap(`TAP version 13
# Subtest: parent
    # Subtest: first
    ok 1 - first
      ---
      duration_ms: 1
      error: |-
        not ok 7 - only quoted
      ...
    not ok 2 - second
    ok 3 - third # SKIP no data
    # 12.5 ms a fix
    1..3
not ok 1 - parent
  ---
  failureType: 'subtestsFailed'
  ...
ok 2 - alone
1..2
# tests 5
# duration_ms 12.25
`);
	assert.deepEqual(names(tap.passed), ["first", "alone"]);
	assert.deepEqual(names(tap.failed), ["second"]);
	assert.deepEqual(tap.skipped, [{ name: "third", text: "no data" }]);
	assert.deepEqual(tap.notes, ["12.5 ms a fix"]);
	assert.equal(tap.whole, true);
}

function countsAParentThatFailedAlone() {
	const tap = readTap("    ok 1 - child\n    1..1\nnot ok 1 - parent\n1..1\n");
	assert.deepEqual(names(tap.failed), ["parent"]);
}

function readsCriterion() {
	const tap = readTap(`TAP version 13
1..3
# Running 3 tests from seal
ok - seal::opens  (0.00s)
ok - seal::skips  # SKIP no data
not ok - seal::crashes unexpected signal after test_seal.c:5
`);
	assert.deepEqual([tap.passed.length, tap.failed.length, tap.skipped.length], [1, 1, 1]);
	assert.equal(tap.whole, true);
}

function noticesAnEarlyEnd() {
	assert.equal(readTap("ok 1 - one\n").whole, false);
	assert.equal(readTap("1..2\nok - one\n").whole, false);
	assert.equal(readTap("").whole, false);
}

function readsRanges() {
	const node = [18, 20, 4];
	const yes = ["*", "", ">=18", "18.x", "^18.18.0 || ^20.9.0", "10 - 20", "~18.20", "<=18", ">= 0.8", "<18.20.5"];
	const no = [">=20", "12 || 14", "10 - 17", "^20.19.0 || >=22", "~18.19", ">18", ">=18.21", "^0.10", "<18"];
	for (const range of yes) {
		assert.ok(admits(range, node), `${range} admits 18.20.4`);
	}
	for (const range of no) {
		assert.ok(!admits(range, node), `${range} does not admit 18.20.4`);
	}
}

function exceptsWhatOnlyBrowsersRun() {
	const engines = { node: ">=22" };
	const lock = {
		packages: {
			"": { dependencies: { "maplibre-gl": "6" }, devDependencies: { eslint: "9" } },
			"node_modules/maplibre-gl": { dependencies: { tiles: "1", shared: "1" }, engines },
			"node_modules/tiles": { engines },
			"node_modules/eslint": { dependencies: { shared: "1" } },
			"node_modules/shared": { version: "1.0.0", engines },
		},
	};
	assert.deepEqual(misfits(lock, [18, 20, 4]), ["node_modules/shared 1.0.0 wants node >=22"]);
}

countsLeavesOnly();
countsAParentThatFailedAlone();
readsCriterion();
noticesAnEarlyEnd();
readsRanges();
exceptsWhatOnlyBrowsersRun();
