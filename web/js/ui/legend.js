// SPDX-License-Identifier: Apache-2.0
/*
 * What lines mean, and the choice between status and time since the last pass.
 */
import { BAND_HOURS, LINK_STATUSES } from "../data/coverage.js";
import { el, fill } from "../dom.js";
import { bandSample, statusSample } from "./samples.js";

/** The words of the bands, newest first. @param {import("../i18n.js").Translate} t */
export function bandWords(t) {
	return [
		t("band.under", { hours: BAND_HOURS[0] }),
		...BAND_HOURS.slice(1).map((hours, i) => t("band.between", { from: BAND_HOURS[i], to: hours })),
		t("band.over", { hours: BAND_HOURS[BAND_HOURS.length - 1] }),
		t("band.never"),
	];
}

/**
 * @param {HTMLElement} body
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {string} [how.words] the group of words for the statuses
 * @param {[sample: Element, words: string][]} [how.more] what else the map shows
 * @param {(colouring: import("../map/roads.js").Colouring) => void} how.onColouring
 */
export function createLegend(body, { t, words = "status", more = [], onColouring }) {
	const choices = /** @type {const} */ (["status", "age"]).map((colouring) => ({
		colouring,
		button: el("button", { type: "button", onclick: () => onColouring(colouring) }, t(`legend.${colouring}`)),
	}));
	const keys = el("ul");
	const others = more.map(([sample, text]) => el("li", {}, sample, text));
	fill(
		body,
		el("div", { class: "switch", role: "group", "aria-label": t("legend.colouring") }, ...choices.map(({ button }) => button)),
		keys,
	);
	return {
		/** @param {import("../map/roads.js").Colouring} colouring */
		show(colouring) {
			for (const choice of choices) {
				choice.button.setAttribute("aria-pressed", String(choice.colouring === colouring));
			}
			fill(
				keys,
				...(colouring === "age"
					? bandWords(t).map((text, band) => el("li", {}, bandSample(band), text))
					: LINK_STATUSES.map((status) => el("li", {}, statusSample(status), t(`${words}.${status}`)))),
				...others,
			);
		},
	};
}
