// SPDX-License-Identifier: Apache-2.0
/*
 * When what was given to the map is on the screen.
 */
const LONGEST_MS = 4000; // or never: nothing is drawn while the page is out of sight

/**
 * Settles with the frame that draws a source's newest data.  Not with the map's rest: that does not come while
 * somebody drags it, nor before the last tile of the roads is there, and what reports meanwhile would wait for it.
 * @param {Pick<import("./map.js").LibreMapType, "on" | "off" | "isSourceLoaded" | "triggerRepaint">} map
 * @param {string} source whose data was set
 * @param {number} [longest_ms]
 * @returns {Promise<void>}
 */
export const whenDrawn = (map, source, longest_ms = LONGEST_MS) =>
	new Promise((done) => {
		function end() {
			clearTimeout(timer);
			map.off("render", look);
			done();
		}
		function look() {
			if (map.isSourceLoaded(source)) {
				end();
			}
		}
		const timer = setTimeout(end, longest_ms);
		map.on("render", look);
		map.triggerRepaint();
	});
