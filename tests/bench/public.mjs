// SPDX-License-Identifier: Apache-2.0
/*
 * A storm morning: how many of the residents' files plow-public serves a second beside nginx on the same
 * folder, and how long an answer takes at 500 a second, while a fleet's fixes come in and the files are
 * written anew.  Left out, and said so, where nginx or wrk is missing.
 *
 * The two take turns, one process and fifty connections each; what they are asked for is what pages ask for.
 * They are compared by what a second of the processor's time yields, since the machine has other work as well.
 */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { BIN, LOOPBACK, ROOT, until } from "../support/programs.mjs";
import { readPublic } from "../support/public.mjs";

const NGINX = "/usr/sbin/nginx";
const WRK = "/usr/bin/wrk";
const RUNS = 5;
const RUN_S = 3;
const VEHICLES = 60;
const STORM = { rate: 500, seconds: 20 };

/** What 1,000 pages ask for in a while: most of it the manifest. @param {string} folder */
function paths(folder) {
	const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
	const manifest = read("manifest.json");
	const states = Object.values(read(manifest.state.file).tiles);
	const tiles = Object.values(read(manifest.network.file).tiles);
	const districts = manifest.districts.map(({ file }) => file);
	const names = [
		...Array(6 * (states.length + districts.length)).fill("manifest.json"), ...states, ...districts, ...tiles,
		...Array(states.length).fill(manifest.state.file), ...Array(states.length).fill(manifest.plows.file), manifest.passes.file,
	];
	return names.map((name) => `/data/${name}`);
}

const SCRIPT = `
local paths, at = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
function request()
	at = at % #paths + 1
	return wrk.format("GET", paths[at])
end
`;

async function freePort() {
	const server = createServer();
	await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
	const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
	await new Promise((done) => server.close(() => done(null)));
	return port;
}

async function startNginx(place, folder) {
	const port = await freePort();
	const conf = await place.file("nginx.conf", `
user root; daemon off; master_process off; pid ${place.path("nginx.pid")}; error_log ${place.path("nginx.log")};
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; open_file_cache max=2000 inactive=60s; keepalive_requests 1000000;
	types { application/json json; text/csv csv; }
	client_body_temp_path ${place.path("t1")}; proxy_temp_path ${place.path("t2")}; fastcgi_temp_path ${place.path("t3")};
	uwsgi_temp_path ${place.path("t4")}; scgi_temp_path ${place.path("t5")};
	server { listen 127.0.0.1:${port}; location /data/ { alias ${folder}/; } }
}`);
	const nginx = place.start(NGINX, ["-c", conf, "-e", place.path("nginx.log")]);
	await until("nginx serves", () => fetch(`http://127.0.0.1:${port}/data/manifest.json`).then(({ ok }) => ok, () => false));
	return { address: `127.0.0.1:${port}`, program: nginx };
}

async function cpuSeconds({ pid }) {
	const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1].split(" ");
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Requests a second, and requests a second of the server's processor time. */
async function load(place, { address, program }, list) {
	const before = await cpuSeconds(program);
	const script = await place.file("mix.lua", SCRIPT);
	const said = await place.ok(WRK, ["-t1", "-c50", `-d${RUN_S}s`, "-s", script, `http://${address}/`], { env: { PATHS: list } });
	if (/Non-2xx|Socket errors/.test(said)) {
		throw new Error(`not everything was answered: ${said}`);
	}
	const requests = Number(said.match(/(\d+) requests in/)[1]);
	return { rate: Number(said.match(/Requests\/sec:\s+([\d.]+)/)[1]), yield: requests / ((await cpuSeconds(program)) - before) };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of each answer, from the moment it was due to be asked for. */
async function storm(address, list) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });
	const [host, port] = address.split(":");
	const took = [];
	const began = performance.now();
	const asking = [];
	const ask = (path, due) => new Promise((done, failed) => {
		const request = http.get({ host, port, path, agent, headers: { "Accept-Encoding": "gzip" } }, (answer) => {
			answer.resume();
			answer.on("end", () => {
				took.push(performance.now() - due);
				// A state that was written anew meanwhile is gone from the manifest, not from the folder.
				answer.statusCode === 200 ? done(null) : failed(new Error(`${answer.statusCode} ${path}`));
			});
		});
		request.on("error", failed);
	});
	for (let i = 0; i < STORM.rate * STORM.seconds; ) {
		const due = began + (i * 1000) / STORM.rate;
		if (performance.now() < due) {
			await new Promise((done) => setTimeout(done, 1));
			continue;
		}
		asking.push(ask(list[i % list.length], due));
		i++;
	}
	await Promise.all(asking);
	agent.destroy();
	return took.sort((a, b) => a - b);
}

/** @param {(what: string, value: number, unit: string) => void} note */
export async function publicFiles(place, note) {
	if (!existsSync(NGINX) || !existsSync(WRK)) {
		console.log("residents' files: left out, nginx and wrk are not here: tests/support/deps.sh install bench");
		return;
	}
	const folder = place.path("public");
	await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", place.path("town"), "--seed", "1"]);
	const db = place.path("storm.db");
	await place.ok("plowctl", ["init", "--db", db]);
	for (const kind of ["roads", "areas", "depots"]) {
		await place.ok("plow-import", [place.path("town", `${kind}.geojson`), "--db", db, "--as", kind]);
	}
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--public-dir", folder, "--public-delay", "60"]);
	const sim = place.start("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", String(VEHICLES), "--hz", "1",
		"--seconds", "7200", "--seed", "3", "--truth", place.path("truth.csv"), "--head-start", "1800"]);
	await until("the fleet's work is told", () => (readPublic(folder)?.plows.length ?? 0) > 5, { every_ms: 500 });
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"], { env: { PLOW_WEB: join(BIN, "web") } });
	await until("plow-public serves", async () => (await fetch(`http://${site.ready.http}/data/manifest.json`)).ok);
	const nginx = await startNginx(place, folder);
	const ours = { address: site.ready.http, program: site };
	const rates = { ours: /** @type {any[]} */ ([]), nginx: /** @type {any[]} */ ([]) };
	for (let i = 0; i < RUNS; i++) {
		const list = await place.file("paths", `${paths(folder).join("\n")}\n`);
		rates.nginx.push(await load(place, nginx, list));
		rates.ours.push(await load(place, ours, list));
	}
	for (const [key, unit] of [["rate", "requests/s"], ["yield", "requests/CPU s"]]) {
		const [own, theirs] = [rates.ours, rates.nginx].map((runs) => median(runs.map((run) => run[key])));
		note("residents' files, plow-public", own, unit);
		note("  nginx on the same folder", theirs, unit);
		note("  ratio", own / theirs, key === "yield" ? "(aim 0.8)" : "");
	}
	const took = await storm(site.ready.http, paths(folder));
	note(`residents' files at ${STORM.rate} a second, with ${VEHICLES} plows, median`, took[Math.floor(took.length / 2)], "ms");
	note("  99 of 100 within", took[Math.floor(took.length * 0.99)], "ms (aim 50)");
	await nginx.program.stop();
	await site.stop();
	await sim.stop("SIGKILL").catch(() => {});
	await plowd.stop();
}
