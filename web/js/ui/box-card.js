// SPDX-License-Identifier: Apache-2.0
/*
 * What is known of all roads in a box: how they stand, and each with its last passes by direction.
 */
import { el } from "../dom.js";
import { LINK_STATUSES } from "../data/coverage.js";
import { statusSample } from "./samples.js";

const ROADS_MAX = 100;

/** @typedef {import("../types.js").Count} Count */
/** @typedef {import("../data/roads.js").RoadRow} RoadRow */

/** @param {Count[]} counts those of a road's links @param {Count["direction"]} direction */
function lastOf(counts, direction) {
	return counts.filter((count) => count.direction === direction).reduce((last, count) => (count.last > last ? count.last : last), "");
}

/**
 * @param {{rows: RoadRow[], counts: Count[]}} found
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {number} how.now
 * @param {(link: number) => void} how.onLink
 * @returns {{title: string, subtitle: string, content: HTMLElement}}
 */
export function boxCard({ rows, counts }, { t, format, now, onLink }) {
	/** @type {Map<number, Count[]>} */
	const byLink = new Map();
	counts.forEach((count) => byLink.set(count.link, [...(byLink.get(count.link) ?? []), count]));
	const statuses = LINK_STATUSES.map((status) => ({ status, n: rows.filter((row) => row.status === status).length })).filter(({ n }) => n > 0);

	/** @param {RoadRow} row */
	function item(row) {
		const own = row.links.flatMap((id) => byLink.get(id) ?? []);
		const vehicles = [...new Set(own.flatMap((count) => count.vehicles))];
		const passes = /** @type {const} */ (["forward", "backward"])
			.map((direction) => ({ direction, last: lastOf(own, direction) }))
			.filter(({ last }) => last)
			.map(({ direction, last }) => `${t(`direction.${direction}`)} ${format.when(Date.parse(last), now)}`);
		return el(
			"li",
			{},
			el(
				"button",
				{ type: "button", "data-link": row.links[Math.floor(row.links.length / 2)], onclick: (event) => onLink(Number(event.currentTarget.dataset.link)) },
				statusSample(row.status),
				el("span", {}, row.name || `${t("road.unnamed")} ${row.source_id}`),
				el("b", {}, t(`status.${row.status}`)),
				el("small", {}, row.admin === "town" ? [...passes, vehicles.join(", ")].filter(Boolean).join("・") || t("band.never") : t(`responsible.${row.admin}`)),
			),
		);
	}

	const content = el(
		"div",
		{},
		el("ul", { class: "box-counts" }, ...statuses.map(({ status, n }) => el("li", {}, statusSample(status), t(`status.${status}`), " ", el("b", {}, format.count(n))))),
		el("ul", { class: "box-roads" }, ...rows.slice(0, ROADS_MAX).map(item)),
		rows.length > ROADS_MAX && el("p", { class: "quiet" }, t("box.more", { n: format.count(rows.length - ROADS_MAX) })),
	);
	return { title: t("box.title"), subtitle: t("roads.count", { n: format.count(rows.length) }), content };
}
