// SPDX-License-Identifier: Apache-2.0
import { el, fill } from "../dom.js";

/**
 * A lamp with its word.
 * @param {HTMLElement} place
 */
export function createLamp(place) {
	const text = el("span");
	const more = el("span", { class: "more", "aria-live": "off" });
	fill(place, el("i", { "aria-hidden": "true" }), text, more);
	return {
		/** @param {"good" | "wait" | "bad" | "off"} state @param {string} words @param {string} [detail] what changes all the time, not read out */
		show(state, words, detail = "") {
			place.dataset.state = state;
			if (text.textContent !== words) {
				text.textContent = words;
			}
			if (more.textContent !== detail) {
				more.textContent = detail;
			}
		},
	};
}
