// SPDX-License-Identifier: Apache-2.0
/*
 * A night to be played: where each vehicle was, from the server's pages, and which road stood how.
 * What a frame asks is answered by a binary search a vehicle, into an object it brings along: its work
 * is bounded by the vehicles and the logarithm of their points, however fast the night is played.
 *
 * Between two points at most join_ms apart a vehicle moves evenly.  Further apart nothing is known:
 * it stays where it was, and a silence of more than gap_ms is shown as a gap from its first moment,
 * never driven through; more than off_ms, and it was off.
 */

/** @typedef {import("../types.js").ReplayPage} ReplayPage */
/** @typedef {import("../types.js").RecordState} RecordState */

/** By number, as tracks hold them. @type {RecordState[]} */
export const RECORD_STATES = ["work", "transfer", "waiting", "gap", "off"];
const GAP = RECORD_STATES.indexOf("gap");
const OFF = RECORD_STATES.indexOf("off");

/**
 * One vehicle's points, in columns that grow.
 * @typedef {object} Track
 * @property {string} code
 * @property {string} name
 * @property {string} class
 * @property {string} contractor
 * @property {number} count
 * @property {Float64Array} time Unix milliseconds
 * @property {Float64Array} lon
 * @property {Float64Array} lat
 * @property {Uint8Array} state by RECORD_STATES, from the point to the next
 * @property {Uint8Array} work the code's character
 */

/**
 * Where a vehicle is at a moment; the caller's to keep and to hand in again.
 * @typedef {{known: boolean, lon: number, lat: number, course: number, state: number, work: number}} Position
 */
export const newPosition = () => ({ known: false, lon: 0, lat: 0, course: 0, state: OFF, work: 85 });

/** @param {import("../types.js").Player} player @returns {Track} */
const newTrack = ({ code, name, class: kind, contractor }) => ({
	code, name, class: kind, contractor,
	count: 0,
	time: new Float64Array(64),
	lon: new Float64Array(64),
	lat: new Float64Array(64),
	state: new Uint8Array(64),
	work: new Uint8Array(64),
});

/** @template {Float64Array | Uint8Array} T @param {T} column @param {number} size @returns {T} */
function grown(column, size) {
	const next = /** @type {T} */ (new /** @type {any} */ (column.constructor)(size));
	next.set(column);
	return next;
}

/** @param {Track} track @param {number} more */
function makeRoom(track, more) {
	const needed = track.count + more;
	if (needed <= track.time.length) {
		return;
	}
	const size = Math.max(needed, track.time.length * 2);
	track.time = grown(track.time, size);
	track.lon = grown(track.lon, size);
	track.lat = grown(track.lat, size);
	track.state = grown(track.state, size);
	track.work = grown(track.work, size);
}

/** @param {Track} track @param {import("../types.js").Player} player @param {ReplayPage} page */
function append(track, { t, lon, lat, runs }, page) {
	let [ticks, east, north, run] = [0, 0, 0, 0];
	makeRoom(track, t.length);
	for (let i = 0; i < t.length; i++) {
		ticks += t[i];
		east += lon[i];
		north += lat[i];
		while (run + 1 < runs.length && runs[run + 1][0] <= i) {
			run++;
		}
		const at = track.count++;
		track.time[at] = ticks * page.tick_ms;
		track.lon[at] = east * page.step_deg;
		track.lat[at] = north * page.step_deg;
		track.state[at] = Math.max(0, RECORD_STATES.indexOf(runs[run][1]));
		track.work[at] = runs[run][2].charCodeAt(0);
	}
}

const byCode = new Intl.Collator("ja", { numeric: true });

/** The last point at or before a time, or -1. @param {Track} track @param {number} time */
export function pointBefore({ time: times, count }, time) {
	let [low, high] = [0, count];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (times[middle] <= time) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low - 1;
}

/** The course from one point to another in degrees. @param {Track} track @param {number} a @param {number} b */
function courseOf(track, a, b) {
	const east = (track.lon[b] - track.lon[a]) * Math.cos((track.lat[a] * Math.PI) / 180);
	return (Math.atan2(east, track.lat[b] - track.lat[a]) * 180) / Math.PI;
}

export function createReplay() {
	/** @type {Map<string, Track>} */
	const byVehicle = new Map();
	/** @type {Track[]} */
	let tracks = [];
	let join_ms = 30_000;
	let gap_ms = 180_000;
	let off_ms = 600_000;
	/** Up to when the pages have come. */
	let until = 0;

	/** Of the time from point i to the next; known as the silence is in hindsight. @param {Track} track @param {number} i */
	function stateFrom(track, i) {
		const silence = i + 1 < track.count ? track.time[i + 1] - track.time[i] : 0;
		return silence > off_ms ? OFF : silence > gap_ms ? GAP : track.state[i];
	}

	return {
		tracks: () => tracks,
		/** @param {string | undefined} code */
		track: (code) => (code === undefined ? undefined : byVehicle.get(code)),
		until: () => until,
		/** Takes the next page of the server. @param {ReplayPage} page */
		add(page) {
			({ join_ms, gap_ms, off_ms } = page);
			until = Date.parse(page.to);
			for (const player of page.vehicles) {
				let track = byVehicle.get(player.code);
				if (!track) {
					track = newTrack(player);
					byVehicle.set(player.code, track);
					tracks = [...tracks, track].sort((a, b) => byCode.compare(a.code, b.code));
				}
				append(track, player, page);
			}
		},
		/** Where a vehicle is. @param {Track} track @param {number} time @param {Position} out */
		place(track, time, out) {
			const i = pointBefore(track, time);
			out.known = i >= 0;
			if (i < 0) {
				return;
			}
			const next = i + 1;
			out.lon = track.lon[i];
			out.lat = track.lat[i];
			out.state = stateFrom(track, i);
			out.work = track.work[i];
			if (next >= track.count) {
				const silence = time - track.time[i];
				out.state = silence > off_ms ? OFF : silence > gap_ms ? GAP : out.state;
			} else if (track.time[next] - track.time[i] <= join_ms) {
				const share = (time - track.time[i]) / (track.time[next] - track.time[i]);
				out.lon += share * (track.lon[next] - track.lon[i]);
				out.lat += share * (track.lat[next] - track.lat[i]);
				if (out.state < 2) {
					out.course = courseOf(track, i, next); // who stands keeps its course
				}
			}
		},
		/** The box about all that was driven so far, in degrees; null: nothing was. @returns {import("../types.js").Bounds | null} */
		bounds() {
			/** @type {import("../types.js").Bounds} */
			const box = [Infinity, Infinity, -Infinity, -Infinity];
			for (const { lon, lat, count } of tracks) {
				for (let i = 0; i < count; i++) {
					box[0] = Math.min(box[0], lon[i]);
					box[1] = Math.min(box[1], lat[i]);
					box[2] = Math.max(box[2], lon[i]);
					box[3] = Math.max(box[3], lat[i]);
				}
			}
			return box[0] <= box[2] ? box : null;
		},
		/** What a vehicle did when, states alone. @param {Track} track @returns {{from: number, to: number, state: number}[]} */
		states(track) {
			/** @type {{from: number, to: number, state: number}[]} */
			const list = [];
			for (let i = 0; i + 1 < track.count; i++) {
				const state = stateFrom(track, i);
				const last = list[list.length - 1];
				if (last?.state === state) {
					last.to = track.time[i + 1];
				} else {
					list.push({ from: track.time[i], to: track.time[i + 1], state });
				}
			}
			return list;
		},
	};
}

/** @typedef {ReturnType<typeof createReplay>} Replay */

/**
 * The roads' statuses at any time: steps to and fro through their changes, so that a frame costs as
 * many steps as there were changes since the last.
 * @param {import("../types.js").ReplayRoads} columns
 */
export function createRoadPlay({ from, time_s, link, status }) {
	const start = Date.parse(from);
	/** What each change changes from. @type {(import("../types.js").LinkStatus)[]} */
	const before = [];
	/** @type {Map<number, import("../types.js").LinkState>} */
	const links = new Map();
	link.forEach((id, i) => {
		const known = links.get(id);
		before[i] = known?.status ?? "none";
		if (known) {
			known.status = status[i];
		} else {
			links.set(id, { status: status[i], share: 0, forward: 0, passes: 0, last: null });
		}
	});
	for (const state of links.values()) {
		state.status = "none";
	}
	let next = 0; // the first change that has not happened yet

	return {
		/** As they stand; changed in place. */
		links,
		count: link.length,
		/** Goes to a time, and names every link on the way. @param {number} time @param {(link: number) => void} onChange */
		seek(time, onChange) {
			const now_s = Math.floor((time - start) / 1000);
			for (; next < link.length && time_s[next] <= now_s; next++) {
				/** @type {import("../types.js").LinkState} */ (links.get(link[next])).status = status[next];
				onChange(link[next]);
			}
			for (; next > 0 && time_s[next - 1] > now_s; next--) {
				/** @type {import("../types.js").LinkState} */ (links.get(link[next - 1])).status = before[next - 1];
				onChange(link[next - 1]);
			}
		},
	};
}

export const SPEEDS = [1, 10, 30, 60, 120, 300, 600];

/**
 * The replay's own clock, which stops at both ends.
 * @param {number} from
 * @param {number} to
 */
export function createClock(from, to) {
	/** @type {{from: number, to: number, time: number, speed: number, playing: boolean, seek: (time: number) => void, tick: (elapsed_ms: number, limit?: number) => void}} */
	const clock = {
		from,
		to,
		time: from,
		speed: 60,
		playing: false,
		/** @param {number} time */
		seek(time) {
			clock.time = Math.min(clock.to, Math.max(clock.from, time));
		},
		/** Lets so much real time pass; stops where the night ends, or where it has come so far. @param {number} elapsed_ms @param {number} [limit] */
		tick(elapsed_ms, limit = clock.to) {
			if (clock.playing) {
				clock.seek(Math.min(limit, clock.time + elapsed_ms * clock.speed));
				clock.playing = clock.time < clock.to;
			}
		},
	};
	return clock;
}

/** @typedef {ReturnType<typeof createClock>} Clock */
