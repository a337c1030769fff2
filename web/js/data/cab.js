// SPDX-License-Identifier: Apache-2.0
/*
 * The tracker in the cab, asked once a second.
 */
import * as api from "./api.js";
import { createStore } from "./store.js";

export const POLL_MS = 1000;

/** What a driver can say, in the order of the buttons: the work first, then what is none. */
export const WORKS = /** @type {const} */ (["N", "W", "T", "S"]);
export const PAUSES = /** @type {const} */ (["M", "B", "R"]);

/** The code a shift begins with: driving out. */
export const FIRST = "M";
/** The code that takes the button back. */
export const NONE = "U";

/** On shift is who has pressed a button and not taken it back. @param {import("../types.js").CabStatus} status */
export const onShift = (status) => status.work_source === "button" && status.work_state !== NONE;

export function createCab() {
	/** @type {import("./store.js").Store<import("../types.js").CabStatus | null>} null: it does not answer */
	const status = createStore(/** @type {any} */ (null));
	/** Counts what is under way, so that an older answer never replaces that to a press. */
	let presses = 0;

	return {
		status,
		async poll() {
			const before = presses;
			const next = await api.getCabStatus().catch(() => null);
			if (before === presses) {
				status.set(next);
			}
		},
		/** @param {string} work */
		async press(work) {
			presses++;
			const next = await api.postWorkState(work);
			presses++;
			status.set(next);
		},
	};
}
