// SPDX-License-Identifier: Apache-2.0
/*
 * Roads coloured by their status, or by how long ago they were last cleared.  The lines come once, as
 * tiles; what is known of each is a feature state beside them, so that a change costs no new tile.
 * Dashes are gaps painted over a line, since a dash pattern cannot follow a feature state.
 */
import { BAND_HOURS, LINK_STATUSES } from "../data/coverage.js";
import { BANDS, LINES } from "../shapes.js";

/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {"status" | "age"} Colouring */
/** @typedef {any} Expression the library's own type of these is too deep to be checked quickly */

const GAPS = [
	{ id: "road-gap-long", dash: [3, 1.2], statuses: ["partly"], bands: [4] },
	{ id: "road-gap-short", dash: [1.1, 1.1], statuses: ["snowed"], bands: [5] },
	{ id: "road-gap-dots", dash: [0.4, 1], statuses: ["unknown"], bands: [] },
];

/** @type {Expression} */
const HIDDEN = ["boolean", ["feature-state", "hidden"], false];
const FAINT = 0.12;
/** @param {Expression} condition @param {Expression} then @param {Expression} otherwise @returns {Expression} */
const given = (condition, then, otherwise) => ["case", condition, then, otherwise];

/** @type {Expression} */
const STATUS = [
	"coalesce",
	["feature-state", "status"],
	["match", ["get", "admin"], "town", "none", "not_ours"],
];

/** Expression choosing by status. @param {(status: import("../types.js").LinkStatus) => string | number} pick */
const byStatus = (pick) => [
	"match",
	STATUS,
	...LINK_STATUSES.filter((status) => status !== "none").flatMap((status) => [status, pick(status)]),
	pick("none"),
];

/**
 * Expression choosing by age band; never is the last of BANDS, and stands for no time at all.
 * @param {number} now_s
 * @param {(band: number) => string | number} pick
 */
function byBand(now_s, pick) {
	const age = ["-", now_s, ["coalesce", ["feature-state", "last"], 0]];
	const edges = BAND_HOURS.flatMap((hours, i) => [hours * 3600, pick(i + 1)]);
	return ["case", [">", ["coalesce", ["feature-state", "last"], 0], 0], ["step", age, pick(0), ...edges], pick(BANDS.length - 1)];
}

/** @param {Colouring} colouring @param {number} now_s @param {(line: import("../shapes.js").Line) => number} pick */
const byLine = (colouring, now_s, pick) =>
	colouring === "age" ? byBand(now_s, (band) => pick(BANDS[band])) : byStatus((status) => pick(LINES[status]));

/** A width that grows with the zoom; roads of state and prefecture are drawn broader. @param {Expression} width @param {number} [more] */
function zoomed(width, more = 0) {
	const factor = ["match", ["get", "admin"], ["nation", "prefecture", "expressway"], 1.35, 1];
	const at = (/** @type {number} */ scale) => ["+", ["*", scale, factor, width], more];
	return ["interpolate", ["exponential", 1.5], ["zoom"], 8, at(0.3), 11, at(0.55), 14, at(1), 18, at(3)];
}

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {object} options
 * @param {any} options.source the library's source specification
 * @param {string} [options.sourceLayer]
 * @param {Palette} options.palette
 */
export function addRoads(map, { source, sourceLayer, palette }) {
	const from = sourceLayer ? { source: "roads", "source-layer": sourceLayer } : { source: "roads" };
	const target = sourceLayer ? { source: "roads", sourceLayer } : { source: "roads" };
	/** @type {Colouring} */
	let colouring = "status";
	let now_s = Date.now() / 1000;
	let colours = palette;
	/** @type {ReadonlySet<number>} Links that are filtered out. */
	let hidden = new Set();

	map.addSource("roads", source);
	const round = /** @type {const} */ ({ "line-cap": "round", "line-join": "round" });
	map.addLayer({ id: "road-picked", type: "line", ...from, layout: round, filter: ["==", ["id"], -1] });
	map.addLayer({ id: "road-casing", type: "line", ...from, layout: round, minzoom: 12 });
	map.addLayer({ id: "road", type: "line", ...from, layout: round });
	for (const gap of GAPS) {
		map.addLayer({
			id: gap.id, type: "line", ...from,
			paint: { "line-dasharray": [0, gap.dash[0], gap.dash[1], 0] },
		});
	}
	map.addLayer({
		id: "road-name", type: "symbol", ...from, minzoom: 13.5,
		layout: {
			"symbol-placement": "line",
			"text-field": ["get", "name"],
			"text-size": ["interpolate", ["linear"], ["zoom"], 13.5, 10.5, 17, 14],
			"symbol-spacing": 320,
			"text-max-angle": 40,
		},
	});

	/** @param {string} layer @param {Record<string, Expression>} paint */
	function paintLayer(layer, paint) {
		for (const [name, value] of Object.entries(paint)) {
			map.setPaintProperty(layer, /** @type {any} */ (name), value);
		}
	}

	function paint() {
		const width = byLine(colouring, now_s, (line) => line.width);
		const colour =
			colouring === "age" ? byBand(now_s, (band) => colours.bands[band]) : byStatus((status) => colours.status[status]);
		paintLayer("road", { "line-color": colour, "line-width": zoomed(width), "line-opacity": given(HIDDEN, FAINT, 1) });
		paintLayer("road-casing", { "line-color": colours.casing, "line-width": zoomed(width, 2), "line-opacity": given(HIDDEN, 0, 1) });
		paintLayer("road-picked", { "line-color": colours.accent, "line-width": zoomed(6, 10), "line-opacity": 0.55 });
		for (const gap of GAPS) {
			// A line without width is not drawn at all, one without opacity is drawn for nothing: ten thousand of them are felt.
			const broad =
				colouring === "age"
					? byBand(now_s, (band) => (gap.bands.includes(band) ? BANDS[band].width : 0))
					: byStatus((status) => (gap.statuses.includes(status) ? LINES[status].width : 0));
			paintLayer(gap.id, { "line-color": colours.casing, "line-width": zoomed(broad), "line-opacity": given(HIDDEN, 0, 1) });
		}
		paintLayer("road-name", {
			"text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.6,
		});
	}

	paint();

	/** @param {ReadonlySet<number>} links @param {boolean} [yes] */
	function hide(links, yes = true) {
		for (const id of links) {
			map.setFeatureState({ ...target, id }, { hidden: yes });
		}
	}

	return {
		/** Lets the others recede. @param {ReadonlySet<number> | null} links what is filtered out; null: nothing */
		filter(links) {
			const next = links ?? new Set();
			hide(new Set([...hidden].filter((id) => !next.has(id))), false);
			hide(new Set([...next].filter((id) => !hidden.has(id))));
			hidden = next;
		},
		/** Shows what is known; after a snapshot everything that was known before is forgotten. @param {import("../data/coverage.js").Coverage} coverage */
		update({ links, changed }) {
			if (changed === null) {
				map.removeFeatureState(target);
				hide(hidden);
			}
			for (const id of changed ?? links.keys()) {
				const state = links.get(id);
				if (state) {
					map.setFeatureState({ ...target, id }, { status: state.status, last: state.last ?? 0 });
				}
			}
		},
		/** @param {Colouring} next @param {number} now_ms */
		colour(next, now_ms) {
			colouring = next;
			now_s = Math.floor(now_ms / 1000);
			paint();
		},
		/** @param {Palette} next */
		repaint(next) {
			colours = next;
			paint();
		},
		/** Marks a road's links. @param {number[]} ids */
		mark(ids) {
			map.setFilter("road-picked", ["in", ["id"], ["literal", ids]]);
		},
	};
}
