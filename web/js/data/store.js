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
 * longer: what comes too early waits its turn.  What act does may go on for a while: when it gives a
 * promise, the next turn waits until that has settled, and half as long again, so that a slow machine
 * keeps a third of its time for whoever sits before it.
 * @template T
 * @param {number} interval_ms
 * @param {(state: T) => void | Promise<void>} act
 * @returns {(state: T) => void}
 */
export function paced(interval_ms, act) {
	/** @type {T} */
	let newest;
	let next = -Infinity;
	let busy = false; // acts, or waits for its turn
	let asked = false; // since it began to act
	function wait() {
		busy = true;
		setTimeout(run, Math.max(0, next - performance.now()));
	}
	async function run() {
		const began = performance.now();
		asked = false;
		next = began + interval_ms;
		try {
			const going = act(newest);
			if (going) {
				await going;
				next = Math.max(next, began + 1.5 * (performance.now() - began));
			}
		} finally {
			busy = false;
			if (asked) {
				wait();
			}
		}
	}
	return (state) => {
		newest = state;
		asked = true;
		if (!busy) {
			wait();
		}
	};
}
