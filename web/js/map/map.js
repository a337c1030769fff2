// SPDX-License-Identifier: Apache-2.0
/*
 * The map itself: an empty ground in the page's colours, the town in view, and the library's own
 * words in the page's language.  Layers come from the files beside this one.
 */
import { AttributionControl, loadStyleSheet, Map as LibreMap, NavigationControl, ScaleControl } from "./maplibre.js";

/** @typedef {import("./maplibre.js").Map} LibreMapType */

const FONTS = '"Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif';
const WORLD = /** @type {[number, number, number, number]} */ ([122, 24, 154, 46]);

/** @param {import("../i18n.js").Translate} t */
function locale(t) {
	return {
		"Map.Title": t("map.title"),
		"NavigationControl.ZoomIn": t("map.zoom_in"),
		"NavigationControl.ZoomOut": t("map.zoom_out"),
		"NavigationControl.ResetBearing": t("map.north"),
		"AttributionControl.ToggleAttribution": t("map.attribution"),
	};
}

/**
 * Opens the map and settles when it can take layers.  Throws where there is no WebGL: then the lists
 * are all there is.
 * @param {HTMLElement} container
 * @param {object} options
 * @param {import("../types.js").Bounds | null} options.bounds
 * @param {{zoom: number, center: [number, number]}} [options.place] instead of the whole town
 * @param {string} [options.attribution]
 * @param {import("./palette.js").Palette} options.palette
 * @param {import("../i18n.js").Translate} options.t
 * @returns {Promise<LibreMapType>}
 */
export async function openMap(container, { bounds, place, attribution, palette, t }) {
	await loadStyleSheet();
	const map = new LibreMap({
		container,
		style: {
			version: 8,
			sources: {},
			layers: [{ id: "ground", type: "background", paint: { "background-color": palette.ground } }],
		},
		...(place ? place : { bounds: bounds ?? WORLD, fitBoundsOptions: { padding: container.clientWidth < 500 ? 14 : 40 } }),
		minZoom: 7,
		maxZoom: 18,
		attributionControl: false,
		dragRotate: false,
		pitchWithRotate: false,
		touchPitch: false,
		fadeDuration: 0,
		localIdeographFontFamily: FONTS,
		locale: locale(t),
	});
	map.touchZoomRotate.disableRotation();
	map.keyboard.disableRotation();
	map.addControl(new NavigationControl({ showCompass: false }), "top-right");
	map.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-right");
	if (attribution) {
		map.addControl(new AttributionControl({ compact: true, customAttribution: escapeHtml(attribution) }), "bottom-right");
	}
	await new Promise((done) => map.once("load", done));
	container.dispatchEvent(new CustomEvent("mapopen", { bubbles: true, detail: map })); // for who wants to look into it
	return map;
}

/** The library takes attributions as HTML; ours came from a file somebody imported. @param {string} text */
function escapeHtml(text) {
	const names = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" });
	return text.replace(/[&<>"]/g, (letter) => names[letter]);
}

/** Whether somebody asked for less movement. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {LibreMapType} map @param {import("../types.js").Bounds} bounds @param {number} [padding] */
export function showBounds(map, [west, south, east, north], padding = 80) {
	map.fitBounds([west, south, east, north], { padding, maxZoom: 16.5, animate: !calm() });
}

/** @param {LibreMapType} map @param {[number, number]} center */
export function showPoint(map, center) {
	map.easeTo({ center, zoom: Math.max(map.getZoom(), 15), animate: !calm() });
}
