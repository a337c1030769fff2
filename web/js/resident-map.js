// SPDX-License-Identifier: Apache-2.0
/*
 * The residents' map: roads, and where plows were at work, from the public files.
 */

/**
 * Throws where there is no WebGL, and where the library itself does not load.
 * @param {HTMLElement} container
 * @param {object} options
 * @param {ReturnType<typeof import("./data/public.js").createPublic>} options.data
 * @param {import("./types.js").Town} options.town
 * @param {import("./i18n.js").Translate} options.t
 * @param {(link: number) => void} options.onPick
 * @param {(listen: () => void) => void} options.onTheme
 */
export async function createResidentMap(container, { data, town, t, onPick, onTheme }) {
	const [{ openMap, showPoint }, { addGround }, { addRoads }, { addPicking }, { readPalette }, { addPlows }, { addClosures }] = await Promise.all([
		import("./map/map.js"),
		import("./map/ground.js"),
		import("./map/roads.js"),
		import("./map/pick.js"),
		import("./map/palette.js"),
		import("./map/plows.js"),
		import("./map/closures.js"),
	]);
	const palette = readPalette();
	const map = await openMap(container, { bounds: town.bounds, attribution: town.attribution, palette, t });
	const ground = addGround(map, palette, data.water());
	const roads = addRoads(map, { source: { type: "geojson", data: featuresOf(new Map()) }, palette });
	const closures = addClosures(map, { colour: palette.bad, halo: palette.halo });
	const plows = addPlows(map, palette);

	function look() {
		const bounds = map.getBounds();
		data.look([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]).catch(() => {}); // the page says that it is offline
	}
	map.on("moveend", look);
	look();
	data.lines.subscribe((lines) => /** @type {any} */ (map.getSource("roads")).setData(featuresOf(lines)));
	data.coverage.subscribe(roads.update);
	data.plows.subscribe(plows.update);
	data.watchPlows().catch(() => {});
	addPicking(map, (picked) => picked?.kind === "road" && onPick(picked.id));
	onTheme(() => {
		const colours = readPalette();
		ground.repaint(colours);
		roads.repaint(colours);
		closures.repaint({ colour: colours.bad, halo: colours.halo });
		plows.repaint(colours);
	});
	return {
		colour: roads.colour,
		mark: roads.mark,
		closures: closures.update,
		showPoint: (/** @type {[number, number]} */ center) => showPoint(map, center),
	};
}

/** @param {ReadonlyMap<number, import("./types.js").PublicLink>} lines @returns {GeoJSON.FeatureCollection} */
const featuresOf = (lines) => ({
	type: "FeatureCollection",
	features: [...lines.values()].map(({ id, name, class: kind, admin, coords }) => ({
		type: "Feature",
		id,
		geometry: { type: "LineString", coordinates: coords },
		properties: { name, class: kind, admin },
	})),
});
