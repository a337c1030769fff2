// SPDX-License-Identifier: Apache-2.0
/*
 * The ordeals of tests/support/chaos.mjs in their long form: `make soak`, SOAK_SECONDS (1500) in all.
 * Half of it is bad radio (5 s of jitter, six minutes of silence at sixty times life, a new port each
 * minute, or as much of that as there is time for), the rest is cuts of power, 200 of them and more.
 * SOAK_SEED (the time) decides what happens.  Prints one JSON line an ordeal.
 */
import { kills, badRadio } from "../support/chaos.mjs";
import { workplace } from "../support/programs.mjs";

const seconds = Number(process.env.SOAK_SECONDS || 1500);
const seed = Number(process.env.SOAK_SEED || Date.now() % 1e9);
const KILLS_AT_LEAST = 200;

/** Runs an ordeal in a workplace of its own, whose end it sees to. */
async function ordeal(name, run) {
	const endings = [];
	const t = { after: (fn) => endings.push(fn) };
	const place = await workplace();
	const began = performance.now();
	try {
		const result = await run(t, place);
		console.log(JSON.stringify({ ordeal: name, seed, took_s: Math.round((performance.now() - began) / 1000), ...result }));
	} finally {
		for (const end of endings) await end();
		await place.close();
	}
}

const silent_s = Math.min(360, seconds / 4);
await ordeal("radio", async (t, place) => {
	const result = await badRadio(t, place, {
		rate: 60, with_s: silent_s / 6, silent_s, rebind_ms: silent_s * 1000 / 6,
		radio: { loss: 0.3, repeats: 0.1, delay_ms: 20, jitter_ms: 5000, seed },
	});
	if (result.onMap_s > 10) throw new Error(`the current position was on the map only after ${result.onMap_s} s`);
	return result;
});
const end = performance.now() + seconds * 500;
let cuts = 0;
for (let i = 0; cuts < KILLS_AT_LEAST || performance.now() < end; i++, cuts += 50) {
	await ordeal("kills", (t, place) => kills(t, place, { rounds: 50, seed: seed + i }));
}
