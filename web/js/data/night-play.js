// SPDX-License-Identifier: Apache-2.0
/*
 * The night that is played: fetched page by page, a clock that goes through it, and where everything is
 * at the clock's time.  What has come can be played already.
 */
import * as api from "./api.js";
import { createClock, createReplay, createRoadPlay, newPosition } from "./replay.js";

const DAY_MS = 86_400_000;

/** @typedef {import("./replay.js").Track} Track */
/** @typedef {ReturnType<typeof createNightPlay>} NightPlay */

/** @param {number} speed */
export function createNightPlay(speed) {
	const clock = createClock(0, 1);
	clock.speed = speed;
	let replay = createReplay();
	/** @type {ReturnType<typeof createRoadPlay> | null} */
	let roads = null;
	let asked = 0; // the last night that was asked for
	/** One for all frames. */
	const position = newPosition();
	/** @type {number[]} */
	const changed = [];

	return {
		clock,
		tracks: () => replay.tracks(),
		/** @param {string | undefined} code */
		track: (code) => replay.track(code),
		/** @param {Track} track */
		states: (track) => replay.states(track),
		bounds: () => replay.bounds(),
		/** So far it may be played. */
		limit: () => Math.max(clock.from, replay.until()),
		isWhole: () => replay.until() >= clock.to,
		links: () => roads?.links ?? null,

		/** Where a vehicle is now; the same object each time. @param {Track | undefined} track */
		at(track) {
			position.known = false;
			if (track) {
				replay.place(track, clock.time, position);
			}
			return position;
		},

		/** The links whose status is another than when this was asked last; the same list each time. */
		changedLinks() {
			changed.length = 0;
			roads?.seek(clock.time, (link) => changed.push(link));
			return changed;
		},

		/** Begins with another night, at a time in it. @param {import("../types.js").Night} night @param {number | undefined} time */
		open(night, time) {
			asked++;
			[clock.from, clock.to, clock.playing] = [Date.parse(night.from), Date.parse(night.to), false];
			clock.seek(time ?? clock.from);
			[replay, roads] = [createReplay(), null];
		},

		/**
		 * Fetches the night that was opened; ends early, and with false, when another one is.
		 * @param {(share: number) => void} onPage how much is there, before each page and after the last
		 */
		async fetch(onPage) {
			const number = asked;
			const start = new Date(clock.from).toISOString();
			const end = new Date(Math.min(clock.to + 1, clock.from + DAY_MS)).toISOString();
			try {
				const columns = api.getReplayRoads(start, end);
				columns.catch(() => {}); // told when it is awaited
				for (let next = /** @type {string | null} */ (start); next !== null; ) {
					onPage(Math.min(1, Math.max(0, (Date.parse(next) - clock.from) / Math.max(1, clock.to - clock.from))));
					const page = await api.getReplay(next, end);
					if (number !== asked) {
						return false;
					}
					replay.add(page);
					next = page.next;
				}
				onPage(1);
				const found = await columns;
				if (number === asked) {
					roads = createRoadPlay(found);
				}
			} catch (error) {
				if (number === asked) {
					throw error;
				}
			}
			return number === asked;
		},
	};
}
