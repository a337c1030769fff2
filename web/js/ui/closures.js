// SPDX-License-Identifier: Apache-2.0
/*
 * Closed roads as a list: the text in the page's language, and until when.
 */
import { closureText, standing } from "../data/closures.js";
import { el, fill } from "../dom.js";

/** @typedef {import("../types.js").Closure} Closure */

/**
 * @param {HTMLElement} place
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {string} parts.language
 * @param {() => number} parts.now
 * @param {(closure: Closure) => void} parts.onPick
 */
export function createClosures(place, { t, format, language, now, onPick }) {
	let state = "";
	const title = el("summary");
	const list = el("ul");
	const details = el("details", {}, title, list);
	let wasOpen = false;
	fill(place, details);
	return {
		/** Folded up they would not be on paper. @param {boolean} begins printing, or is over */
		print(begins) {
			wasOpen = begins ? details.open : wasOpen;
			details.open = begins || wasOpen;
		},
		/** @param {Closure[]} closures */
		show(closures) {
			const shown = standing(closures, now());
			const lines = shown.map((closure) => {
				const [from, end] = [Date.parse(closure.from), Date.parse(closure.end)];
				const until = t("closure.until", { time: format.when(end, now()) });
				return from > now() ? `${t("closure.from", { time: format.when(from, now()) })} ${until}` : until;
			});
			const next = JSON.stringify([shown.map(({ id, text }) => [id, text]), lines]);
			if (next === state) {
				return;
			}
			state = next;
			place.hidden = shown.length === 0;
			fill(title, t("closure.title", { n: shown.length }));
			fill(
				list,
				...shown.map((closure, i) =>
					el(
						"li",
						{},
						el("button", { type: "button", onclick: () => onPick(closure) }, el("b", {}, closureText(closure, language)), el("small", {}, lines[i])),
					),
				),
			);
		},
	};
}
