// SPDX-License-Identifier: Apache-2.0
/*
 * The vehicles: a shape for each state, turned to the course, with the code beside it, and below that what is to be
 * known before the place is believed.
 */
import { VEHICLE_STATES } from "../data/fleet.js";
import { MACHINES, VEHICLES } from "../shapes.js";

export const BOX = 32;
const BADGE = 22;
export const RATIO = 2;

/** A vehicle's picture on a canvas. @param {import("../types.js").VehicleState} state @param {import("./palette.js").Palette} palette @param {number} ratio */
export function vehiclePicture(state, palette, ratio) {
	const canvas = document.createElement("canvas");
	canvas.width = canvas.height = BOX * ratio;
	const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	const { body, mark } = VEHICLES[state];
	const hollow = state === "silent";
	context.scale(ratio, ratio);
	context.lineJoin = context.lineCap = "round";
	context.strokeStyle = palette.vehicleEdge;
	context.lineWidth = 4;
	context.stroke(new Path2D(body));
	if (state === "work") {
		context.lineWidth = 7;
		context.stroke(new Path2D(mark));
	}
	context.fillStyle = hollow ? palette.vehicleEdge : palette.vehicle[state];
	context.fill(new Path2D(body));
	context.strokeStyle = palette.vehicle[state];
	context.lineWidth = hollow ? 2.5 : 1.2;
	context.stroke(new Path2D(body));
	if (mark) {
		context.strokeStyle = state === "waiting" ? palette.vehicleEdge : palette.vehicle[state];
		context.lineWidth = state === "work" ? 4 : 3;
		context.stroke(new Path2D(mark));
	}
	return canvas;
}

/** @param {import("../types.js").VehicleState} state @param {import("./palette.js").Palette} palette */
export function drawIcon(state, palette) {
	const canvas = vehiclePicture(state, palette, RATIO);
	return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
}

/** The machine's class as a badge beside the state. @param {string} machine @param {import("./palette.js").Palette} palette */
function drawMachine(machine, palette) {
	const canvas = document.createElement("canvas");
	canvas.width = canvas.height = BADGE * RATIO;
	const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	context.scale((RATIO * BADGE) / 28, (RATIO * BADGE) / 28);
	context.fillStyle = palette.vehicleEdge;
	context.beginPath();
	context.arc(14, 14, 14, 0, 2 * Math.PI);
	context.fill();
	context.translate(2, 2);
	context.lineJoin = context.lineCap = "round";
	context.lineWidth = 1.9;
	context.strokeStyle = palette.text;
	context.stroke(new Path2D(MACHINES[machine]));
	return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** @typedef {(vehicle: import("../types.js").Vehicle) => string} Note what is to be known of a vehicle's place, in words */

/** @param {import("../data/fleet.js").Fleet} fleet @param {Note} note @returns {GeoJSON.FeatureCollection} */
function featuresOf(fleet, note) {
	/** @type {GeoJSON.Feature[]} */
	const features = [];
	for (const vehicle of fleet.values()) {
		if (vehicle.lon === null || vehicle.lat === null) {
			continue;
		}
		features.push({
			type: "Feature",
			geometry: { type: "Point", coordinates: [vehicle.lon, vehicle.lat] },
			properties: {
				code: vehicle.code,
				state: vehicle.state,
				course: VEHICLES[vehicle.state].turns ? (vehicle.course_deg ?? 0) : 0,
				machine: vehicle.class,
				order: VEHICLE_STATES.length - VEHICLE_STATES.indexOf(vehicle.state),
				sure: String(vehicle.trust) !== "0",
				note: note(vehicle),
			},
		});
	}
	return { type: "FeatureCollection", features };
}

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {object} options
 * @param {import("./palette.js").Palette} options.palette
 * @param {Note} options.note
 */
export function addVehicles(map, { palette, note }) {
	/** @type {string | null} */
	let picked = null;
	map.addSource("vehicles", { type: "geojson", data: featuresOf(new Map(), note) });
	map.addLayer({
		id: "vehicle-picked", type: "circle", source: "vehicles",
		filter: ["==", ["get", "code"], ""],
		paint: { "circle-radius": 22, "circle-opacity": 0.25, "circle-stroke-width": 3 },
	});
	map.addLayer({
		id: "vehicle", type: "symbol", source: "vehicles",
		layout: {
			"icon-image": ["concat", "vehicle-", ["get", "state"]],
			"icon-rotate": ["get", "course"],
			"icon-rotation-alignment": "map",
			"icon-allow-overlap": true,
			"icon-ignore-placement": true,
			"icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.55, 13, 0.85, 16, 1.1],
			"symbol-sort-key": ["get", "order"],
			"text-field": [
				"step", ["zoom"], "", 10.5, ["get", "code"],
				12, ["format", ["get", "code"], {}, ["case", ["==", ["get", "note"], ""], "", ["concat", "\n", ["get", "note"]]], { "font-scale": 0.9 }],
			],
			"text-size": 12,
			"text-anchor": "left",
			"text-justify": "left",
			"text-offset": [1.25, 0],
			"text-optional": true,
		},
		paint: { "icon-opacity": ["case", ["get", "sure"], 1, 0.5] },
	});

	map.addLayer({
		id: "vehicle-machine", type: "symbol", source: "vehicles", minzoom: 11.5,
		filter: ["in", ["get", "machine"], ["literal", Object.keys(MACHINES)]],
		layout: {
			"icon-image": ["concat", "machine-", ["get", "machine"]],
			"icon-allow-overlap": true,
			"icon-ignore-placement": true,
			"icon-offset": [-22, 10],
		},
	});

	/** @param {import("./palette.js").Palette} colours */
	function repaint(colours) {
		for (const machine of Object.keys(MACHINES)) {
			const name = `machine-${machine}`;
			if (map.hasImage(name)) {
				map.updateImage(name, drawMachine(machine, colours));
			} else {
				map.addImage(name, drawMachine(machine, colours), { pixelRatio: RATIO });
			}
		}
		for (const state of VEHICLE_STATES) {
			const name = `vehicle-${state}`;
			if (map.hasImage(name)) {
				map.updateImage(name, drawIcon(state, colours));
			} else {
				map.addImage(name, drawIcon(state, colours), { pixelRatio: RATIO });
			}
		}
		map.setPaintProperty("vehicle", "text-color", colours.text);
		map.setPaintProperty("vehicle", "text-halo-color", colours.halo);
		map.setPaintProperty("vehicle", "text-halo-width", 2);
		map.setPaintProperty("vehicle-picked", "circle-color", colours.accent);
		map.setPaintProperty("vehicle-picked", "circle-stroke-color", colours.accent);
	}
	repaint(palette);

	/** @type {import("../data/fleet.js").Fleet | null} */
	let shown = null;

	return {
		repaint,
		/** @param {import("../data/fleet.js").Fleet} fleet @param {boolean} [again] also when it is the same: notes change with time */
		update(fleet, again = false) {
			if (fleet === shown && !again) {
				return;
			}
			shown = fleet;
			/** @type {any} */ (map.getSource("vehicles")).setData(featuresOf(fleet, note));
		},
		/** @param {string | null} code */
		mark(code) {
			if (code !== picked) {
				picked = code;
				map.setFilter("vehicle-picked", ["==", ["get", "code"], code ?? ""]);
			}
		},
	};
}
