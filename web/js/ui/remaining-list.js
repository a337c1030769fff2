// SPDX-License-Identifier: Apache-2.0
/*
 * What is still to do, the most important classes first.
 */
import { el, fill } from "../dom.js";
import { word } from "../i18n.js";
import { statusSample } from "./samples.js";

/**
 * @param {HTMLElement} place
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {(link: number) => void} parts.onLink
 */
export function createRemainingList(place, { t, format, onLink }) {
	return {
		/** @param {import("../types.js").Remaining} remaining */
		show({ count, todo_m, links }) {
			fill(
				place,
				el("h2", {}, t("remaining.title", { n: format.count(count), length: format.km(todo_m) })),
				el(
					"ol",
					{},
					...links.map((left) =>
						el(
							"li",
							{},
							el(
								"button",
								{ type: "button", onclick: () => onLink(left.id) },
								statusSample(left.status),
								el("span", {}, left.name || t("road.unnamed")),
								el("b", {}, format.length(left.todo_m)),
								el("small", {}, [left.class ? word(t, "road_class", left.class) : t("road_class.none"), left.area || t("area.none"), t(`status.${left.status}`)].join("・")),
							),
						),
					),
				),
				count > links.length && el("p", { class: "quiet" }, t("remaining.more", { n: format.count(count - links.length) })),
			);
		},
		clear: () => fill(place),
	};
}
