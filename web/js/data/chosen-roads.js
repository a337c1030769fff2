// SPDX-License-Identifier: Apache-2.0
/*
 * Roads chosen link by link, in their order, and as people read them: stretches of roads by name.
 */

/** @typedef {{id: number, name: string, source_id: string, links: number[], link_m: number[]}} BookRoad */
/** @typedef {{name: string, links: number[], length_m: number, whole: boolean}} Stretch */

/** The road of each link. @param {import("../types.js").RoadTable} table @returns {Map<number, BookRoad>} */
export function roadsOfLinks(table) {
	const found = new Map();
	table.id.forEach((id, i) => {
		const road = { id, name: table.name[i], source_id: table.source_id[i], links: table.links[i], link_m: table.link_m[i] };
		road.links.forEach((link) => found.set(link, road));
	});
	return found;
}

/** Links that follow one another on one road, together. @param {number[]} links @param {Map<number, BookRoad>} book @returns {Stretch[]} */
export function stretchesOf(links, book) {
	const stretches = /** @type {(Stretch & {road: BookRoad | undefined})[]} */ ([]);
	for (const link of links) {
		const road = book.get(link);
		const last = stretches[stretches.length - 1];
		const length_m = road?.link_m[road.links.indexOf(link)] ?? 0;
		if (last && road && last.road === road) {
			last.links.push(link);
			last.length_m += length_m;
		} else {
			stretches.push({ road, name: road ? road.name || road.source_id : String(link), links: [link], length_m, whole: false });
		}
	}
	return stretches.map(({ road, ...stretch }) => ({ ...stretch, whole: stretch.links.length === road?.links.length }));
}

/** With a link at the end, or without it when it was there. @param {number[]} links @param {number} link */
export const toggled = (links, link) => (links.includes(link) ? links.filter((one) => one !== link) : [...links, link]);

/** With those of a road that are not there yet. @param {number[]} links @param {number[]} more */
export const withRoad = (links, more) => [...links, ...more.filter((link) => !links.includes(link))];

/** A stretch moved up (-1) or down (1), or taken out (0). @param {Stretch[]} stretches @param {number} index @param {-1 | 0 | 1} by @returns {number[]} */
export function rearranged(stretches, index, by) {
	const rest = stretches.filter((_, i) => i !== index);
	if (by !== 0) {
		rest.splice(Math.max(0, Math.min(rest.length, index + by)), 0, stretches[index]);
	}
	return rest.flatMap((stretch) => stretch.links);
}
