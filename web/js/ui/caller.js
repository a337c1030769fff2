// SPDX-License-Identifier: Apache-2.0
/*
 * What is known of a road as sentences that can be read to a caller as they are.
 */
import { octant } from "../format.js";
import { word } from "../i18n.js";

/** @typedef {import("../types.js").Link} Link */
/** @typedef {import("../types.js").Pass} Pass */

/** Works that have no name a caller would know: unknown, and other. */
const UNNAMED = ["U", "A"];

/** Which way a direction goes, in words. @param {Link} link @param {Pass["direction"]} direction @param {import("../i18n.js").Translate} t */
export function directionName(link, direction, t) {
	return link.course_deg === undefined || link.course_deg === null
		? t(`direction.${direction}`)
		: t(`bound.${octant(link.course_deg + (direction === "backward" ? 180 : 0))}`);
}

/** The newest pass at work that counts, for each direction that has one. @param {Link} link @returns {Pass[]} the newest first */
function lastPasses(link) {
	const counted = link.passes.filter((pass) => pass.at_work && !pass.corrected);
	return /** @type {const} */ (["forward", "backward"])
		.map((direction) => counted.filter((pass) => pass.direction === direction).sort((a, b) => b.end.localeCompare(a.end))[0])
		.filter(Boolean)
		.sort((a, b) => b.end.localeCompare(a.end));
}

/**
 * @param {Link} link
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {number} how.now
 * @param {(code: string | null) => string} how.machineOf a vehicle's class, in a word; "" unknown
 * @param {string | null} how.target the hour by which it is to be done
 * @returns {string}
 */
export function callerSentence(link, { t, format, now, machineOf, target }) {
	const { road } = link;
	const name = road.name || t("road.unnamed");
	const passes = lastPasses(link);
	const said = passes.map((pass) => {
		const machine = machineOf(pass.vehicle) || t("caller.machine");
		const work = pass.work && !UNNAMED.includes(pass.work) ? t("caller.work", { work: word(t, "work", pass.work) }) : "";
		return t("caller.pass", { direction: directionName(link, pass.direction, t), time: format.when(Date.parse(pass.end), now), machine, work });
	});
	const sentences = [
		road.admin === "town"
			? t("caller.town", { name, class: road.class ? word(t, "road_class", road.class) : t("road_class.none"), area: link.area || t("area.none") })
			: t("caller.other", { name, responsible: t(`responsible.${road.admin}`) }),
		passes.length > 0 ? t("caller.passed", { passes: said.join(t("caller.and")) }) : road.admin === "town" ? t("caller.never") : "",
		link.status === "unknown" && t("caller.unknown"),
		link.status === "snowed" && t("caller.snowed"),
		link.snow_since_cm ? t("caller.snow", { cm: format.count(link.snow_since_cm) }) : "",
		road.admin === "town" && target && link.status !== "done" ? t("caller.target", { time: target }) : "",
	];
	return sentences.filter(Boolean).map(String).reduce((first, second) => t("caller.join", { first, second }));
}
