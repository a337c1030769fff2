// SPDX-License-Identifier: Apache-2.0
/*
 * Closures (通行止め): which count, what is said of one, and when residents hear of it.
 */
const WRITTEN_MS = 30_000; // files are written every 15 s, and residents' pages ask for them every 15 s
const MINUTE_MS = 60_000;

/** @typedef {import("../types.js").PublicClosure} PublicClosure what staff and residents know of one */

/** Its text in a language; where nothing was written in that, in Japanese. @param {PublicClosure} closure @param {string} language */
export const closureText = ({ text }, language) => text[/** @type {keyof PublicClosure["text"]} */ (language)] || text.ja;

/** Those that have not ended: a page drops one by itself. @template {PublicClosure} C @param {C[]} closures @param {number} now */
export const standing = (closures, now) => closures.filter(({ end }) => Date.parse(end) > now);

/** Those that count now: the announced ones not yet. @template {PublicClosure} C @param {C[]} closures @param {number} now */
export const inForce = (closures, now) => standing(closures, now).filter(({ from }) => Date.parse(from) <= now);

/** How long a new one takes to them, in milliseconds. @param {number} delay_s of everything public */
export const untilPublic = (delay_s) => delay_s * 1000 + WRITTEN_MS;

/**
 * From which whole minute on residents see one: a new one is told with the delay of everything public, a change of one
 * that is told at once.  Null: they do by now, or nothing is made public.
 * @param {number} made when it was made, in milliseconds
 * @param {number | null | undefined} delay_s
 * @param {number} now
 */
export function publicFrom(made, delay_s, now) {
	const from = Math.ceil((made + untilPublic(delay_s ?? 0)) / MINUTE_MS) * MINUTE_MS;
	return typeof delay_s !== "number" || from <= now ? null : from;
}
