// SPDX-License-Identifier: Apache-2.0
/*
 * The short form of what `make soak` does for hours: a radio as bad as they get, and power cut at any
 * moment, and still every fix is stored, once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { badRadio, kills } from "../support/chaos.mjs";
import { workplace } from "../support/programs.mjs";

test("six hours of driving without radio, then 30 % loss, repeats, jitter and new ports: all is stored, the newest first",
	async (t) => {
		const place = await workplace(t);
		const { onMap_s, backlog, counts } = await badRadio(t, place, {
			rate: 1800, with_s: 2, silent_s: 12, rebind_ms: 500,
			radio: { loss: 0.3, repeats: 0.1, delay_ms: 20, jitter_ms: 500, seed: 5 },
		});
		t.diagnostic(`${backlog} fixes waited; the current position was on the map after ${onMap_s.toFixed(2)} s`);
		assert.ok(onMap_s <= 10, `${onMap_s} s`);
		assert.ok(counts.repeated > 0 && counts.lost > 0, JSON.stringify(counts));
	});

test("kill -9 of server and cab at random moments: nothing acknowledged is missing, nothing is twice", async (t) => {
	const place = await workplace(t);
	const { fixes, forgotten, kills: done } = await kills(t, place, { rounds: 14, seed: 11 });
	t.diagnostic(`${fixes} fixes, ${forgotten} of them acknowledged before the last cut; ${JSON.stringify(done)}`);
	assert.ok(forgotten > 0 && done.server > 2 && done.cab > 2);
});
