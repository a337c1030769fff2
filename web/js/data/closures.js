// SPDX-License-Identifier: Apache-2.0
/*
 * Closures (通行止め): which count, and what is said of one.
 */

/** @typedef {import("../types.js").PublicClosure} PublicClosure what staff and residents know of one */

/** Its text in a language; where nothing was written in that, in Japanese. @param {PublicClosure} closure @param {string} language */
export const closureText = ({ text }, language) => text[/** @type {keyof PublicClosure["text"]} */ (language)] || text.ja;

/** Those that have not ended: a page drops one by itself. @template {PublicClosure} C @param {C[]} closures @param {number} now */
export const standing = (closures, now) => closures.filter(({ end }) => Date.parse(end) > now);

/** Those that count now: the announced ones not yet. @template {PublicClosure} C @param {C[]} closures @param {number} now */
export const inForce = (closures, now) => standing(closures, now).filter(({ from }) => Date.parse(from) <= now);
