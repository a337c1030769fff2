// SPDX-License-Identifier: Apache-2.0
// Every program says what it can, and the manual page and the completion know all of it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { BIN, LOOPBACK, ROOT, workplace } from "../support/programs.mjs";

const PROGRAMS = ["plowd", "plow-public", "plowctl", "plow-import", "plow-tracker", "plow-sim"];
const completion = readFileSync(join(ROOT, "deploy/completion/plowctl"), "utf8");

/** What every program may end with. */
const STATUSES = ["0 done", "64 usage", "65 bad input data or not a database", "66 no such file",
	"69 in use or not reachable", "70 own fault", "73 cannot create", "74 I/O error or disk full", "77 refused", "78 configuration"];

function say(program, option) {
	return spawnSync(join(BIN, program), [option], { encoding: "utf8", timeout: 60_000 });
}

function manual(program) {
	const path = [1, 8].map((section) => join(ROOT, `deploy/man/${program}.${section}`)).find(existsSync);
	assert.ok(path, `deploy/man has a page for ${program}`);
	return readFileSync(path, "utf8").replaceAll("\\-", "-");
}

for (const [file, program] of [["plowd.conf", "plowd"], ["tracker.conf", "plow-tracker"]]) {
	test(`every setting in the example ${file} is one of ${program}'s`, () => {
		const { stdout } = say(program, "--help");
		const example = readFileSync(join(ROOT, "deploy", file), "utf8");
		const settings = [...example.matchAll(/^(?:# )?([a-z][a-z-]+) *= /gm)].map(([, name]) => name);
		assert.ok(settings.length >= 3);
		for (const name of settings) {
			assert.match(stdout, new RegExp(`(--|\\b)${name}\\b`), `${program} --help does not know ${name}`);
		}
	});
}

for (const program of PROGRAMS) {
	test(`${program} --version says its name and version on stdout`, () => {
		const { status, stdout, stderr } = say(program, "--version");
		assert.equal(status, 0, stderr);
		assert.match(stdout, new RegExp(`^${program} \\d+\\.\\d+\\.\\d+\\n$`));
	});

	test(`every option of ${program} --help is in its manual page and in the completion`, () => {
		const { status, stdout, stderr } = say(program, "--help");
		assert.equal(status, 0, stderr);
		const page = manual(program);
		for (const option of new Set(stdout.match(/--[a-z][a-z-]+/g))) {
			assert.ok(page.includes(option), `deploy/man: ${program} lacks ${option}`);
			assert.ok(completion.includes(option), `deploy/completion lacks ${option}`);
		}
	});

	test(`${program} --help and its manual page have the one list of statuses`, () => {
		const { stdout } = say(program, "--help");
		assert.ok(stdout.replaceAll("\n", " ").includes(STATUSES.join(", ")), stdout);
		const page = manual(program).match(/\.SH EXIT STATUS\n([^]*?)\.SH/)[1];
		assert.ok(page.replaceAll("\n", " ").startsWith(`${STATUSES.join("; ")}.`), page);
	});

	test(`${program} answers an unknown option with one sentence and status 64`, () => {
		const { status, stdout, stderr } = say(program, "--no-such-option");
		assert.equal(status, 64, stderr);
		assert.equal(stdout, "");
		assert.notEqual(stderr, "");
	});
}

test("every figure docs/OPERATIONS.md explains is one that plowd gives", async (t) => {
	const place = await workplace(t);
	await place.ok("plowctl", ["init", "--db", place.path("town.db")]);
	const plowd = await place.serve("plowd", ["--db", place.path("town.db"), ...LOOPBACK]);
	const given = await (await fetch(`http://${plowd.ready.http}/metrics`)).text();
	const explained = readFileSync(join(ROOT, "docs/OPERATIONS.md"), "utf8").match(/`(plowd)?_[a-z_]+`/g);
	for (const name of explained.map((text) => text.replaceAll("`", ""))) {
		assert.ok(given.includes(`${name} `), `/metrics has no ${name}`);
	}
});
