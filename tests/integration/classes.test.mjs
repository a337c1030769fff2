// SPDX-License-Identifier: Apache-2.0
/*
 * The rules of the road classes: set by an administrator over HTTP and by plowctl, on a running plowd,
 * whose map and progress follow.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { faults } from "../support/openapi.mjs";
import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { at, drives, smallTown } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";

const description = JSON.parse(readFileSync(join(ROOT, "web/openapi.json"), "utf8"));
const WEST = at(-0.5, 0.0);
const RULE = {
	code: "main", name: "幹線", priority: 1, required_share: 0.95, required_passes: 2, both_directions: false,
	required_width_m: 0, gap_m: 20, trim_m: 10, trigger_cm: 5, finish_by: "06:30",
};

let place, db, admin, dispatcher;

const get = async (path, user = dispatcher) => (await user.fetch(`/api/v1${path}`)).json();
const classes = async () => Object.fromEntries((await get("/classes")).map((one) => [one.code, one]));
const status = async () => (await get(`/roads/at?lon=${WEST[0]}&lat=${WEST[1]}`)).status;
const becomes = (wanted) => until(`本町通り is ${wanted}`, async () => (await status()) === wanted);
const done_m = async (name) => (await get("/snapshot")).progress.classes.find((bar) => bar.name === name).done_m;
const published = (name) => {
	const path = place.path("public", "manifest.json");
	return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).progress.classes.find((bar) => bar.name === name)?.done_m : undefined;
};
const plowctl = (...args) => place.ok("plowctl", ["class", ...args, "--db", db]);

async function post(path, body, user = admin) {
	const answer = await user.post(`/api/v1${path}`, body);
	return { status: answer.status, body: await answer.json() };
}

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	await drives(place, db, "R-12", [], { from_km: -0.98, to_km: 0.98 });
	await mkdir(place.path("public"));
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes", "--public-dir", place.path("public"), "--public-delay", "0"]);
	dispatcher = await place.signIn(plowd, { db, name: "当直" });
	admin = await place.signIn(plowd, { db, role: "admin", name: "係長" });
	await becomes("done");
	await until("the residents' files say so", () => published("main") > 0);
});
after(() => place?.close());

test("the list names the classes with a rule, those the roads have, and the rule of all others", async () => {
	const all = await get("/classes");
	assert.deepEqual([...faults(description, { type: "array", items: { $ref: "#/components/schemas/RoadClass" } }, all)], []);
	assert.deepEqual(all.map(({ code, version }) => [code, version]), [["", 1], ["main", null], ["side", null]]);
	const { "": usual, main } = await classes();
	for (const key of Object.keys(RULE).filter((key) => key !== "code" && key !== "name")) {
		assert.deepEqual(main[key], usual[key], key);
	}
	assert.equal(main.roads, 1);
	assert.ok(Math.abs(main.length_m - 2000) < 20, String(main.length_m));
});

test("what an administrator sets is on the map and in the progress, and is recorded; taken back, it is as before", async () => {
	assert.ok(await done_m("main") > 1900);
	const set = await post("/classes", RULE);
	assert.equal(set.status, 200, JSON.stringify(set.body));
	assert.deepEqual([...faults(description, { $ref: "#/components/schemas/RoadClass" }, set.body)], []);
	assert.deepEqual({ ...set.body, ...RULE, version: 1 }, set.body, "it is as it was asked for");
	await becomes("partly");
	await until("the progress has followed", async () => (await done_m("main")) === 0);
	await until("and the residents' files", () => published("main") === 0);
	assert.ok((await get("/remaining")).links.slice(0, 2).every((link) => link.class === "main" && link.priority === 1));
	assert.equal((await get(`/roads/at?lon=${WEST[0]}&lat=${WEST[1]}`)).finish_by, "06:30");

	assert.equal((await post("/classes", RULE)).status, 409, "it has a rule already");
	assert.equal((await post("/classes", { ...RULE, version: 7 })).status, 409, "another was seen");
	const changed = await post("/classes", { ...RULE, required_passes: 1, version: 1 });
	assert.deepEqual([changed.status, changed.body.version], [200, 2]);
	await becomes("done");
	assert.equal((await post("/classes", { ...RULE, version: 2 })).status, 200);
	await becomes("partly");
	assert.equal((await post("/classes/remove", { code: "main", version: 2 })).status, 409);
	const removed = await post("/classes/remove", { code: "main", version: 3 });
	assert.deepEqual([removed.status, removed.body.version, removed.body.required_passes], [200, null, 1]);
	await becomes("done");
	assert.equal((await post("/classes/remove", { code: "main", version: 3 })).status, 404);
	assert.equal(await sql(db, "SELECT group_concat(action) FROM (SELECT action FROM audit WHERE name = '係長' AND object = 'main' ORDER BY id)"),
		"class.add,class.change,class.change,class.remove");
});

test("while an operation is open a class is to be done by its own hour, or by the operation's where that is earlier", async () => {
	const targets = async () => Object.fromEntries((await get("/snapshot")).progress.classes.map(({ name, target }) => [name, target]));
	const totals = async () => (await get("/snapshot")).progress.total.target;
	assert.deepEqual([await targets(), await totals()], [{ main: null, side: null }, null], "without an operation there is no hour");
	const opened = await dispatcher.post("/api/v1/operations", { name: "早朝", start: "2027-01-16T04:00:00+09:00", target: "2027-01-16T07:00:00+09:00" });
	assert.equal(opened.status, 201);
	const seven = "2027-01-15T22:00:00.000Z";
	const become = (wanted) => until(JSON.stringify(wanted), async () => JSON.stringify(await targets()) === JSON.stringify(wanted));
	await become({ main: seven, side: seven });
	await post("/classes", { ...RULE, required_passes: 1 });
	await become({ main: "2027-01-15T21:30:00.000Z", side: seven });
	assert.equal(await totals(), seven);
	const { body } = await post("/classes", { ...RULE, required_passes: 1, finish_by: "08:00", version: 1 });
	await become({ main: seven, side: seven });
	await post("/classes/remove", { code: "main", version: body.version });
	const { id } = await opened.json();
	assert.equal((await dispatcher.post(`/api/v1/operations/${id}/close`, {})).status, 200);
	await become({ main: null, side: null });
	await becomes("done");
});

test("plowctl lists and sets them too; what it is not told stays as it is", async () => {
	await plowctl("set", "--code", "main", "--required-passes", "2", "--both-directions", "yes", "--finish-by", "05:45");
	await becomes("partly");
	assert.equal((await classes()).main.required_share, (await classes())[""].required_share);
	await plowctl("set", "--code", "main", "--name", "幹線, 市道", "--required-width-m", "3.5");
	const { main } = await classes();
	assert.deepEqual([main.name, main.required_passes, main.both_directions, main.required_width_m, main.finish_by, main.version],
		["幹線, 市道", 2, true, 3.5, "05:45", 2]);
	const stdout = await plowctl("list");
	assert.match(stdout, /^code,name,priority,/);
	assert.match(stdout, /^main,"幹線, 市道",9,0\.9,2,1,3\.50,30\.0,15\.0,10\.0,05:45,1,1,\d+\.\d$/m);
	assert.match(stdout, /^side,side,9,0\.9,1,0,.*,07:30,0,\d+,/m);
	await plowctl("remove", "--code", "main");
	await becomes("done");
	assert.match(await sql(db, "SELECT group_concat(action || name) FROM (SELECT * FROM audit WHERE object = 'main' ORDER BY id DESC LIMIT 1)"), /^class\.removeplowctl$/);
});

test("what makes no rule is refused with a sentence, and nothing of it is kept", async () => {
	const before = await get("/classes");
	const wrong = [
		{ code: "x".repeat(32) }, { code: undefined }, { code: 3 }, { code: "a\nb" }, { name: "" }, { name: "n".repeat(64) }, { priority: 0 }, { priority: 100 },
		{ priority: 1.5 }, { required_share: 0 }, { required_share: 1.01 }, { required_share: "0.9" }, { required_passes: 0 },
		{ required_passes: 10 }, { both_directions: 1 }, { both_directions: undefined }, { required_width_m: -1 }, { required_width_m: 31 },
		{ gap_m: -0.1 }, { gap_m: 501 }, { trim_m: null }, { trigger_cm: 1e9 }, { finish_by: "24:00" }, { finish_by: "7:30" },
		{ finish_by: "07:60" }, { finish_by: "07:30x" }, { finish_by: "+7:30" }, { version: 0 }, { version: "1" },
	];
	for (const part of wrong) {
		const answer = await post("/classes", { ...RULE, ...part });
		assert.equal(answer.status, 400, JSON.stringify(part));
		assert.match(answer.body.error, /^[A-Z].*\.$/);
	}
	assert.equal((await post("/classes", { ...RULE, version: 1 })).status, 404, "there is none to change");
	assert.equal((await post("/classes/remove", { code: "", version: 1 })).status, 409, "the rule of all others stays");
	for (const [args, says] of [
		[["set", "--code", "main", "--required-share", "2"], /from 0\.01 to 1/], [["set", "--code", "main", "--gap-m", "wide"], /no number/],
		[["set", "--code", "main", "--both-directions", "1"], /yes nor no/], [["set", "--code", "main", "--finish-by", "12345678"], /too long/],
		[["set"], /--code/], [["remove", "--code", ""], /not removed/], [["become"], /one of list/],
	]) {
		const { status, stderr } = await place.run("plowctl", ["class", ...args, "--db", db]);
		assert.equal(status, 64, stderr);
		assert.match(stderr, says);
	}
	assert.equal((await place.run("plowctl", ["class", "remove", "--code", "main", "--db", db])).status, 66);
	assert.deepEqual(await get("/classes"), before);
});

test("a dispatcher reads the rules and changes none", async () => {
	assert.equal((await post("/classes", RULE, dispatcher)).status, 403);
	assert.equal((await post("/classes/remove", { code: "main", version: 1 }, dispatcher)).status, 403);
	assert.equal((await dispatcher.fetch("/api/v1/classes")).status, 200);
});
