// SPDX-License-Identifier: Apache-2.0
/*
 * The vehicles as a list: the same facts as on the map, in words.  The counts on top are filters.
 *
 * However many there are, only the rows in sight are brought up to date each time, and of the others
 * each in its turn within seconds: all stay in the page, to be searched, read out and printed.
 */
import { countStates, listVehicles, VEHICLE_STATES } from "../data/fleet.js";
import { el, fill, keep, setText } from "../dom.js";
import { octant } from "../format.js";
import { word } from "../i18n.js";
import { icon, machineSample, trustMark, vehicleSample } from "./samples.js";

const ROWS_A_TIME = 50; // of those out of sight

/**
 * @param {object} parts
 * @param {HTMLElement} parts.filters
 * @param {HTMLElement} parts.list
 * @param {HTMLElement} parts.empty
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {(code: string) => void} parts.onPick
 * @param {(state: import("../types.js").VehicleState | undefined) => void} parts.onFilter
 */
export function createVehicleList({ filters, list, empty, t, format, onPick, onFilter }) {
	/** @type {{all: import("../data/fleet.js").Fleet, fleet: import("../data/fleet.js").Fleet, state: string | undefined, now: number, picked: string | null}} */
	let shown = { all: new Map(), fleet: new Map(), state: undefined, now: 0, picked: null };

	const buttons = VEHICLE_STATES.map((state) => {
		const count = el("b", {}, "0");
		const button = el(
			"button",
			{
				type: "button",
				"aria-pressed": "false",
				onclick: () => onFilter(shown.state === state ? undefined : state),
			},
			el("span", { class: "count" }, vehicleSample(state), count),
			el("span", {}, t(`state.${state}`)),
		);
		filters.append(button);
		return { state, button, count };
	});

	/** @type {WeakSet<Element>} */
	const inSight = new WeakSet();
	const watch = new IntersectionObserver((seen) => {
		for (const { target, isIntersecting } of seen) {
			const vehicle = isIntersecting && shown.fleet.get(/** @type {HTMLElement} */ (target).dataset.key ?? "");
			inSight[isIntersecting ? "add" : "delete"](target);
			if (vehicle) {
				showOne(/** @type {HTMLElement} */ (target), vehicle);
			}
		}
	});

	/** @param {import("../types.js").Vehicle} vehicle */
	function make(vehicle) {
		const item = el(
			"li",
			{},
			el(
				"button",
				{ type: "button", onclick: () => onPick(vehicle.code) },
				el("span", { class: "unseen" }),
				el("span", { class: "code" }),
				el("span", { class: "state" }),
				el("span", { class: "where" }),
				el("span", { class: "age" }),
			),
		);
		showOne(item, vehicle);
		watch.observe(item);
		return item;
	}

	/** @param {HTMLElement} item @param {import("../types.js").Vehicle} vehicle */
	function showOne(item, vehicle) {
		const button = /** @type {HTMLElement} */ (item.firstElementChild);
		const [first, code, state, where, age] = button.children;
		if (button.dataset.state !== vehicle.state) {
			button.dataset.state = vehicle.state;
			first.replaceWith(vehicleSample(vehicle.state));
		}
		const kind = vehicle.class && vehicle.class !== "any" ? word(t, "class", vehicle.class) : "";
		const label = `${vehicle.code}\n${kind}\n${vehicle.trust}`;
		if (button.dataset.label !== label) {
			button.dataset.label = label;
			fill(code, vehicle.code, kind && el("small", {}, machineSample(vehicle.class), kind), vehicle.time && trustMark(String(vehicle.trust), word(t, "trust", String(vehicle.trust))));
		}
		setText(state, stateWords(vehicle, t));
		setText(where, whereWords(vehicle, t, format));
		setText(age, vehicle.time ? format.age(shown.now - Date.parse(vehicle.time)) : "");
		button.setAttribute("aria-current", String(vehicle.code === shown.picked));
	}

	let turn = 0;

	/** @param {typeof shown} next all: whom the counts count; fleet: who is wanted */
	function show(next) {
		const current = [shown.picked, next.picked];
		shown = next;
		const counts = countStates(next.all);
		for (const { state, button, count } of buttons) {
			setText(count, format.count(counts[state]));
			button.setAttribute("aria-pressed", String(next.state === state));
			button.toggleAttribute("data-alarm", state === "silent" && counts.silent > 0);
		}
		const vehicles = listVehicles(next.fleet);
		turn = turn < vehicles.length ? turn : 0;
		let row = 0;
		keep(list, vehicles, {
			key: (vehicle) => vehicle.code,
			make,
			show(item, vehicle) {
				const isItsTurn = row >= turn && row < turn + ROWS_A_TIME;
				row++;
				if (isItsTurn || inSight.has(item) || current.includes(vehicle.code)) {
					showOne(item, vehicle);
				}
			},
		});
		turn += ROWS_A_TIME;
		empty.hidden = vehicles.length > 0;
		const why = next.all.size > 0 ? "empty.filtered" : "empty.vehicles";
		if (vehicles.length === 0 && empty.dataset.why !== why) {
			empty.dataset.why = why;
			fill(empty, icon("truck"), el("h2", {}, t(`${why}.title`)), el("p", {}, t(`${why}.text`)));
		}
	}

	return { show };
}

/** What a vehicle does, in words. @param {import("../types.js").Vehicle} vehicle @param {import("../i18n.js").Translate} t */
export function stateWords(vehicle, t) {
	const named = vehicle.state === "work" && vehicle.work !== "U";
	return named ? `${t("state.work")}・${word(t, "work", vehicle.work)}` : t(`state.${vehicle.state}`);
}

/**
 * @param {import("../types.js").Vehicle} vehicle
 * @param {import("../i18n.js").Translate} t
 * @param {import("../format.js").Format} format
 */
function whereWords(vehicle, t, format) {
	if (!vehicle.time) {
		return t("vehicle.never");
	}
	const moving = vehicle.speed_mps !== null && (vehicle.state === "work" || vehicle.state === "transfer");
	return [
		String(vehicle.trust) === "0" && t("trust.0"),
		vehicle.road || (vehicle.link === null ? t("vehicle.off_road") : t("road.unnamed")),
		moving && vehicle.course_deg !== null && t(`bound.${octant(vehicle.course_deg)}`),
		moving && format.speed(/** @type {number} */ (vehicle.speed_mps)),
	]
		.filter(Boolean)
		.join("・");
}
