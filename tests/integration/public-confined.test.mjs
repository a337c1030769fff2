// SPDX-License-Identifier: Apache-2.0
/*
 * plow-public reads one folder and nothing else, whatever it is asked for and whatever is put there; and nginx
 * serves the same folder as well as it does.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { appendFile, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { after, before, test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { readPublic } from "../support/public.mjs";
import { statusOf } from "../support/rawhttp.mjs";
import { pages, smallTown } from "../support/smalltown.mjs";

const NGINX = "/usr/sbin/nginx";
const SECRET = "the town's secret";
const hashed = (stem, digit) => `${stem}-${digit.repeat(32)}.json`;

let place, web;
before(async () => {
	place = await workplace();
	web = await pages(place);
	await writeFile(place.path("secret.json"), `"${SECRET}"`);
	await writeFile(place.path("other.key"), SECRET);
});
after(() => place?.close());

async function serve(name) {
	const folder = place.path(name);
	await mkdir(folder);
	await writeFile(`${folder}/manifest.json`, '{"version":1}');
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	const get = async (path) => {
		const answer = await fetch(`http://${site.ready.http}${path}`);
		return { status: answer.status, text: await answer.text() };
	};
	return { folder, site, get };
}

/** A file put there as plowd does: under its good name it is whole. */
async function putFile(folder, name, text) {
	await writeFile(`${folder}/.new`, text);
	await rename(`${folder}/.new`, `${folder}/${name}`);
}

/** A new manifest, and a wait until it is served. */
async function publish({ folder, get }, text) {
	await putFile(folder, "manifest.json", text);
	await until("the new manifest is served", async () => (await get("/data/manifest.json")).text === text);
}

test("who is told that it is ready finds the folder's files at once, however long they take to read", async () => {
	const folder = place.path("large");
	await mkdir(folder);
	await writeFile(`${folder}/manifest.json`, '{"version":1}');
	await writeFile(`${folder}/${hashed("roads", "4")}`, JSON.stringify(Array.from({ length: 400_000 }, (_, i) => i * 7919)));
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	assert.equal((await fetch(`http://${site.ready.http}/data/manifest.json`)).status, 200);
	assert.equal((await fetch(`http://${site.ready.http}/data/${hashed("roads", "4")}`)).status, 200);
	assert.doesNotMatch(site.stderr(), /manifest/);
});

test("a folder that has nothing yet is said to be empty, and served as soon as it has something", async () => {
	const folder = place.path("empty");
	await mkdir(folder);
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	await until("it says so", () => site.stderr().includes(`there is no manifest.json in ${folder} yet`));
	const get = async (path) => (await fetch(`http://${site.ready.http}${path}`)).text();
	await publish({ folder, get: async (path) => ({ text: await get(path) }) }, '{"version":1}');
});

test("SIGHUP ends nothing: there is no configuration to read again", async () => {
	const { site, get } = await serve("hangup");
	site.signal("SIGHUP");
	assert.equal((await get("/data/manifest.json")).status, 200);
	assert.equal(site.ended, null);
});

test("no way of writing a path leads out of the folder", async () => {
	const { site } = await serve("paths");
	const ways = [
		"/data/../secret.json", "/data/..%2fsecret.json", "/data/%2e%2e/secret.json", "/data/%2e%2e%2fsecret.json", "/data/./../secret.json",
		"/data//../secret.json", "/data/....//secret.json", "/../secret.json", "/%2e%2e/other.key", "/data/manifest.json/../../secret.json",
		"/data/..\\secret.json", "/data/..%5csecret.json", "/data/%00/../secret.json", "/data/..%c0%afsecret.json", "//etc/passwd", "/etc/passwd",
		"/data/../../../../../../../../etc/passwd", "/data//etc/passwd", "/data/%2fetc%2fpasswd", "/proc/self/environ", "/data/.new", "/.secret",
	];
	for (const way of ways) {
		const status = await statusOf(site.ready.http, `GET ${way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
		assert.ok([400, 404].includes(status), `${way}: ${status}`);
	}
});

test("a file that was read while half of it was copied is read again", async () => {
	const served = await serve("copied");
	const name = hashed("state", "5");
	await putFile(served.folder, name, '{"id":[1');
	await publish(served, '{"version":1,"half":true}');
	assert.equal((await served.get(`/data/${name}`)).text, '{"id":[1');
	await appendFile(`${served.folder}/${name}`, ',2]}');
	await publish(served, '{"version":1,"whole":true}');
	assert.equal((await served.get(`/data/${name}`)).text, '{"id":[1,2]}');
});

test("a link in the folder to a file outside is not followed", async () => {
	const served = await serve("links");
	await symlink(place.path("secret.json"), `${served.folder}/${hashed("state", "1")}`);
	await symlink(place.folder, `${served.folder}/elsewhere`);
	await putFile(served.folder, hashed("state", "2"), '"public"');
	await publish(served, '{"version":1,"second":true}');
	assert.equal((await served.get(`/data/${hashed("state", "2")}`)).text, '"public"');
	for (const path of [hashed("state", "1"), "elsewhere", "elsewhere/secret.json"]) {
		const { status, text } = await served.get(`/data/${path}`);
		assert.equal(status, 404, path);
		assert.ok(!text.includes(SECRET));
	}
});

test("not even another folder under the same name can be read", async (t) => {
	const served = await serve("swapped");
	if (/Landlock is not to be had/.test(served.site.stderr())) {
		t.skip("this kernel has no Landlock");
		return;
	}
	assert.match(readFileSync(`/proc/${served.site.pid}/status`, "utf8"), /^NoNewPrivs:\s+1$/m);
	await rename(served.folder, place.path("aside"));
	await mkdir(served.folder);
	await writeFile(`${served.folder}/${hashed("state", "3")}`, `"${SECRET}"`);
	await writeFile(`${served.folder}/manifest.json`, '{"version":1,"swapped":true}');
	// The folder it was given is written to again: what is served then is that one's alone, or what was there before.
	await publish(await serve("other"), '{"version":1,"others":true}');
	assert.equal((await served.get("/data/manifest.json")).text, '{"version":1}');
	assert.equal((await served.get(`/data/${hashed("state", "3")}`)).status, 404);
});

async function freePort() {
	const server = createServer();
	await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
	const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
	await new Promise((done) => server.close(() => done(null)));
	return port;
}

test("nginx serves the same folder, byte for byte", async (t) => {
	if (!existsSync(NGINX)) {
		t.skip("nginx is not here");
		return;
	}
	const folder = place.path("public");
	const db = await smallTown(place);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--public-dir", folder], { env: { PLOW_WEB: web } });
	await until("the files are there", () => readPublic(folder));
	await plowd.stop();
	const conf = (port) => place.file("nginx.conf", `
${process.getuid?.() === 0 ? "user root;" : ""} daemon off; master_process off; pid ${place.path("nginx.pid")}; error_log ${place.path("nginx.log")};
events { worker_connections 64; }
http {
	access_log off; types { application/json json; text/csv csv; }
	client_body_temp_path ${place.path("t1")}; proxy_temp_path ${place.path("t2")}; fastcgi_temp_path ${place.path("t3")};
	uwsgi_temp_path ${place.path("t4")}; scgi_temp_path ${place.path("t5")};
	server {
		listen 127.0.0.1:${port};
		location /data/ { alias ${folder}/; add_header Cache-Control "public, max-age=31536000, immutable"; }
		location = /data/manifest.json { alias ${folder}/manifest.json; add_header Cache-Control no-cache; }
	}
}`);
	const { nginx, theirs } = await until("nginx serves", async () => {
		const port = await freePort();
		const nginx = place.start(NGINX, ["-c", await conf(port), "-e", place.path("nginx.log")]);
		nginx.mayEnd = true; // somebody else may have taken the port by now
		const theirs = `http://127.0.0.1:${port}/data/`;
		const answers = () => fetch(`${theirs}manifest.json`).then(({ ok, headers }) => ok && /^nginx/.test(headers.get("server") ?? ""), () => false);
		await until("it serves, or has ended", async () => nginx.ended || answers());
		return nginx.ended ? null : { nginx, theirs };
	});
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	const ours = `http://${site.ready.http}/data/`;
	const names = readdirSync(folder);
	assert.ok(names.length > 8);
	for (const name of names) {
		const [own, other] = await Promise.all([fetch(ours + name), fetch(theirs + name)]);
		assert.equal(await other.text(), await own.text(), name);
		assert.equal(other.headers.get("cache-control"), own.headers.get("cache-control"), name);
	}
	await nginx.stop();
});
