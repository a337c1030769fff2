// SPDX-License-Identifier: Apache-2.0
/*
 * Lets a replay's clock run with the frames of the screen; who wants little motion gets two a second.
 */

const LISTS_MS = 250; // what is read, not watched, follows the clock so often
const CALM_MS = 500;
const LONGEST_MS = 250; // of a frame that came late

/**
 * @param {object} parts
 * @param {import("../data/replay.js").Clock} parts.clock
 * @param {() => number} parts.limit how far it may go
 * @param {() => void} parts.onFrame
 * @param {() => void} parts.onLists
 * @param {() => void} parts.onEnd it stands again
 * @returns {() => void} starts it when it is to play
 */
export function createRunner({ clock, limit, onFrame, onLists, onEnd }) {
	const calm = matchMedia("(prefers-reduced-motion: reduce)");
	let isRunning = false;

	return function start() {
		if (isRunning || !clock.playing) {
			return;
		}
		isRunning = true;
		let [before, drewAt, listedAt] = [performance.now(), 0, 0];
		/** @param {number} now */
		function frame(now) {
			clock.tick(Math.min(LONGEST_MS, Math.max(0, now - before)), limit());
			before = now;
			if (now - drewAt >= (calm.matches ? CALM_MS : 0)) {
				drewAt = now;
				onFrame();
			}
			if (now - listedAt >= LISTS_MS) {
				listedAt = now;
				onLists();
			}
			if (clock.playing) {
				requestAnimationFrame(frame);
				return;
			}
			isRunning = false;
			onEnd();
		}
		requestAnimationFrame(frame);
	};
}
