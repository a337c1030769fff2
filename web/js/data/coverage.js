// SPDX-License-Identifier: Apache-2.0
/*
 * The links as they are known: pure functions from the server's columns to one state per link.
 */

/** @typedef {import("../types.js").Links} Links */
/** @typedef {import("../types.js").LinkState} LinkState */

/**
 * `changed` are the links the last step touched; null after a snapshot: all of them.
 * @typedef {{links: ReadonlyMap<number, LinkState>, changed: number[] | null}} Coverage
 */

/** @type {Coverage} */
export const NO_COVERAGE = { links: new Map(), changed: null };

/** In the order in which a legend names them. @type {import("../types.js").LinkStatus[]} */
export const LINK_STATUSES = ["done", "partly", "working", "none", "snowed", "unknown", "not_ours"];

/** The upper edges of the bands of time since the last pass, in hours; the last is open. */
export const BAND_HOURS = [1, 3, 6, 12, 24];

/** @param {Links} columns @param {Map<number, LinkState>} into */
function fill(columns, into) {
	columns.id.forEach((id, i) => {
		into.set(id, {
			status: columns.status[i],
			share: columns.share[i],
			passes: columns.passes?.[i] ?? 0,
			forward: columns.forward?.[i] ?? 0,
			last: columns.last[i] ?? null,
		});
	});
	return into;
}

/** @param {Links} columns @returns {Coverage} */
export function coverageOf(columns) {
	return { links: fill(columns, new Map()), changed: null };
}

/** @param {Coverage} coverage @param {Links} columns @returns {Coverage} */
export function withLinks(coverage, columns) {
	return { links: fill(columns, new Map(coverage.links)), changed: columns.id };
}

/**
 * The band of the time since a link was last worked on: 0 for less than an hour ago, up to
 * BAND_HOURS.length for longer than all; -1 for never.
 * @param {number | null | undefined} last unix seconds
 * @param {number} now_ms
 */
export function ageBand(last, now_ms) {
	if (last === null || last === undefined) {
		return -1;
	}
	const hours = Math.max(0, now_ms / 1000 - last) / 3600;
	const band = BAND_HOURS.findIndex((edge) => hours < edge);
	return band < 0 ? BAND_HOURS.length : band;
}

/**
 * What is known of several links as one answer for a road: how many stand how, and the oldest and
 * newest pass; oldest is null as long as one has none.
 * @param {ReadonlyMap<number, LinkState>} links
 * @param {number[]} ids
 * @param {import("../types.js").Admin} admin
 */
export function summarise(links, ids, admin) {
	/** @type {Partial<Record<import("../types.js").LinkStatus, number>>} */
	const counts = {};
	let newest = null;
	for (const id of ids) {
		const state = links.get(id);
		const status = state?.status ?? (admin === "town" ? "none" : "not_ours");
		counts[status] = (counts[status] ?? 0) + 1;
		if (state?.last && (newest === null || state.last > newest)) {
			newest = state.last;
		}
	}
	return { counts, newest, status: overall(counts, ids.length) };
}

/**
 * The one word for a road of several links: a status all agree on; else what is going on; else that not all of it is
 * known; else partly.
 * @param {Partial<Record<import("../types.js").LinkStatus, number>>} counts
 * @param {number} total
 * @returns {import("../types.js").LinkStatus}
 */
function overall(counts, total) {
	for (const status of LINK_STATUSES) {
		if (total > 0 && counts[status] === total) {
			return status;
		}
	}
	if (counts.working) {
		return "working";
	}
	if (counts.unknown) {
		return "unknown";
	}
	return counts.done || counts.partly ? "partly" : "none";
}
