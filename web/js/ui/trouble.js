// SPDX-License-Identifier: Apache-2.0
/*
 * What is wrong with the server and its units: said aloud once, in sight until it is over.
 */
import { el, fill, keep, setText } from "../dom.js";

/**
 * @param {HTMLElement} strip
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {() => number} parts.now
 */
export function createTrouble(strip, { t, format, now }) {
	/** @type {Set<string>} The lines that were said, and are still in sight. */
	const said = new Set();
	const voice = el("p", { class: "unseen", role: "alert" });
	const list = el("ul");
	fill(strip, voice, list);

	/** @param {import("../types.js").Trouble} trouble */
	const linesOf = ({ store, clones }) => [
		...(store ? [{ key: store.cause, what: t(`trouble.store.${store.cause}`), advice: t("trouble.store.advice"), since: store.since }] : []),
		...clones.map(({ vehicle, since }) => ({ key: `=${vehicle}`, what: t("trouble.clone", { vehicle }), advice: t("trouble.clone.advice"), since })),
	];

	return {
		/** @param {import("../types.js").Trouble} trouble */
		show(trouble) {
			const lines = linesOf(trouble);
			strip.hidden = lines.length === 0;
			keep(list, lines, {
				key: ({ key }) => key,
				make: () => el("li", {}, el("p", { class: "what" }, el("b"), " ", el("span", { class: "age" }), " ", el("span"))),
				show(item, { what, advice, since }) {
					const [name, time, rest] = item.children[0].children;
					setText(name, what);
					setText(time, t("trouble.since", { time: format.when(Date.parse(since), now()) }));
					setText(rest, advice);
				},
			});
			const unsaid = lines.filter(({ key }) => !said.has(key));
			said.clear();
			lines.forEach(({ key }) => said.add(key));
			if (unsaid.length > 0) {
				setText(voice, unsaid.map(({ what }) => what).join(" "));
			}
		},
	};
}
