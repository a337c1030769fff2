// SPDX-License-Identifier: Apache-2.0
/*
 * The live picture: a snapshot, then the stream of changes from exactly there, in stores that lists
 * and map follow.  After a reset, new roads or an hour's sleep it begins anew with a snapshot.
 */
import * as api from "./api.js";
import { coverageOf, NO_COVERAGE, withLinks } from "./coverage.js";
import { followEvents } from "./events.js";
import { fleetOf, NO_FLEET, withVehicles } from "./fleet.js";
import { createStore } from "./store.js";

const RETRY_MS = 3_000;

/** @typedef {ReturnType<typeof createLive>} Live */

/** @param {{alarms?: boolean}} [options] whether who is signed in may know of alarms and troubles */
export function createLive({ alarms: hasAlarms = true } = {}) {
	/** @type {import("./store.js").Store<import("./fleet.js").Fleet>} */
	const fleet = createStore(NO_FLEET);
	const coverage = createStore(NO_COVERAGE);
	/** @type {import("./store.js").Store<import("../types.js").Progress | null>} */
	const progress = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<import("../types.js").Operation | null>} */
	const operation = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<import("../types.js").Closure[]>} */
	const closures = createStore(/** @type {any} */ ([]));
	/** @type {import("./store.js").Store<import("../types.js").Alarm[]>} Newest first. */
	const alarms = createStore(/** @type {any} */ ([]));
	/** @type {import("./store.js").Store<import("../types.js").Trouble>} */
	const trouble = createStore(/** @type {any} */ ({ store: null, clones: [] }));
	/** @type {import("./store.js").Store<number | null>} Where the window begins, in milliseconds. */
	const from = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<string | null>} Which roads: changes when they were replaced. */
	const network = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<import("./events.js").StreamState>} */
	const link = createStore(/** @type {any} */ ("connecting"));
	/** @type {{close: () => void, check: () => void} | null} */
	let stream = null;
	let serverMs = Date.now(); // the server's clock, as it was at
	let heardMs = performance.now(); // this moment of ours
	let loading = false;
	let failedMs = 0;

	/** @param {string} time */
	function setClock(time) {
		const ms = Date.parse(time);
		if (Number.isFinite(ms)) {
			serverMs = ms;
			heardMs = performance.now();
		}
	}

	const handlers = /** @type {Record<string, (data: any) => void>} */ ({
		vehicles: (vehicles) => fleet.update((state) => withVehicles(state, vehicles)),
		links: (columns) => coverage.update((state) => withLinks(state, columns)),
		progress: (data) => progress.set(data),
		operation: (data) => {
			operation.set(data);
			start(); // Another operation is another window: every link may stand differently.
		},
		alarms: () => fetchAlarms(),
		trouble: () => fetchTrouble(),
		closures: (data) => closures.set(data),
		network: () => start(),
		reset: () => start(),
		now: ({ now }) => setClock(now),
	});

	/** Those of now, or what was known stays until the next event or snapshot. */
	async function fetchAlarms() {
		if (hasAlarms) {
			alarms.set(await api.getAlarms().catch(() => alarms.get()));
		}
	}

	async function fetchTrouble() {
		if (hasAlarms) {
			trouble.set(await api.getTrouble().catch(() => trouble.get()));
		}
	}

	/** @param {import("../types.js").Snapshot} snapshot */
	function take(snapshot) {
		setClock(snapshot.now);
		network.set(snapshot.network);
		operation.set(snapshot.operation);
		closures.set(snapshot.closures);
		from.set(Date.parse(snapshot.window.from));
		coverage.set(coverageOf(snapshot.links));
		progress.set(snapshot.progress);
		fleet.set(fleetOf(snapshot.vehicles));
		stream?.close();
		stream = followEvents(snapshot.event, {
			url: api.eventsUrl,
			onEvent: (name, data) => handlers[name]?.(data),
			onState: link.set,
		});
	}

	async function start() {
		if (loading) {
			return;
		}
		loading = true;
		try {
			take(await api.getSnapshot());
			fetchAlarms();
			fetchTrouble();
			failedMs = 0;
		} catch {
			failedMs = performance.now();
			link.set("lost");
		}
		loading = false;
	}

	/** To be called about once a second. */
	function check() {
		stream?.check();
		if (failedMs && performance.now() - failedMs > RETRY_MS) {
			start();
		}
	}

	return {
		fleet,
		coverage,
		progress,
		operation,
		from,
		alarms,
		trouble,
		closures,
		network,
		link,
		start,
		check,
		/** Now by the server's clock, in milliseconds. */
		now: () => serverMs + (performance.now() - heardMs),
	};
}
