// SPDX-License-Identifier: Apache-2.0
/*
 * What the tests themselves rely on: who waits for a program that dies is told so at once.
 */
import assert from "node:assert/strict";
import test from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";

test("waiting ends when a program dies meanwhile, with what it said", async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	process.kill(plowd.pid, "SIGKILL"); // as if by itself: not by plowd.stop()
	await assert.rejects(until("it answers", async () => (await fetch(`http://${plowd.ready.http}/never`)).ok),
		/^Error: it answers: never, since plowd ended \(status null, signal SIGKILL\)/);
});

test("a program that ends before it is ready is told with what it said", async (t) => {
	const place = await workplace(t);
	await assert.rejects(place.serve("plowd", ["--db", place.path("none.db"), ...LOOPBACK]),
		/before it was ready, plowd ended \(status 66, signal null\): plowd: there is no database/);
});

test("a look that never comes back ends with the patience", async () => {
	await assert.rejects(until("it answers", () => new Promise(() => {}), { patience_ms: 50 }), /^Error: waited 0.05 s in vain: it answers/);
});
