// SPDX-License-Identifier: Apache-2.0
/*
 * Too much at once.  A flood of junk on the sealed port while sixty units report once a second: none of theirs
 * is lost, how late the latest was is printed, and the server does not grow.  A whole fleet that finds the
 * radio in the same moment, and a queue that overflows: all of it comes in the end.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { memoryOf, tunnel } from "../support/chaos.mjs";
import { LOOPBACK, ROOT, sanitizedBuild, until, workplace } from "../support/programs.mjs";
import { ROADS } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";
import { metrics } from "../support/units.mjs";

const FLOOD = join(resolve(ROOT, process.env.BUILD || "build"), "tests/support/flood");
const RATE = Number(process.env.FLOOD_RATE || 50_000);
const SECONDS = 10;
const UNITS = 60;

test("sixty units report through a flood of junk: nothing is lost, nothing grows", { skip: !existsSync(FLOOD) && "not built" },
	async (t) => {
		const place = await workplace(t);
		const db = await place.town({ roads: await place.file("roads.geojson", ROADS) });
		const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
		const sim = place.start("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", String(UNITS), "--hz", "1",
			"--seconds", String(SECONDS + 4), "--seed", "3", "--truth", place.path("truth.csv"), "--speed", "1",
			"--loss", "0", "--doubled", "0", "--late", "0", "--fades", "0"]);
		await until("all units report", async () => (await metrics(plowd)).fixes_stored_total > UNITS);
		const keyId = await sql(db, "SELECT hex(key_id) FROM vehicle_key LIMIT 1");
		const before_mb = await memoryOf(plowd);
		const port = plowd.ready.udp.split(":").at(-1);
		const began_ms = Date.now(); // what came before is late by plow-sim's own start
		const flood = place.start(FLOOD, [port, String(RATE), String(SECONDS), keyId]);
		assert.deepEqual(await flood.exited, { status: 0, signal: null });
		assert.deepEqual(await sim.exited, { status: 0, signal: null }, sim.stderr());

		const sent = Number(flood.stdout());
		const counts = await metrics(plowd);
		const fixes = Number(await sql(db, "SELECT count(*) FROM fix"));
		const late_ms = Number(await sql(db, `SELECT max(received_ms - time_ms) FROM fix WHERE received_ms > ${began_ms}`));
		const grew_mb = await memoryOf(plowd) - before_mb;
		t.diagnostic(`${sent} junk datagrams in ${SECONDS} s, ${counts.datagrams_kernel_drops_total} of them dropped by the kernel; ` +
			`${fixes} fixes, the latest after ${late_ms} ms; ${grew_mb.toFixed(1)} MB more`);
		assert.equal(fixes, UNITS * (SECONDS + 4));
		// A sanitizer keeps what was freed, for a while: its memory says nothing of ours.
		if (!sanitizedBuild) assert.ok(grew_mb < 16, `${grew_mb} MB`);
		else t.diagnostic("how much it grew is not judged: a sanitizer's build");
		assert.ok(counts.datagrams_forged_total > 0 && counts.datagrams_unknown_key_total > 0);
		// Every datagram was counted as something, or by the kernel.
		const refused = Object.entries(counts).filter(([name]) => /^datagrams_(short|not_ours|bad|forged|unknown)_/.test(name))
			.reduce((sum, [, count]) => sum + count, 0);
		assert.ok(refused + counts.datagrams_kernel_drops_total >= sent, `${refused} of ${sent}`);
	});

test("a fleet of forty leaves a tunnel at once, and plowd's queue overflows: the newest first, nothing lost, nothing grows", async (t) => {
	const { fixes, dropped, grew_mb } = await tunnel(t, await workplace(t), { units: 40, backlog: 2000 });
	t.diagnostic(`${fixes} fixes, ${dropped} of them dropped once for want of room and sent again; at most ${grew_mb.toFixed(1)} MB more`);
	// A sanitizer keeps what was freed, for a while: its memory says nothing of ours.
	if (!sanitizedBuild) assert.ok(grew_mb < 128, `${grew_mb} MB`);
	else t.diagnostic("how much it grew is not judged: a sanitizer's build");
});
