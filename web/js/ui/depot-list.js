// SPDX-License-Identifier: Apache-2.0
/*
 * The depots of the map as a list that leads to each of them.
 */
import { el, fill } from "../dom.js";
import { depotSample } from "./samples.js";

/** @typedef {import("../data/places.js").NamedPlace} NamedPlace */

/**
 * @param {HTMLElement} place
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {NamedPlace[]} parts.depots
 * @param {(depot: NamedPlace) => void} parts.onPick
 */
export function showDepots(place, { t, depots, onPick }) {
	const row = (/** @type {NamedPlace} */ depot) =>
		el("li", {}, el("button", { type: "button", onclick: () => onPick(depot) }, depotSample(), depot.name));
	place.hidden = depots.length === 0;
	fill(place, el("details", {}, el("summary", {}, t("depots.title", { n: depots.length })), el("ul", {}, ...depots.map(row))));
}
