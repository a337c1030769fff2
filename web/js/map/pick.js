// SPDX-License-Identifier: Apache-2.0
/*
 * What a click means: the vehicle under it, else the nearest road, else nothing.
 */
import { nearestLine } from "./nearest.js";

const REACH_PX = 10; // half a fingertip

/**
 * @typedef {{kind: "vehicle", code: string} | {kind: "road", id: number} | null} Picked
 */

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {(picked: Picked) => void} onPick
 */
export function addPicking(map, onPick) {
	/** @param {{x: number, y: number}} point @param {string} layer */
	function about({ x, y }, layer) {
		const box = /** @type {[[number, number], [number, number]]} */ ([
			[x - REACH_PX, y - REACH_PX],
			[x + REACH_PX, y + REACH_PX],
		]);
		return map.getLayer(layer) ? map.queryRenderedFeatures(box, { layers: [layer] }) : [];
	}

	/** @param {{x: number, y: number}} point @returns {Picked} */
	function pick(point) {
		const [vehicle] = about(point, "vehicle");
		if (vehicle) {
			return { kind: "vehicle", code: String(vehicle.properties.code) };
		}
		const id = nearestLine(about(point, "road"), point, (lonlat) => map.project(lonlat));
		return id === null ? null : { kind: "road", id };
	}

	/** @type {{x: number, y: number} | null} The newest place of the mouse, looked at once a frame. */
	let pointer = null;
	map.on("mousemove", (event) => {
		if (pointer === null) {
			requestAnimationFrame(() => {
				map.getCanvas().style.cursor = pointer && pick(pointer) ? "pointer" : "";
				pointer = null;
			});
		}
		pointer = event.point;
	});
	map.on("click", (event) => onPick(pick(event.point)));
}
