// SPDX-License-Identifier: Apache-2.0
/*
 * Fifty dispatchers follow a thousand vehicles that report once a second: what the server needs for them, and what becomes
 * of five who do not read.  They are cut off, and told to begin anew when they come back.
 */
import { readFile } from "node:fs/promises";
import net from "node:net";

import { bigTown } from "../support/bigtown.mjs";
import { LOOPBACK, until } from "../support/programs.mjs";

const VEHICLES = 1000;
const PAGES = 50;
const STUCK = 5;
const STEADY_S = 30;

async function used({ pid }) {
	const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1].split(" ");
	const memory = (await readFile(`/proc/${pid}/status`, "utf8")).match(/VmRSS:\s+(\d+) kB/)[1];
	return { at_s: performance.now() / 1000, cpu_s: (Number(fields[11]) + Number(fields[12])) / 100, mb: Number(memory) / 1024 };
}

/** The share of a core a program takes in a while, and its memory at the end. */
async function steady(program) {
	const before = await used(program);
	await new Promise((done) => setTimeout(done, STEADY_S * 1000));
	const after = await used(program);
	return { percent: (100 * (after.cpu_s - before.cpu_s)) / (after.at_s - before.at_s), mb: after.mb };
}

/** A page's stream, by hand, so that it can stop reading. */
function follow(plowd, user, after = "") {
	const [host, port] = plowd.ready.http.split(":");
	const socket = net.connect({ host, port: Number(port) });
	const page = { socket, bytes: 0, last: "", isOver: false, isReset: false, rest: "" };
	socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: ${plowd.ready.http}\r\nCookie: ${user.cookie}\r\n${after && `Last-Event-ID: ${after}\r\n`}\r\n`);
	socket.on("data", (chunk) => {
		const text = page.rest + chunk.toString("latin1");
		page.bytes += chunk.length;
		page.isReset ||= text.includes("event: reset");
		page.last = [...text.matchAll(/id: (\d+)\n/g)].at(-1)?.[1] ?? page.last;
		page.rest = text.slice(-40);
	});
	socket.on("error", () => {});
	socket.on("close", () => (page.isOver = true));
	return page;
}

/** @param {(what: string, value: number, unit: string) => void} note */
export async function feed(place, note) {
	const db = await bigTown(place);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	const user = await place.signIn(plowd, { db });
	const sim = place.start("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", String(VEHICLES), "--hz", "1",
		"--seconds", "7200", "--seed", "3", "--truth", place.path("feed-truth.csv"), "--head-start", "30", "--fades", "0", "--at-work"]);
	const heard = async () => (await (await user.fetch("/api/v1/snapshot")).json()).vehicles.filter(({ time }) => time).length;
	await until("all vehicles are heard", async () => (await heard()) === VEHICLES, { every_ms: 500 });
	const alone = await steady(plowd);
	note(`plowd, ${VEHICLES} vehicles reporting once a second`, alone.percent, "% of a core");
	note("  its memory", alone.mb, "MB");

	const pages = Array.from({ length: PAGES }, () => follow(plowd, user));
	await until("all follow", () => pages.every(({ last }) => last));
	const stuck = pages.slice(0, STUCK);
	stuck.forEach(({ socket }) => socket.pause());
	const [before, began] = [pages.at(-1).bytes, performance.now()];
	const followed = await steady(plowd);
	note(`  with ${PAGES} pages that follow, ${STUCK} of which do not read`, followed.percent, "% of a core");
	note("  a page is sent", (pages.at(-1).bytes - before) / (performance.now() - began), "kB/s");
	const later = await steady(plowd);
	note(`  memory ${STEADY_S} s later, more than alone`, later.mb - alone.mb, "MB");
	stuck.forEach(({ socket }) => socket.resume());
	await until("those who did not read are cut off", () => stuck.every(({ isOver }) => isOver));
	const back = stuck.map(({ last }) => follow(plowd, user, last));
	await until("and begin anew", () => back.every(({ isReset }) => isReset));
	note("  of those who do not read, cut off and told", back.length, `of ${STUCK}`);
	[...pages, ...back].forEach(({ socket }) => socket.destroy());
	await sim.stop("SIGKILL").catch(() => {});
	await plowd.stop();
}
