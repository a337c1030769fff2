// SPDX-License-Identifier: Apache-2.0
/*
 * What the tests themselves rely on: who waits for a program that dies is told so at once, and that the set-up does
 * nothing where nothing is missing.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";

import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";

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

test("where no package is missing, the set-up of `make test` and `make demo` asks no package manager and says nothing", async (t) => {
	const place = await workplace(t);
	await mkdir(place.path("bin"));
	for (const name of ["apt-get", "dpkg"]) {
		await chmod(await place.file(`bin/${name}`, `#!/bin/sh\n: >"${place.path("asked")}"\nexit 1\n`), 0o755);
	}
	for (const what of ["build", "demo", "test"]) {
		const env = { PATH: `${place.path("bin")}:${process.env.PATH}` };
		const ended = await place.run(join(ROOT, "tests/support/deps.sh"), ["install", what], { env });
		assert.deepEqual([ended.status, ended.stdout, ended.stderr], [0, "", ""], what);
	}
	assert.equal(existsSync(place.path("asked")), false);
});
