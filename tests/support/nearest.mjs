// SPDX-License-Identifier: Apache-2.0
/*
 * The nearest-link reading of a drive, to compare with: every fix belongs to the line it is nearest
 * to, and between two fixes on the same line what lies between is driven.  It is what simple plow maps
 * do, and it fails at junctions, parallels and ramps.
 */
import { readFile } from "node:fs/promises";

import { readCsv } from "./tables.mjs";

const EARTH_M_PER_DEG = 111319.49;

/** The lines of a GeoJSON file in metres about a latitude, each with the metres along it. */
function readLines(geojson, scale) {
	return geojson.features.map((feature) => {
		const points = feature.geometry.coordinates.map(([lon, lat]) => [lon * scale, lat * EARTH_M_PER_DEG]);
		const along = [0];
		for (let i = 1; i < points.length; i++) {
			along.push(along[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
		}
		return { id: String(feature.properties.id), points, along, length: along[along.length - 1] };
	});
}

const CELL_M = 200;

/** Segments by cell, so that a fix looks only at those around it. */
function indexLines(lines) {
	const cells = new Map();
	for (const line of lines) {
		for (let i = 1; i < line.points.length; i++) {
			const [a, b] = [line.points[i - 1], line.points[i]];
			for (let x = Math.floor(Math.min(a[0], b[0]) / CELL_M); x <= Math.floor(Math.max(a[0], b[0]) / CELL_M); x++) {
				for (let y = Math.floor(Math.min(a[1], b[1]) / CELL_M); y <= Math.floor(Math.max(a[1], b[1]) / CELL_M); y++) {
					const key = `${x},${y}`;
					cells.set(key, cells.get(key) ?? []);
					cells.get(key).push([line, i]);
				}
			}
		}
	}
	return cells;
}

function project(line, i, [px, py]) {
	const [ax, ay] = line.points[i - 1];
	const [dx, dy] = [line.points[i][0] - ax, line.points[i][1] - ay];
	const square = dx * dx + dy * dy;
	const share = square > 0 ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / square)) : 0;
	return {
		line,
		distance: Math.hypot(px - ax - share * dx, py - ay - share * dy),
		at: line.along[i - 1] + share * (line.along[i] - line.along[i - 1]),
	};
}

function nearest(cells, point) {
	let best = null;
	const [cx, cy] = [Math.floor(point[0] / CELL_M), Math.floor(point[1] / CELL_M)];
	for (let x = cx - 1; x <= cx + 1; x++) {
		for (let y = cy - 1; y <= cy + 1; y++) {
			for (const [line, i] of cells.get(`${x},${y}`) ?? []) {
				const found = project(line, i, point);
				if (!best || found.distance < best.distance) {
					best = found;
				}
			}
		}
	}
	return best;
}

/** Spans as CSV: source_id,source_length_m,from_m,to_m. */
export async function nearestLinks(roads, track, seconds) {
	const rows = readCsv(await readFile(track, "utf8"));
	const scale = EARTH_M_PER_DEG * Math.cos((Number(rows[0].lat) * Math.PI) / 180);
	const cells = indexLines(readLines(JSON.parse(await readFile(roads, "utf8")), scale));
	const spans = [];
	let before = null;
	let next = -Infinity;
	for (const row of rows) {
		if (Number(row.unix_time) < next) {
			continue;
		}
		next = Number(row.unix_time) + seconds;
		const found = nearest(cells, [Number(row.lon) * scale, Number(row.lat) * EARTH_M_PER_DEG]);
		if (found && before && before.line === found.line) {
			spans.push([found.line.id, found.line.length.toFixed(2), before.at.toFixed(2), found.at.toFixed(2)].join(","));
		}
		before = found;
	}
	return `source_id,source_length_m,from_m,to_m\n${spans.join("\n")}\n`;
}
