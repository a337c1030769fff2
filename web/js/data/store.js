// SPDX-License-Identifier: Apache-2.0

/**
 * One subject's state and who wants to know of it.  States are never changed in place: a reducer
 * makes the next one from the last.
 *
 * @template T
 * @typedef {{get: () => T, set: (next: T) => void, update: (reduce: (state: T) => T) => void,
 *	subscribe: (listen: (state: T) => void) => () => void}} Store
 */

/**
 * @template T
 * @param {T} state
 * @returns {Store<T>}
 */
export function createStore(state) {
	/** @type {Set<(state: T) => void>} */
	const listeners = new Set();
	/** @param {T} next */
	function set(next) {
		if (next === state) {
			return;
		}
		state = next;
		for (const listen of listeners) {
			listen(state);
		}
	}
	return {
		get: () => state,
		set,
		update: (reduce) => set(reduce(state)),
		/** Calls listen at once and after every change; returns how to stop that. */
		subscribe(listen) {
			listeners.add(listen);
			listen(state);
			return () => listeners.delete(listen);
		},
	};
}

/**
 * Calls act with the newest state, at most once in so many milliseconds, but never keeps one back for
 * longer: what comes too early waits its turn.
 * @template T
 * @param {number} interval_ms
 * @param {(state: T) => void} act
 * @returns {(state: T) => void}
 */
export function paced(interval_ms, act) {
	/** @type {T} */
	let newest;
	let last = -Infinity;
	let waiting = false;
	function run() {
		waiting = false;
		last = performance.now();
		act(newest);
	}
	return (state) => {
		newest = state;
		if (!waiting) {
			waiting = true;
			setTimeout(run, Math.max(0, last + interval_ms - performance.now()));
		}
	};
}
