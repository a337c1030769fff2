// SPDX-License-Identifier: Apache-2.0
/*
 * What the tabs of the masters' page share: the masters as they were read last, how a change is sent,
 * what a refused change means, and drawing and choosing on the map.
 */
import * as api from "./data/api.js";
import { drawingOf, emptyDrawing } from "./data/drawing.js";
import { goToSignIn } from "./account.js";
import * as refusal from "./refusal.js";
import { createDrawingTool } from "./ui/drawing-tool.js";
import { createRoadPicker } from "./ui/road-picker.js";

/** @typedef {Awaited<ReturnType<typeof import("./masters-map.js").createMastersMap>>} MastersMap */
/** @typedef {ReturnType<typeof createKit>} Kit */
/** @type {GeoJSON.FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };

/**
 * @param {object} parts
 * @param {import("./i18n.js").Translate} parts.t
 * @param {import("./format.js").Format} parts.format
 * @param {import("./types.js").Town} parts.town
 * @param {string} parts.timezone
 * @param {boolean} parts.mayChange
 * @param {Map<number, import("./data/chosen-roads.js").BookRoad>} parts.book
 */
export function createKit({ t, format, town, timezone, mayChange, book }) {
	/** @type {MastersMap | null} */
	let map = null;
	/** Puts on the map what is being drawn or chosen; the map may open after it was begun. @type {() => void} */
	let apply = () => {};
	const data = {
		areas: NOTHING,
		depots: NOTHING,
		fleet: /** @type {import("./types.js").Registered[]} */ ([]),
		contractors: /** @type {import("./types.js").Contractor[]} */ ([]),
		routes: /** @type {import("./types.js").PlowingRoute[]} */ ([]),
		closures: /** @type {import("./types.js").Closure[]} */ ([]),
		classes: /** @type {import("./types.js").RoadClass[]} */ ([]),
	};

	async function load() {
		[data.areas, data.depots, data.fleet, data.contractors, data.routes, data.closures, data.classes] = await Promise.all([
			api.getAreas(), api.getDepots(), api.getFleet(), api.getContractors(), api.getRoutes(), api.getClosures(), api.getClasses(),
		]);
		map?.places(data);
		map?.closures(data.closures);
	}

	/** Sends a change, and reads everything anew. @param {string} path @param {object} body */
	async function send(path, body) {
		const answer = await api.sendMaster(path, body);
		await load();
		return answer;
	}

	/** @param {unknown} error @returns {{field?: string, text: string}} */
	function explain(error) {
		if (!(error instanceof api.ApiError)) {
			throw error;
		}
		if (error.status === 401) {
			goToSignIn();
		}
		return refusal.explain(error, t);
	}

	function clear() {
		apply = () => {};
		map?.use("none");
		map?.show(null);
		map?.mark([]);
	}

	/** Something to be drawn, on the map and as a list. @param {import("./data/drawing.js").DrawingKind} kind @param {GeoJSON.Geometry | null} geometry */
	function draw(kind, geometry) {
		const before = drawingOf(geometry);
		const tool = createDrawingTool({
			t,
			drawing: before?.kind === kind ? before : emptyDrawing(kind),
			onCenter: () => map?.useCenter(),
			nudge: (corner, dx, dy) => map?.nudge(corner, dx, dy) ?? corner,
			onChange: (drawing) => map?.show(drawing),
		});
		clear();
		apply = () => {
			map?.use("draw", tool);
			map?.show(tool.get());
			map?.fit(tool.get().corners);
		};
		apply();
		return tool;
	}

	/** Roads to be chosen. @param {number[]} links @param {string} how */
	function choose(links, how) {
		const picker = createRoadPicker({
			t, format, book, links, how,
			find: api.findRoads,
			whyNot: (error) => explain(error).text,
			onCenter: () => map?.useCenter(),
			onChange: (next) => map?.mark(next),
		});
		clear();
		apply = () => {
			map?.use("roads", { road: picker.toggle });
			map?.mark(picker.get());
		};
		apply();
		return picker;
	}

	/**
	 * What who may change things does with an entry: change it, and take it away once he is sure.
	 * @param {{edit: () => void, remove?: string, sure: string, path: string, version: number, then: () => void}} how
	 */
	function actions({ edit, remove = t("masters.remove"), sure, path, version, then }) {
		if (!mayChange) {
			return [];
		}
		return [
			{ label: t("masters.change"), act: edit },
			{ label: remove, sure, act: async () => {
				await send(path, { version });
				then();
			} },
		];
	}

	return {
		t, format, town, timezone, mayChange, data, load, send, explain, actions, draw, choose, clear,
		/** @param {MastersMap} opened */
		setMap(opened) {
			map = opened;
			map.places(data);
			map.closures(data.closures);
			apply();
		},
		map: () => map,
	};
}
