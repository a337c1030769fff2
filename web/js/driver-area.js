// SPDX-License-Identifier: Apache-2.0
/*
 * What remains in the driver's area: in one line, and on request as a list and a sketch.
 */
import { offset } from "./data/cab-map.js";
import { byId, el, fill, setText, svg } from "./dom.js";
import { word } from "./i18n.js";

/** Roads in the list; who stands wants the next ones. */
const ROADS_SHOWN = 40;
/** Older than this the line says so itself. */
const OLD_MS = 15 * 60_000;

/** @typedef {import("./data/cab-map.js").Area} Area */
/** @typedef {import("./types.js").LonLat} LonLat */

/**
 * The lines of an area on one sheet, north up, and the vehicle as an arrow.
 * @param {Area} area
 * @param {import("./types.js").CabStatus["fix"]} fix
 * @param {string} label
 */
function sketch(area, fix, label) {
	const lines = area.roads.flatMap((road) => road.lines);
	const origin = lines[0]?.coords[0] ?? [0, 0];
	const place = (/** @type {LonLat} */ at) => {
		const [x, y] = offset(origin, at);
		return [x, -y];
	};
	const points = lines.flatMap(({ coords }) => coords.map(place));
	const here = fix ? place([fix.lon, fix.lat]) : null;
	const xs = points.map(([x]) => x);
	const ys = points.map(([, y]) => y);
	const [left, top] = [Math.min(...xs), Math.min(...ys)];
	const [width, height] = [Math.max(...xs) - left || 1, Math.max(...ys) - top || 1];
	const size = Math.max(width, height);
	const margin = size / 20;
	const draw = (/** @type {LonLat[][]} */ all) => all.map((coords) => `M${coords.map((at) => place(at).map(Math.round).join(" ")).join("L")}`).join("");
	const path = (/** @type {boolean} */ done) => draw(lines.filter((line) => line.done === done).map(({ coords }) => coords));
	const shape = { role: "img", "aria-label": label, viewBox: [left - margin, top - margin, width + 2 * margin, height + 2 * margin].join(" ") };
	return svg("svg", shape,
		svg("path", { class: "line around", d: draw(area.around) }),
		svg("path", { class: "line done", d: path(true) }),
		svg("path", { class: "line left", d: path(false) }),
		here && svg("path", {
			class: "here", d: "M0-10 7 9 0 5-7 9Z",
			transform: `translate(${here.join(" ")}) scale(${size / 300}) rotate(${fix?.course_deg ?? 0})`,
		}));
}

/**
 * @param {import("./i18n.js").Translate} t
 * @param {import("./format.js").Format} format
 */
export function createAreaView(t, format) {
	const strip = byId("area");
	const place = /** @type {HTMLDialogElement} */ (byId("area-map"));
	const open = byId("area-open");

	/** @param {Area} area @param {import("./types.js").CabStatus["fix"]} fix */
	function show(area, fix) {
		const left = area.roads.filter((road) => road.remaining_m >= 1);
		fill(place,
			el("h2", { id: "area-title", tabindex: "-1", autofocus: true }, area.area),
			el("p", {}, t("driver.area.left", { n: format.count(left.length), length: format.km(area.remaining_m) })),
			el("div", { class: "sheet" },
				el("figure", {}, sketch(area, fix, t("driver.area.sketch")),
					el("figcaption", { class: "quiet" }, t("driver.area.legend", { time: format.time(area.made) }))),
				el("ol", { tabindex: "0", "aria-label": t("driver.area.list") }, ...left.slice(0, ROADS_SHOWN).map((road) => el("li", {},
					el("b", {}, road.name || t("driver.area.nameless")),
					el("span", {}, t("driver.area.road", { length: format.length(road.remaining_m), status: word(t, "public.status", road.status) })),
					el("span", { class: "quiet" }, road.away_m === null ? "" : t("driver.area.away", { length: format.length(road.away_m) })))))),
			el("button", { type: "button", class: "primary", id: "area-close", onclick: () => place.close() }, t("driver.area.close")));
	}

	/** @type {{area: Area, fix: import("./types.js").CabStatus["fix"]} | null} */
	let known = null;
	open.addEventListener("click", () => {
		if (known) {
			show(known.area, known.fix);
			place.showModal();
		}
	});

	return {
		/** @param {Area | null} area @param {import("./types.js").CabStatus} status @param {boolean} moving */
		update(area, status, moving) {
			strip.hidden = !status.map;
			known = area && { area, fix: status.fix };
			open.hidden = moving || !area;
			if (moving && place.open) {
				place.close();
			}
			if (!area) {
				setText(byId("area-text"), t("driver.area.none"));
				setText(byId("area-next"), "");
				return;
			}
			const left = area.roads.filter((road) => road.remaining_m >= 1);
			const next = left.find((road) => road.name);
			const old = Date.parse(status.now) - area.made > OLD_MS;
			setText(byId("area-text"), `${area.area} ${left.length === 0 ? t("driver.area.all_done")
				: t("driver.area.left", { n: format.count(left.length), length: format.km(area.remaining_m) })}`);
			setText(byId("area-next"), [
				next && t("driver.area.next", { name: next.name, length: format.length(next.away_m ?? 0) }),
				t(old ? "driver.area.old" : "driver.area.made", { time: format.when(area.made, Date.parse(status.now)) }),
			].filter(Boolean).join("　"));
		},
	};
}
