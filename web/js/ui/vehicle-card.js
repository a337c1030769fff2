// SPDX-License-Identifier: Apache-2.0
/*
 * One vehicle: what it does, since when it was heard, and why that may be believed.
 */
import { el } from "../dom.js";
import { octant } from "../format.js";
import { word } from "../i18n.js";
import { vehicleSample } from "./samples.js";
import { stateWords } from "./vehicle-list.js";

/**
 * @param {import("../types.js").Vehicle} vehicle
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {number} how.now
 * @param {(link: number) => void} how.onRoad
 * @returns {{title: string, subtitle: string, content: HTMLElement}}
 */
export function vehicleCard(vehicle, { t, format, now, onRoad }) {
	const fact = (/** @type {string} */ key, /** @type {Node | string | null} */ value) =>
		value === null || value === "" ? [] : [el("dt", {}, t(key)), el("dd", {}, value)];
	const { link, time, speed_mps: speed, course_deg: course } = vehicle;
	const late = time && vehicle.received ? Date.parse(vehicle.received) - Date.parse(time) : 0;
	const road = vehicle.road || (link === null ? t("vehicle.off_road") : t("road.unnamed"));
	const content = el(
		"div",
		{},
		el(
			"div",
			{ class: "answer" },
			vehicleSample(vehicle.state),
			el("b", {}, stateWords(vehicle, t)),
			el("span", { class: "quiet" }, time ? t("vehicle.fix", { time: format.exactTime(Date.parse(time)), age: format.age(now - Date.parse(time)) }) : t("vehicle.never")),
		),
		el(
			"dl",
			{ class: "facts" },
			...fact("vehicle.road", link === null ? road : el("button", { type: "button", "data-link": link, onclick: (event) => onRoad(Number(event.currentTarget.dataset.link)) }, road)),
			...fact("vehicle.speed", speed === null ? null : format.speed(speed)),
			...fact("vehicle.course", course === null ? null : t(`bound.${octant(course)}`)),
			...fact("vehicle.work_source", word(t, "work_source", vehicle.work_source)),
			...fact("vehicle.trust", vehicle.time ? word(t, "trust", String(vehicle.trust)) : null),
			...fact("vehicle.late", late > 10_000 ? format.age(late) : null),
			...fact("vehicle.contractor", vehicle.contractor),
		),
		vehicle.time ? el("p", { class: "go-on" }, el("a", { href: `/nights.html#vehicle=${encodeURIComponent(vehicle.code)}` }, t("vehicle.nights"))) : null,
	);
	const kind = vehicle.class && vehicle.class !== "any" ? word(t, "class", vehicle.class) : "";
	return { title: vehicle.code, subtitle: [vehicle.name, kind].filter(Boolean).join("・"), content };
}
