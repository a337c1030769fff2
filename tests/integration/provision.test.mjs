// SPDX-License-Identifier: Apache-2.0
/*
 * deploy/plow-provision: from the line that plowctl printed to a unit that runs, in one command, and
 * nothing half done when something is wrong.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { BIN, ROOT, until, workplace } from "../support/programs.mjs";

const SCRIPT = join(ROOT, "deploy/plow-provision");

async function machine(t) {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const line = await place.ok("plowctl", ["vehicle", "add", "--db", db, "--code", "R-12"]);
	// What the service manager is told.
	mkdirSync(place.path("bin"));
	await place.file("bin/systemctl", `#!/bin/sh\necho "$*" >> ${place.path("told")}\n`);
	chmodSync(place.path("bin/systemctl"), 0o755);
	const etc = place.path("etc");
	const env = { PATH: `${place.path("bin")}:${BIN}:${process.env.PATH}` };
	return {
		place, db, line, etc,
		told: () => (existsSync(place.path("told")) ? readFileSync(place.path("told"), "utf8") : ""),
		provision: (input, ...args) => place.run(SCRIPT, ["--etc", etc, "--user", userInfo().username, ...args], { input, env }),
	};
}

const mode = (path) => (statSync(path).mode & 0o777).toString(8);

test("one command writes key and configuration and starts the service", async (t) => {
	const { place, line, etc, told, provision } = await machine(t);
	const { status, stderr } = await provision(line, "--server", "127.0.0.1:9", "--source", "udp://127.0.0.1:0", "--set", "shift-only = yes");
	assert.equal(status, 0, stderr);
	assert.equal(readFileSync(join(etc, "vehicle.key"), "utf8"), line);
	assert.equal(mode(join(etc, "vehicle.key")), "600");
	assert.deepEqual(readdirSync(etc).sort(), ["tracker.conf", "vehicle.key"]);
	assert.equal(told(), "enable --now plow-tracker\nreload-or-restart plow-tracker\n");
	// What it wrote is what a unit runs by.
	const tracker = await place.serve("plow-tracker",
		["--config", join(etc, "tracker.conf"), "--spool", place.path("spool.db"), "--http", "127.0.0.1:0"]);
	const state = await (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	assert.equal(state.vehicle, "R-12");
	assert.equal(state.shift.tracks_shifts_only, true);
});

test("a new key alone goes the same way, and the running unit takes it", async (t) => {
	const { place, db, line, etc, provision } = await machine(t);
	assert.equal((await provision(line, "--server", "127.0.0.1:9", "--source", "udp://127.0.0.1:0", "--no-start")).status, 0);
	const conf = readFileSync(join(etc, "tracker.conf"), "utf8");
	const tracker = await place.serve("plow-tracker", ["--config", join(etc, "tracker.conf"), "--spool", place.path("spool.db"),
		"--http", "127.0.0.1:0"]); // the port that is written may be taken here
	const next = await place.ok("plowctl", ["vehicle", "rotate", "--db", db, "--code", "R-12"]);
	assert.equal((await provision(next, "--no-start")).status, 0);
	assert.equal(readFileSync(join(etc, "tracker.conf"), "utf8"), conf);
	assert.equal(readFileSync(join(etc, "vehicle.key"), "utf8"), next);
	tracker.signal("SIGHUP");
	await until("it reads the new key", () => tracker.stderr().includes("read the configuration again"));
});

test("what is wrong is said, and changes nothing", async (t) => {
	const { line, etc, told, provision } = await machine(t);
	const rows = [
		[64, /--server HOST:PORT is missing/, line, []],
		[65, /does not hold the line/, "hello\n", ["--server", "127.0.0.1:9"]],
		[65, /does not hold the line/, "", ["--server", "127.0.0.1:9"]],
		[78, /server must be HOST:PORT/, line, ["--server", "nowhere"]],
		[78, /there is no setting `sped`/, line, ["--server", "127.0.0.1:9", "--set", "sped = 3"]],
		[64, /must be one line/, line, ["--server", "127.0.0.1:9", "--set", "rate = 1\nserver = evil:1"]],
		[64, /usage/, line, ["--serve", "127.0.0.1:9"]],
	];
	for (const [wanted, sentence, input, args] of rows) {
		const { status, stderr } = await provision(input, ...args);
		assert.equal(status, wanted, `${args.join(" ")}: ${stderr}`);
		assert.match(stderr, sentence);
		assert.deepEqual(existsSync(etc) ? readdirSync(etc) : [], []);
	}
	assert.equal(told(), "");
	await provision(line, "--server", "127.0.0.1:9", "--no-start");
	const before = readFileSync(join(etc, "vehicle.key"), "utf8");
	assert.equal((await provision("hello\n")).status, 65);
	assert.equal(readFileSync(join(etc, "vehicle.key"), "utf8"), before);
});
