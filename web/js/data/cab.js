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

/** Nobody has said what work is going on. */
export const NONE = "U";

/** Above it hands are for the wheel: only what needs no aiming stays. */
const MOVING_MPS = 5 / 3.6;
/** A position older than that says nothing of the speed now. */
const STALE_S = 10;

/** How fast it goes now; null: nobody knows. @param {import("../types.js").CabStatus} status */
export function speedOf({ fix, fix_age_s }) {
	return fix && fix_age_s !== null && fix_age_s < STALE_S ? fix.speed_mps : null;
}

/** Faster than a walk, as far as is known. @param {import("../types.js").CabStatus} status */
export const isMoving = (status) => (speedOf(status) ?? 0) > MOVING_MPS;

export function createCab() {
	/** @type {import("./store.js").Store<import("../types.js").CabStatus | null>} null: it does not answer */
	const status = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<import("../types.js").CabShift | null>} the first that waits for the driver's word */
	const toConfirm = createStore(/** @type {any} */ (null));
	/** Counts what is under way, so that an older answer never replaces that to a press. */
	let presses = 0;

	/** Asks for the summary when there is one that is not here yet. @param {import("../types.js").CabStatus} known */
	async function lookForSummary(known) {
		if (known.shift.unconfirmed === 0) {
			toConfirm.set(null);
		} else if (toConfirm.get() === null) {
			const { shifts } = await api.getShifts();
			toConfirm.set([...shifts].reverse().find((shift) => !shift.open && shift.confirmed === null) ?? null);
		}
	}

	/** @param {() => Promise<import("../types.js").CabStatus>} deed */
	async function press(deed) {
		presses++;
		const next = await deed();
		presses++;
		status.set(next);
		await lookForSummary(next);
	}

	return {
		status,
		toConfirm,
		async poll() {
			const before = presses;
			const next = await api.getCabStatus().catch(() => null);
			if (before !== presses) {
				return;
			}
			status.set(next);
			if (next) {
				await lookForSummary(next).catch(() => {});
			}
		},
		/** Says what work goes on; outside a shift that begins one. @param {string} work */
		press: (work) => press(() => (status.get()?.shift.open ? api.postWorkState(work) : api.postShift({ action: "start", work }))),
		begin: () => press(() => api.postShift({ action: "start" })),
		end: () => press(() => api.postShift({ action: "end" })),
		/** @param {number} id */
		confirm: (id) =>
			press(async () => {
				const next = await api.postShift({ action: "confirm", id });
				toConfirm.set(null);
				return next;
			}),
	};
}
